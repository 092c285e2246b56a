/** Asks a registry of servers, or reads a file in its place; what it answered is kept for a while, and for when it is away. */
import { createHash } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { registryServers, type RegistryServer } from '../../clients/registry/server-json.ts';
import { writeAtomically } from '../../kernel/atomic-file.ts';
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import { parseForeign } from '../../kernel/foreign.ts';
import { checkedUrl, isLoopbackHost } from '../../kernel/url.ts';
import { HttpClient, readBody } from '../../mcp/index.ts';
import { readInput } from '../content/text-file.ts';
import type { Context } from '../context.ts';

/** Of an answer. */
const MAX_BYTES = 8 * 1024 * 1024;
const TIMEOUT_MS = 15_000;
/** An answer is as good as new for so long. */
const FRESH_MS = 10 * 60_000;
/** Servers of one page of a search. */
const PAGE = 50;

export interface RegistryFlags {
  /** In place of a registry. */
  readonly registryFile?: string;
}

interface Answer {
  readonly servers: readonly RegistryServer[];
  readonly origin: string;
}

/** @throws McptuiError `invalid` when no registry is set */
export async function searchRegistry(context: Context, word: string, flags: RegistryFlags): Promise<Answer> {
  if (flags.registryFile !== undefined) {
    const { servers, origin } = await fromFile(flags.registryFile);
    const small = word.toLowerCase();
    return {
      origin,
      servers: servers.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(small)),
    };
  }
  const query = new URLSearchParams({ search: word, version: 'latest', limit: String(PAGE) });
  return fromRegistry(context, `/v0.1/servers?${query.toString()}`);
}

/** The newest version without one. @throws McptuiError `not-found` */
export async function registryServer(
  context: Context,
  name: string,
  version: string | undefined,
  flags: RegistryFlags,
): Promise<{ readonly server: RegistryServer; readonly origin: string }> {
  const wanted = `/v0.1/servers/${encodeURIComponent(name)}/versions/${encodeURIComponent(version ?? 'latest')}`;
  const { servers, origin } =
    flags.registryFile === undefined ? await fromRegistry(context, wanted) : await fromFile(flags.registryFile);
  const found = servers.filter((one) => one.name === name && (version === undefined || one.version === version)).at(-1);
  if (found !== undefined) return { server: found, origin };
  throw new McptuiError('not-found', `${origin} has no server ${name}${version === undefined ? '' : ` ${version}`}`, {
    hint: `mcptui search ${name.slice(name.indexOf('/') + 1)}`,
  });
}

async function fromFile(file: string): Promise<Answer> {
  return { servers: registryServers(parsed(file, await readInput(file))), origin: file };
}

function parsed(what: string, text: string): unknown {
  try {
    return parseForeign(text);
  } catch (error) {
    throw new McptuiError('invalid', `${what} is not JSON: ${messageOf(error)}`, { cause: error });
  }
}

async function fromRegistry(context: Context, wanted: string): Promise<Answer> {
  const base = context.env['MCPTUI_REGISTRY'] ?? '';
  if (base === '') {
    throw new McptuiError('invalid', 'no registry is set, and none is asked unless you name it', {
      hint: 'MCPTUI_REGISTRY=https://registry.modelcontextprotocol.io, or --registry-file FILE',
    });
  }
  const url = checkedUrl(`${base.replace(/\/$/, '')}${wanted}`);
  const origin = url.origin;
  const cache = path.join(
    context.paths.stateDir,
    'registry',
    `${createHash('sha256').update(url.href).digest('hex').slice(0, 24)}.json`,
  );
  const kept = await readKept(cache);
  const now = context.clock.now();
  if (kept !== undefined && now - kept.at >= 0 && now - kept.at < FRESH_MS) {
    return { servers: registryServers(parsed(origin, kept.text)), origin };
  }
  try {
    const text = await fetched(context, url);
    const servers = registryServers(parsed(origin, text));
    await mkdir(path.dirname(cache), { recursive: true, mode: 0o700 });
    await writeAtomically(cache, JSON.stringify({ at: now, text }));
    return { servers, origin };
  } catch (error) {
    if (kept === undefined || (error instanceof McptuiError && error.code === 'not-found')) throw error;
    context.note(`${messageOf(error)}: this is what it said before`);
    return { servers: registryServers(parsed(origin, kept.text)), origin };
  }
}

async function readKept(file: string): Promise<{ readonly at: number; readonly text: string } | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, 'utf8'));
    if (typeof value !== 'object' || value === null || !('at' in value) || !('text' in value)) return undefined;
    return typeof value.at === 'number' && typeof value.text === 'string'
      ? { at: value.at, text: value.text }
      : undefined;
  } catch {
    return undefined;
  }
}

/** @throws McptuiError `unavailable`, `not-found` */
async function fetched({ clock, env }: Context, url: URL): Promise<string> {
  const isLocal = isLoopbackHost(url.hostname);
  const client = new HttpClient({ clock, allowPrivate: isLocal, allowHttp: isLocal, proxyEnv: env });
  const ended = new AbortController();
  const timer = clock.after(TIMEOUT_MS, () => ended.abort(), { unref: true });
  try {
    const response = await client.request({
      method: 'GET',
      url,
      headers: { accept: 'application/json' },
      signal: ended.signal,
    });
    const body = await readBody(response, MAX_BYTES);
    const status = response.statusCode ?? 0;
    if (body.kind === 'oversize') throw new McptuiError('unavailable', `${url.origin} answered with over 8 MiB`);
    if (status === 404)
      throw new McptuiError('not-found', `${url.origin} has nothing of that name`, { hint: 'mcptui search WORD' });
    if (status !== 200) throw new McptuiError('unavailable', `${url.origin} answered with status ${status}`);
    return Buffer.concat(body.parts).toString('utf8');
  } catch (error) {
    if (error instanceof McptuiError) throw error;
    const why = ended.signal.aborted ? 'it did not answer in time' : messageOf(error);
    throw new McptuiError('unavailable', `the registry ${url.origin} cannot be asked: ${why}`, { cause: error });
  } finally {
    timer.cancel();
    client.close();
  }
}
