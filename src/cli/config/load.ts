/** Reads the file of settings where a program begins, and gives its values to the environment where that says nothing. */
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { errnoOf } from '../../kernel/errors.ts';
import { FROM_FILE, namesFromFile } from '../../kernel/file-settings.ts';
import { parseConfig, type ConfigDocument, type ConfigFault } from './document.ts';
import { isForEnvironment, settings } from './settings.ts';

export interface Config extends ConfigDocument {
  readonly path: string;
  /** "" where there is no file. */
  readonly text: string;
}

/** Keymaps and columns are a few kilobytes. */
export const MAX_CONFIG_BYTES = 256 * 1024;

export function configPath(configDir: string): string {
  return path.join(configDir, 'config.yaml');
}

/** One that is not there says nothing. */
export function readConfig(configDir: string): Config {
  const file = configPath(configDir);
  const faulty = (words: string): Config => ({
    path: file,
    text: '',
    values: new Map(),
    faults: [{ line: 1, column: 1, words }],
  });
  try {
    const { size } = statSync(file);
    if (size > MAX_CONFIG_BYTES) return faulty(`it is longer than ${MAX_CONFIG_BYTES / 1024} KiB`);
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    return { path: file, text, ...parseConfig(text) };
  } catch (error) {
    const code = errnoOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return noConfig(configDir);
    return faulty(`it cannot be read: ${code ?? 'unknown error'}`);
  }
}

function noConfig(configDir: string): Config {
  return { path: configPath(configDir), text: '', values: new Map(), faults: [] };
}

/**
 * Changes `env`: a variable that is there wins, even an empty one. What another mcptui put there from the file is taken
 * out first, since the file may have changed. Of a file with faults only what restricts is kept.
 */
export function fillEnvironment(env: Record<string, string | undefined>, config: Config): void {
  for (const name of namesFromFile(env)) delete env[name];
  delete env[FROM_FILE];
  const filled: string[] = [];
  for (const setting of settings) {
    const { key, kind, variable } = setting;
    if (variable === undefined || !isForEnvironment(setting) || env[variable] !== undefined) continue;
    const value = config.faults.length === 0 ? config.values.get(key)?.value : restriction(config.text, key);
    if (value === undefined) continue;
    env[variable] = kind.toVariable(value);
    filled.push(variable);
  }
  if (filled.length > 0) env[FROM_FILE] = filled.join(',');
}

/** A slip elsewhere in the file must not open what this line closes. */
function restriction(text: string, key: string): true | undefined {
  const setting = settings.find((one) => one.key === key);
  if (setting?.restricts !== true) return undefined;
  const name = key.slice(key.lastIndexOf('.') + 1);
  return text.split('\n').some((line) => line.replaceAll(/[\s"']/g, '').startsWith(`${name}:true`)) ? true : undefined;
}

/** `FILE:LINE:COLUMN: …`, and the next step. */
export function faultText(file: string, { line, column, words, hint }: ConfigFault): string {
  return `${file}:${line}:${column}: ${words}${hint === undefined ? '' : `\n  → ${hint}`}`;
}
