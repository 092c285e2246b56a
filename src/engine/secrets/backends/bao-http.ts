/** Asks a secret server once: bounded in time and size, by a pinned authority where one is set, and never where an answer points to. */
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { Clock } from '../../../kernel/clock.ts';
import { errnoOf, messageOf } from '../../../kernel/errors.ts';
import { isTooDeep } from '../../../kernel/foreign.ts';
import { checkedUrl, parseUrl } from '../../../kernel/url.ts';
import type { OpenBaoFields } from '../../../store/schema/secret-backend.ts';
import type { Unresolved } from '../secret-source.ts';

/** Of an answer; a secret has 64 KiB at most, an entry some of them. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Of a bundle of certificates. */
const MAX_CA_BYTES = 1024 * 1024;

export interface BaoRequest {
  readonly method: 'GET' | 'POST';
  /** Behind `/v1/`, each part percent-encoded. */
  readonly path: string;
  readonly token?: string;
  readonly body?: object;
}

export interface BaoAnswer {
  readonly status: number;
  /** Parsed; undefined for what is no JSON. */
  readonly body: unknown;
  /** Where a redirect points to: its host alone. */
  readonly location?: string;
}

export type BaoOutcome = { readonly ok: true; readonly answer: BaoAnswer } | Unresolved;

/** Never rejects. No token and no value stands in what it says of a failure. */
export async function askBao(
  { url: base, namespace, caFile, timeoutMs }: OpenBaoFields,
  { method, path, token, body }: BaoRequest,
  clock: Pick<Clock, 'after'>,
): Promise<BaoOutcome> {
  const authority = await authorityOf(caFile);
  if (!authority.ok) return authority;
  const trusted = authority.ca === undefined ? {} : { ca: authority.ca };
  const url = checkedUrl(`${base.replace(/\/$/, '')}/v1/${path}`);
  const text = body === undefined ? undefined : JSON.stringify(body);
  const headers = {
    accept: 'application/json',
    'x-vault-request': 'true',
    ...(token === undefined ? {} : { 'x-vault-token': token }),
    ...(namespace === undefined ? {} : { 'x-vault-namespace': namespace }),
    ...(text === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(text)) }),
  };
  return new Promise((resolve) => {
    const ended = (outcome: BaoOutcome): void => {
      timer.cancel();
      request.destroy();
      resolve(outcome);
    };
    const timer = clock.after(timeoutMs, () => ended(trouble('timeout', `no answer within ${timeoutMs / 1_000} s`)));
    const failed = (error: Error): void => ended(failureOf(error));
    let request: http.ClientRequest;
    try {
      const options = { method, headers, agent: false as const, ...trusted };
      request = url.protocol === 'https:' ? https.request(url, options) : http.request(url, options);
    } catch (error) {
      timer.cancel();
      // A token with a line break in it is no header; Node quotes none of it.
      return resolve(trouble('credential', `it cannot be asked: ${errnoOf(error) ?? 'its token is no header'}`));
    }
    request.on('error', failed).on('response', (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      response
        .on('error', failed)
        .on('data', (part: Buffer) => {
          bytes += part.length;
          if (bytes > MAX_ANSWER_BYTES) ended(trouble('answer', 'it answered with over 1 MiB'));
          else parts.push(part);
        })
        .on('end', () => {
          const location = hostOf(response.headers.location);
          const answer = { status: response.statusCode ?? 0, body: parsed(Buffer.concat(parts).toString('utf8')) };
          ended({ ok: true, answer: location === undefined ? answer : { ...answer, location } });
        })
        .on('close', () => ended(trouble('unreachable', 'it hung up in the middle of its answer')));
    });
    request.end(text);
  });
}

async function authorityOf(
  file: string | undefined,
): Promise<{ readonly ok: true; readonly ca?: string } | Unresolved> {
  if (file === undefined) return { ok: true };
  try {
    const bytes = await readFile(file);
    if (bytes.length > MAX_CA_BYTES) return trouble('tls', `${file} has over 1 MiB`);
    const ca = bytes.toString('latin1');
    return ca.includes('-----BEGIN CERTIFICATE-----')
      ? { ok: true, ca }
      : trouble('tls', `${file} holds no certificate`);
  } catch (error) {
    return trouble('tls', `${file} cannot be read: ${errnoOf(error) ?? messageOf(error)}`);
  }
}

const TLS_CODE = /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED|HOSTNAME_MISMATCH|EPROTO|INVALID_CA)/;

function failureOf(error: Error): Unresolved {
  const code = errnoOf(error);
  if (code !== undefined && TLS_CODE.test(code)) return trouble('tls', `its certificate is not accepted: ${code}`);
  return trouble('unreachable', code ?? messageOf(error));
}

export function trouble(why: NonNullable<Unresolved['why']>, cause: string): Unresolved {
  return { ok: false, why, cause };
}

function parsed(text: string): unknown {
  try {
    return isTooDeep(text) ? undefined : (JSON.parse(text) as unknown);
  } catch {
    return undefined;
  }
}

function hostOf(location: string | undefined): string | undefined {
  return location === undefined ? undefined : parseUrl(location)?.host;
}
