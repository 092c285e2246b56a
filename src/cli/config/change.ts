/** Runs `config set`, `unset` and `edit`: what has faults is not written, and what was not meant stays to the byte. */
import { isDeepStrictEqual } from 'node:util';
import { replaceClientFile, readClientFile, type FileText } from '../../clients/client-file.ts';
import { FormatFault, positionOf, type Place } from '../../clients/formats/format.ts';
import { yaml as format } from '../../clients/formats/yaml.ts';
import { yaml } from '../../engine/content/front-matter.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { namesFromFile } from '../../kernel/file-settings.ts';
import type { Context } from '../context.ts';
import { inEditor } from '../in-editor.ts';
import { checked } from './checked.ts';
import { parseConfig } from './document.ts';
import { faultText } from './load.ts';
import { settingAt, type SettingPlace } from './place.ts';
import { emptyConfig } from './template.ts';

const BOM = '\uFEFF';

export async function configSet(context: Context, key: string, word: string): Promise<void> {
  const place = settingAt(key);
  const value = valueOf(place, word);
  const held = place.entry === undefined ? value : { [place.entry]: value };
  const [fault] = place.setting.kind.faults(held);
  if (fault !== undefined) throw new McptuiError('invalid', `${key}: ${fault.words}`);
  await change(context, (text) => {
    const start = text === '' ? '# Settings of mcptui. `mcptui config get` lists all of them.\n' : text;
    return format.put(start, parentOf(place), nameOf(place), value).text;
  });
  context.print(`${key} is ${word}, ${heard(place)}`);
  noteEnvironment(context, place);
}

export async function configUnset(context: Context, key: string): Promise<void> {
  const place = settingAt(key);
  const before = parseConfig((await read(context)).text);
  const held = before.values.get(place.setting.key)?.value;
  const isThere = held !== undefined && (place.entry === undefined || Object.hasOwn(held as object, place.entry));
  if (!isThere && before.faults.length === 0) return context.print(`${key} is not in ${context.config.path}`);
  await change(context, (text) => format.take(text, parentOf(place), nameOf(place)));
  context.print(`${key} is as it is by default, ${heard(place)}`);
  noteEnvironment(context, place);
}

export async function configEdit(context: Context): Promise<void> {
  const { path } = context.config;
  const { text, bom, file } = await read(context);
  const shown = text === '' ? emptyConfig() : text;
  let edited = await inEditor(context, shown, { name: 'config.yaml' });
  while (edited !== undefined) {
    const words = faultsOf(context, edited);
    if (words === undefined) {
      await replaceClientFile(path, bom + edited, { expected: file.print, mode: 0o600 });
      return context.print(`${path} is written`);
    }
    // Nothing is lost: the same text again, with what is wrong on top.
    edited = await inEditor(context, edited, { name: 'config.yaml', error: words });
  }
  context.note('nothing changed');
}

async function read({ config }: Context): Promise<{ readonly text: string; readonly bom: string; file: FileText }> {
  const file = await readClientFile(config.path);
  const bom = file.text.startsWith(BOM) ? BOM : '';
  return { text: file.text.slice(bom.length), bom, file };
}

/** @throws McptuiError `invalid` when the file has faults, before or afterwards; then it is as it was */
async function change(context: Context, edit: (text: string) => string): Promise<void> {
  const { path } = context.config;
  const { text, bom, file } = await read(context);
  let next: string;
  try {
    next = edit(text);
  } catch (error) {
    if (!(error instanceof FormatFault)) throw error;
    const { line, column } = positionOf(text, error.offset);
    throw new McptuiError('invalid', `${path}:${line}:${column}: ${error.message}`, { hint: 'mcptui config edit' });
  }
  const words = faultsOf(context, next);
  if (words !== undefined) throw new McptuiError('invalid', words, { hint: 'nothing was written: mcptui config edit' });
  if (isDeepStrictEqual(next, text)) return;
  await replaceClientFile(path, bom + next, { expected: file.print, mode: 0o600 });
}

/** Undefined for a text that can be used. */
function faultsOf({ config }: Context, text: string): string | undefined {
  const { faults } = checked({ path: config.path, text, ...parseConfig(text) });
  return faults.length === 0 ? undefined : faults.map((fault) => faultText(config.path, fault)).join('\n');
}

/** A list is written as YAML writes it in one line; other words are what they are. */
function valueOf({ setting, entry }: SettingPlace, word: string): unknown {
  const isText = entry === undefined ? setting.kind.isText : !word.startsWith('[') || word.length < 3;
  if (isText) return word;
  try {
    return yaml().parse(word) as unknown;
  } catch {
    return word;
  }
}

function parentOf({ path }: SettingPlace): Place {
  return { path: path.slice(0, -1), shape: 'map' };
}

const nameOf = ({ path }: SettingPlace): string => path.at(-1) ?? '';

function heard({ setting }: SettingPlace): string {
  if (setting.heard === 'at once') return `which a ${setting.key.split('.')[0]} that runs takes at once`;
  return setting.key.startsWith('daemon.') ? 'from the next start of the engine on' : 'from now on';
}

function noteEnvironment({ env, note }: Context, { setting: { variable } }: SettingPlace): void {
  if (variable === undefined || env[variable] === undefined || namesFromFile(env).has(variable)) return;
  note(`${variable} is in your environment, and wins over the file`);
}
