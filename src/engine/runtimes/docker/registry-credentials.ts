/** Finds the credentials of a registry where Docker's own programs keep them: config.json, and the helpers that it names. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { isWithin, parseForeign } from '../../../kernel/foreign.ts';

/** As the container engine takes them with a pull. */
export interface RegistryCredentials {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

const HUB = 'https://index.docker.io/v1/';
const HELPER_MS = 10_000;
const MAX_BYTES = 1024 * 1024;

type Env = Readonly<Record<string, string | undefined>>;
type Row = Readonly<Record<string, unknown>>;

/** Undefined: the pull is anonymous. Never throws: what cannot be read is no reason not to try. */
export async function credentialsFor(image: string, env: Env): Promise<RegistryCredentials | undefined> {
  try {
    const folder = env['DOCKER_CONFIG'] ?? path.join(env['HOME'] ?? homedir(), '.docker');
    const text = await readFile(path.join(folder, 'config.json'), 'utf8');
    const config: unknown = text.length > MAX_BYTES ? {} : parseForeign(text);
    if (!isRow(config)) return undefined;
    const registry = registryOf(image);
    const helper = textAt(config['credHelpers'], registry) ?? textIn(config['credsStore']);
    const found = helper === undefined ? undefined : await fromHelper(helper, registry, env);
    return found ?? fromFile(config['auths'], registry);
  } catch {
    return undefined;
  }
}

/** `ghcr.io` of `ghcr.io/acme/tool:1`; Docker Hub's own name of `acme/tool`. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost && first !== 'docker.io' && first !== 'index.docker.io' ? first : HUB;
}

function fromFile(auths: unknown, registry: string): RegistryCredentials | undefined {
  const entry = [registry, `https://${registry}`, `https://${registry}/v1/`]
    .map((name) => (isRow(auths) ? auths[name] : undefined))
    .find(isRow);
  if (entry === undefined) return undefined;
  const identitytoken = textIn(entry['identitytoken']);
  if (identitytoken !== undefined) return { identitytoken, serveraddress: registry };
  const pair = Buffer.from(textIn(entry['auth']) ?? '', 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  if (colon < 1) return undefined;
  return { username: pair.slice(0, colon), password: pair.slice(colon + 1), serveraddress: registry };
}

/** A program of the user's, on the PATH: what it prints is bounded, and it is not waited for long. */
function fromHelper(helper: string, registry: string, env: Env): Promise<RegistryCredentials | undefined> {
  if (!/^[\w.-]{1,64}$/.test(helper)) return Promise.resolve(undefined);
  return new Promise((resolve) => {
    const child = execFile(
      `docker-credential-${helper}`,
      ['get'],
      { timeout: HELPER_MS, maxBuffer: MAX_BYTES, env: { ...env }, encoding: 'utf8' },
      (error, stdout) => resolve(error === null ? helperAnswer(stdout, registry) : undefined),
    );
    child.stdin?.on('error', () => undefined);
    child.stdin?.end(registry);
  });
}

function helperAnswer(text: string, registry: string): RegistryCredentials | undefined {
  let answer: unknown;
  try {
    answer = parseForeign(text);
  } catch {
    return undefined;
  }
  if (!isRow(answer) || !isWithin(answer, MAX_BYTES, 8)) return undefined;
  const username = textIn(answer['Username']);
  const secret = textIn(answer['Secret']);
  if (username === undefined || secret === undefined) return undefined;
  return username === '<token>'
    ? { identitytoken: secret, serveraddress: registry }
    : { username, password: secret, serveraddress: registry };
}

function isRow(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textIn(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function textAt(value: unknown, name: string): string | undefined {
  return isRow(value) ? textIn(value[name]) : undefined;
}
