/** Reads and writes the console's own settings: console.json in the state folder, 0600, whole at any time. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { errnoOf, McptuiError } from '../kernel/errors.ts';
import type { JsonObject } from '../kernel/json.ts';
import type { SettingsFile } from '../tui/app/kept-settings.ts';

/** More than the settings of every pane take. */
const mostBytes = 64 * 1024;

export function consoleSettings(stateDir: string): SettingsFile {
  const file = path.join(stateDir, 'console.json');
  return {
    path: file,
    read: () => contentOf(file),
    async merge(change) {
      // Only who changes something needs them.
      const [{ writeDurably }, { realFs }, { privateFolder }] = await Promise.all([
        import('../store/files/durable-adapter.ts'),
        import('../store/files/fs.ts'),
        import('../store/files/private-folder.ts'),
      ]);
      await privateFolder(stateDir);
      await writeDurably(realFs, file, [`${JSON.stringify(merged(knownOf(file), change), null, 2)}\n`]);
    },
  };
}

/** Undefined when there is no such file. @throws McptuiError `invalid` when it is too long or no JSON, and system errors */
function contentOf(file: string): unknown {
  let text: string;
  try {
    if (statSync(file).size > mostBytes) throw new McptuiError('invalid', `it is longer than ${mostBytes} bytes`);
    text = readFileSync(file, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new McptuiError('invalid', 'it is not JSON', { cause });
  }
}

/** What another console may have written meanwhile; what cannot be read is replaced. */
function knownOf(file: string): unknown {
  try {
    return contentOf(file);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** As deep as the change is. */
function merged(before: unknown, change: JsonObject): JsonObject {
  const next: Record<string, JsonObject[string]> = isObject(before) ? { ...before } : {};
  for (const [key, value] of Object.entries(change)) next[key] = isObject(value) ? merged(next[key], value) : value;
  return next;
}
