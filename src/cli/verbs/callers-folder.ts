/** Reads what a definition's words mean from where the operator stands: `.` is this folder, not the engine's. */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { McptuiError } from '../../kernel/errors.ts';

export interface RunsWhere {
  /** The working folder that the definition keeps; undefined = one of the server's own. */
  readonly cwd: string | undefined;
  /** Which word made it the caller's folder. */
  readonly because?: string;
}

interface Words {
  /** The whole command, or the arguments of a package. */
  readonly words: readonly string[];
  readonly isCommand: boolean;
  /** As `--cwd` gives it. */
  readonly cwd: string | undefined;
}

/** They run what the folder's `node_modules` holds before what is asked for. */
const PROJECT_RUNNERS = new Set(['npx', 'npm', 'pnpm', 'pnpx', 'yarn', 'bunx', 'bun']);

/** `here`: the caller's working folder. @throws McptuiError `invalid` where a word's meaning is not certain */
export function runsWhere({ words, isCommand, cwd }: Words, here: string): RunsWhere {
  if (cwd !== undefined) {
    if (cwd.startsWith('~')) {
      throw new McptuiError('invalid', `--cwd ${cwd}: no shell expands ~ here`, {
        hint: 'give the whole path: --cwd "$HOME/…"',
      });
    }
    return { cwd: path.resolve(here, cwd) };
  }
  const [program = ''] = isCommand ? words : [];
  const isRunner = isCommand && PROJECT_RUNNERS.has(program);
  const because = words.find((word, index) => {
    if (isDotted(word)) return true;
    const isProgram = isCommand && index === 0;
    return !isRunner && (!isProgram || word.includes('/')) && isThere(word, here);
  });
  if (because === undefined) return { cwd: undefined };
  if (isRunner) {
    throw new McptuiError(
      'invalid',
      `${because} means this folder, and ${program} would run what its node_modules holds`,
      {
        hint: `give the path whole (${path.resolve(here, because)}), use --package npm:SPEC, or say --cwd . to mean it`,
      },
    );
  }
  return { cwd: here, because };
}

/** `.`, `..`, `./x`, `../x`, also as the value of an option. */
function isDotted(word: string): boolean {
  return /^(?:-[^=]*=)?\.{1,2}(?:\/|$)/.test(word);
}

/** A relative path of something that is there. */
function isThere(word: string, here: string): boolean {
  return word !== '' && !word.startsWith('-') && !path.isAbsolute(word) && existsSync(path.join(here, word));
}
