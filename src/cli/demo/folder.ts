/** Keeps the demo's folder apart from folders of others: only one that the demo has made is ever removed. */
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { McptuiError } from '../../kernel/errors.ts';
import type { Context } from '../context.ts';
import { shutDown } from '../verbs/shutdown.ts';

/** In a folder that `mcptui demo` has made. */
const MARK = 'made-by-mcptui-demo';

/** Before anything is put there. A folder that was there already is somebody else's. */
export function markDemo(home: string): void {
  if (existsSync(home)) return;
  mkdirSync(home, { recursive: true, mode: 0o700 });
  writeFileSync(path.join(home, MARK), '', { mode: 0o600 });
}

/**
 * Ends the demo that runs and removes its folder; `isChosen`: its place came from the environment.
 * @throws McptuiError `conflict` for a folder that the demo has not made, or while a console shows it
 */
export async function resetDemo(context: Context, home: string, isChosen: boolean): Promise<void> {
  if (!existsSync(home)) return;
  if (isChosen && !existsSync(path.join(home, MARK))) {
    throw new McptuiError('conflict', `${home} was there before the demo: it is not removed`, {
      hint: 'remove it yourself, or leave out --reset',
    });
  }
  await shutDown(context);
  rmSync(home, { recursive: true, force: true });
  context.note(`removed ${home}`);
}
