/** Reads from a call what its session is about: the project, the server, words of the tool's name, short arguments. Pure. */
import type { Json } from '../../kernel/json.ts';
import type { Asked } from '../selection/types.ts';

/** Longer values are data, not names of things. */
const MAX_VALUE = 40;
const MAX_VALUES = 16;

export interface CalledTool {
  readonly server: string;
  readonly tool: string;
  readonly args: Json | undefined;
  /** Of arguments that the tool's schema marks as secret. */
  readonly secretNames: ReadonlySet<string> | undefined;
}

export function askedByCall(project: string, { server, tool, args, secretNames }: CalledTool): Asked {
  const values: string[] = [];
  if (typeof args === 'object' && args !== null && !Array.isArray(args)) {
    for (const [name, value] of Object.entries(args)) {
      if (values.length >= MAX_VALUES) break;
      const isShort = typeof value === 'string' && value.length <= MAX_VALUE && value.trim() !== '';
      if (isShort && secretNames?.has(name) !== true) values.push(value);
    }
  }
  return { tags: [], project, servers: [server], actions: [tool], words: values.join(' ') };
}
