/** Reads answers of OpenBao and Vault: what one that is no success means, the value of a key, the lease of a token. Pure. */
import * as z from 'zod';
import { defined } from '../../../kernel/defined.ts';
import { wordFor } from '../../../kernel/foreign.ts';
import type { Resolution, Unresolved } from '../secret-source.ts';
import { trouble, type BaoAnswer } from './bao-http.ts';

/** Where a reference points to: `kv/gitea-creds#token`. */
export interface KvPlace {
  readonly mount: string;
  readonly path: string;
  readonly key: string;
}

/** `mount`: all is below it; otherwise the first segment is the mount. Undefined for what is no `MOUNT/PATH#KEY`. */
export function placeOf(reference: string, mount: string | undefined): KvPlace | undefined {
  const hash = reference.lastIndexOf('#');
  if (hash < 1) return undefined;
  const [place, key] = [reference.slice(0, hash), reference.slice(hash + 1)];
  const first = mount ?? place.slice(0, Math.max(0, place.indexOf('/')));
  const path = place.slice(first.length + 1);
  if (key === '' || first === '' || path === '' || !place.startsWith(`${first}/`)) return undefined;
  const isWhole = place.split('/').every((part) => part !== '' && part !== '.' && part !== '..');
  return isWhole ? { mount: first, path, key } : undefined;
}

export function apiPathOf({ mount, path }: KvPlace): string {
  const encoded = (text: string): string => text.split('/').map(encodeURIComponent).join('/');
  return `${encoded(mount)}/data/${encoded(path)}`;
}

const errorsSchema = z.object({ errors: z.array(z.string().max(4_096)).max(64) });
const valueSchema = z.object({
  data: z.object({
    data: z.record(z.string(), z.unknown()).nullable(),
    metadata: z.object({
      version: z.int().optional(),
      created_time: z.string().optional(),
      deletion_time: z.string().optional(),
      destroyed: z.boolean().optional(),
    }),
  }),
});

/** The value of the key, or why there is none; never another key's. */
export function valueIn({ status, body }: BaoAnswer, { path, key }: KvPlace): Resolution {
  const read = valueSchema.safeParse(body);
  if (!read.success) return trouble('answer', `HTTP ${status} with what no entry of KV version 2 looks like`);
  const { data, metadata } = read.data.data;
  if (data === null) {
    const what = metadata.destroyed === true ? 'destroyed' : 'deleted';
    return { ...trouble('deleted', `version ${metadata.version ?? '?'} of ${path} is ${what}`), isMissing: true };
  }
  if (!Object.hasOwn(data, key)) return { ...trouble('no-key', `${path} has no key ${wordFor(key)}`), isMissing: true };
  const value = data[key];
  if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
    return trouble('not-text', `key ${wordFor(key)} of ${path} holds no text`);
  }
  // `delete_version_after` of an entry sets a deletion time that is still to come.
  const { version, created_time: created, deletion_time: deletion } = metadata;
  return {
    ok: true,
    value: String(value),
    ...defined({ version, setAt: timeIn(created), expiresAt: timeIn(deletion) }),
  };
}

function timeIn(text: string | undefined): number | undefined {
  const at = Date.parse(text ?? '');
  return Number.isSafeInteger(at) && at > 0 ? at : undefined;
}

/** Why a read came to nothing. `health`: of `sys/health`, where that was asked. */
export function refusalOf(answer: BaoAnswer, { mount, path }: KvPlace, health: number | undefined): Unresolved {
  const { status, body } = answer;
  if (status === 404) {
    const words = errorsIn(body);
    if (/no handler for route|unsupported path|route entry not found/.test(words)) {
      return { ...trouble('no-mount', `nothing is mounted at ${mount}`), isMissing: true };
    }
    return { ...trouble('no-path', `there is no ${path} in ${mount}`), isMissing: true };
  }
  if (status === 403) return trouble('denied', `HTTP 403: its policy does not let it read ${mount}/data/${path}`);
  return serverTrouble(answer, health);
}

/** What is not about one secret, but about the server. */
export function serverTrouble({ status, body, location }: BaoAnswer, health: number | undefined): Unresolved {
  if (health === 503 || (status === 503 && /sealed/i.test(errorsIn(body))) || (health === 501 && status >= 500)) {
    return trouble('sealed', `HTTP ${status}: ${health === 501 ? 'it is not initialized' : 'sealed'}`);
  }
  const isStandby = [429, 472, 473].includes(health ?? 0) || [472, 473].includes(status);
  if (isStandby || /not active|active cluster node not found/.test(errorsIn(body))) {
    return trouble('standby', `HTTP ${status}: it is a standby${elsewhere(location)}`);
  }
  if (status >= 300 && status < 400) return trouble('redirect', `HTTP ${status}${elsewhere(location)}`);
  if (status >= 500 || status === 429) return trouble('unreachable', `HTTP ${status}`);
  return trouble('answer', `HTTP ${status}`);
}

const elsewhere = (location: string | undefined): string =>
  location === undefined ? '' : ` that points to ${location}`;

/** Its own words, for decisions alone: they may quote what they were asked for. */
function errorsIn(body: unknown): string {
  const read = errorsSchema.safeParse(body);
  return read.success ? read.data.errors.join(' ') : '';
}

export interface Lease {
  readonly token: string;
  /** 0: it does not end. */
  readonly seconds: number;
  readonly isRenewable: boolean;
}

const authSchema = z.object({
  auth: z.object({
    client_token: z
      .string()
      .min(1)
      .max(4_096)
      .regex(/^[\x21-\x7e]+$/),
    lease_duration: z.number().min(0).max(4e9),
    renewable: z.boolean().default(false),
  }),
});

/** Of a login or a renewal; undefined for what is none. */
export function leaseIn(body: unknown): Lease | undefined {
  const read = authSchema.safeParse(body);
  if (!read.success) return undefined;
  const { client_token: token, lease_duration: seconds, renewable: isRenewable } = read.data.auth;
  return { token, seconds, isRenewable };
}

const lookupSchema = z.object({
  data: z.object({ ttl: z.number().min(0).max(4e9), renewable: z.boolean().default(false) }),
});

/** Of a token that an operator gave. */
export function lookedUp(token: string, body: unknown): Lease | undefined {
  const read = lookupSchema.safeParse(body);
  return read.success ? { token, seconds: read.data.data.ttl, isRenewable: read.data.data.renewable } : undefined;
}
