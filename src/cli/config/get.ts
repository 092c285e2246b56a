/** Runs `config get`: what holds, and who says so. */
import { wordFor } from '../../kernel/foreign.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { namesFromFile } from '../../kernel/file-settings.ts';
import type { Context } from '../context.ts';
import type { Column, Format } from '../output.ts';
import { renderListing, toJson } from '../output.ts';
import { checked } from './checked.ts';
import { faultText, type Config } from './load.ts';
import { settingAt, type SettingPlace } from './place.ts';
import { settings, type Setting } from './settings.ts';

export interface GetFlags {
  readonly showOrigin?: boolean;
  readonly output: Format;
  readonly headers: boolean;
}

interface Held {
  readonly key: string;
  /** Null when nobody says anything. */
  readonly value: unknown;
  readonly default: string;
  /** `env MCPTUI_SKIN`, `file /…/config.yaml:3`, `default`. */
  readonly origin: string;
}

export async function configGet(context: Context, key: string | undefined, flags: GetFlags): Promise<void> {
  const config = checked(context.config);
  if (config.faults.length > 0) {
    throw new McptuiError('invalid', config.faults.map((fault) => faultText(config.path, fault)).join('\n'), {
      hint: 'nothing in this file counts until it is mended: mcptui config edit',
    });
  }
  if (key !== undefined) return printOne(context, heldAt(context, config, settingAt(key)), flags);
  const rows = settings.map((setting) => held(context, config, setting));
  const origin: Column<Held> = { title: 'ORIGIN', value: (row) => row.origin };
  const columns: readonly Column<Held>[] = [
    { title: 'KEY', value: (row) => row.key },
    { title: 'VALUE', value: words },
    ...(flags.showOrigin === true ? [origin] : [{ ...origin, wide: true }]),
  ];
  context.print(await renderListing({ rows, columns, name: (row) => row.key }, flags.output, flags.headers));
}

function printOne({ print }: Context, row: Held, { output, showOrigin }: GetFlags): void {
  if (output === 'name') return print(row.key);
  if (output === 'json' || output === 'jsonl') return print(toJson(row, output === 'json' ? 2 : 0));
  print(showOrigin === true || output === 'wide' ? `${words(row)}  ${row.origin}` : words(row));
}

function held({ env }: Context, config: Config, { key, variable, fallback }: Setting): Held {
  const said = variable === undefined || namesFromFile(env).has(variable) ? undefined : env[variable];
  if (said !== undefined) return { key, value: said, default: fallback, origin: `env ${variable}` };
  const inFile = config.values.get(key);
  if (inFile === undefined) return { key, value: null, default: fallback, origin: 'default' };
  return { key, value: inFile.value, default: fallback, origin: `file ${config.path}:${inFile.line}` };
}

/** One entry of a map, such as one action of the keymap. */
function heldAt(context: Context, config: Config, { setting, entry }: SettingPlace): Held {
  const row = held(context, config, setting);
  if (entry === undefined) return row;
  const inside = row.value as Readonly<Record<string, unknown>> | null;
  const key = `${setting.key}.${entry}`;
  if (inside === null || !Object.hasOwn(inside, entry)) return { ...row, key, value: null, origin: 'default' };
  return { ...row, key, value: inside[entry] };
}

function words({ value, default: fallback }: Held): string {
  if (value === null || value === '') return fallback;
  return typeof value === 'object' ? JSON.stringify(value) : wordFor(value);
}
