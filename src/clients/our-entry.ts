/** Writes the entry that starts our proxy, in each client's words, and tells it from a client's other servers. Pure. */
import { isObject } from './formats/format.ts';
import type { Dialect } from './table.ts';

/** Name of the one entry that is written. */
export const OUR_NAME = 'mcptui';

export interface Launch {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

export function ourEntry(dialect: Dialect, { command, env }: Launch): Record<string, unknown> {
  const [program, ...args] = command;
  const has = Object.keys(env).length > 0;
  const withEnv = has ? { env } : {};
  switch (dialect) {
    case 'typed':
      return { type: 'stdio', command: program, args, ...withEnv };
    case 'zed':
      return { source: 'custom', command: program, args, env };
    case 'opencode':
      return { type: 'local', command: [...command], ...(has ? { environment: env } : {}), enabled: true };
    case 'goose': {
      const envs = has ? { envs: env } : {};
      return { name: OUR_NAME, type: 'stdio', enabled: true, cmd: program, args, ...envs, timeout: 300 };
    }
    case 'plain':
    case 'codex':
    case 'gemini':
    case 'continue':
      return { command: program, args, ...withEnv };
  }
}

/** The words that an entry runs, whatever the client calls them. */
export function wordsOf(value: unknown): readonly string[] {
  if (!isObject(value)) return [];
  const inner = isObject(value['command']) ? value['command'] : value;
  const words = [inner['command'] ?? inner['cmd'] ?? inner['path'], inner['args']].flat(1);
  return words.filter((word) => typeof word === 'string');
}

/** Whether it starts our proxy: the engine must not become a server of its own. */
export function isOurs(value: unknown): boolean {
  const words = wordsOf(value);
  return words.includes('proxy') && words.some((word) => /(?:^|[\\/])mcptui(?:\.js|\.cmd)?$/.test(word));
}

/** The project that our entry names. */
export function projectOf(value: unknown): string | undefined {
  const words = wordsOf(value);
  const at = words.findIndex((word) => word === '--project' || word === '-p');
  return at === -1 ? undefined : words[at + 1];
}
