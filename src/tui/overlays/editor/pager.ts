/** Shows a text in the operator's own pager, from a temporary file that is gone afterwards. */
import { rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { keepText, programFrom, runOn } from './external.ts';

type Environment = Readonly<Record<string, string | undefined>>;

const variables = ['MCPTUI_PAGER', 'PAGER'] as const;

/**
 * `$MCPTUI_PAGER`, else `$PAGER`, else `less -R`. `away` gives the terminal to it while it is read.
 * @throws McptuiError `unavailable` when the pager is not there
 */
export async function pageText(
  text: string,
  name: string,
  env: Environment,
  away: (work: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const pager = programFrom(env, variables, { command: 'less', args: ['-R'] });
  const path = keepText(text, name);
  try {
    await away(async () => {
      await runOn(path, pager, env, { what: 'pager', article: 'a', variable: 'PAGER' });
    });
  } finally {
    await rm(dirname(path), { recursive: true, force: true });
  }
}
