/** Reads entries out of clients' files, and out of texts whose client nobody has named. */
import { messageOf } from '../../kernel/errors.ts';
import { ABSENT, readClientFile } from '../client-file.ts';
import { entryFileOf } from '../connect.ts';
import { isObject } from '../formats/format.ts';
import { EntryFile, type Entry, type FormatName } from '../formats/index.ts';
import { placeIn, type ClientPlace } from '../places.ts';
import { clientNamed, clients, type Client } from '../table.ts';
import type { FoundFile } from './plan.ts';

/** A file that cannot be read is told as that; the others are read. */
export async function readFound(places: readonly ClientPlace[]): Promise<readonly FoundFile[]> {
  const files: FoundFile[] = [];
  for (const place of places) {
    try {
      const { text, print } = await readClientFile(place.file);
      if (print !== ABSENT) files.push(await foundIn(place, text));
    } catch (error) {
      files.push({ place, entries: [], questions: new Map(), fault: messageOf(error) });
    }
  }
  return files;
}

async function foundIn(place: ClientPlace, text: string): Promise<FoundFile> {
  const file = await entryFileOf(place);
  return { place, entries: file.entries(text), questions: questionsIn(file.value(text)) };
}

/** Titles of what VS Code asks for. */
function questionsIn(value: unknown): ReadonlyMap<string, string> {
  const inputs: unknown = isObject(value) ? value['inputs'] : undefined;
  if (!Array.isArray(inputs)) return new Map();
  return new Map(
    inputs.flatMap((input: unknown) => {
      if (!isObject(input) || typeof input['id'] !== 'string') return [];
      const { description, id } = input;
      return [[id, typeof description === 'string' ? description.slice(0, 200) : id] as const];
    }),
  );
}

/** The formats that a name allows, the likeliest first. */
function formatsOf(name: string, text: string): readonly FormatName[] {
  // JSON is YAML, too, of which a slip of the pen may be.
  if (/^(?:\{|\/[/*])/.test(text.trimStart().slice(0, 2))) return ['jsonc'];
  if (name.endsWith('.toml')) return ['toml'];
  if (/\.ya?ml$/.test(name)) return ['yaml'];
  return /\.jsonc?$/.test(name) ? ['jsonc'] : ['jsonc', 'toml', 'yaml'];
}

/** Servers in a text, by the keys that clients keep them under. @throws McptuiError `invalid` for one that is no such text */
export async function readText(name: string, text: string): Promise<FoundFile> {
  const [first, ...others] = formatsOf(name, text);
  for (const format of [first ?? 'jsonc', ...others]) {
    const bare = await EntryFile.of(format, name, { path: [], shape: 'map' });
    let value: unknown;
    try {
      value = bare.value(text);
    } catch (error) {
      if (others.length === 0 || format === 'yaml') throw error;
      continue;
    }
    const place = placeWithin(name, format, value);
    const file = await entryFileOf(place);
    const entries = place.path.length === 0 ? bareEntries(value) : file.entries(text);
    return { place, entries, questions: questionsIn(value) };
  }
  throw new Error('a format was tried last');
}

function placeWithin(name: string, format: FormatName, value: unknown): ClientPlace {
  const held = (keys: readonly string[]): unknown =>
    keys.reduce<unknown>((one, key) => (isObject(one) && Object.hasOwn(one, key) ? one[key] : undefined), value);
  const fits = (client: Client): boolean => {
    const found = held(client.path);
    return client.shape === 'array' ? Array.isArray(found) : isObject(found);
  };
  const plain = clientNamed('mcp-json') ?? clients[0];
  const fitting = [plain, ...clients].find((client) => client !== undefined && fits(client)) ?? plain;
  if (fitting === undefined) throw new Error('the table of clients is empty');
  if (isObject(held(['mcp', 'servers']))) {
    // In the settings of VS Code.
    return { ...placeIn(clientNamed('vscode') ?? fitting, 'file', name, ['mcp', 'servers']), format };
  }
  return { ...placeIn(fitting, 'file', name, fits(fitting) ? fitting.path : []), format };
}

/** `{"name": {"command": …}}` without a key around it. */
function bareEntries(value: unknown): readonly Entry[] {
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([name, own]) =>
    isObject(own) && ('command' in own || 'url' in own || 'httpUrl' in own || 'serverUrl' in own)
      ? [{ name, value: own }]
      : [],
  );
}
