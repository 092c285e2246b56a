/** Reads secrets of OpenBao or Vault, KV version 2: `MOUNT/PATH#KEY`. Who asks for the same at once shares one request. */
import type { Resolution, SecretSource } from '../secret-source.ts';
import { apiPathOf, placeOf, refusalOf, serverTrouble, valueIn, type KvPlace } from './bao-answers.ts';
import { trouble, type BaoAnswer } from './bao-http.ts';
import { BaoLease } from './bao-lease.ts';
import { BaoLogin, type BaoParts } from './bao-login.ts';

export interface BackendSource extends SecretSource {
  /** How it is, without asking for a secret: it can be logged in to. */
  test(): Promise<Resolution>;
  /** Milliseconds until what it is logged in with has to be renewed; undefined where nothing ends. */
  readonly endsInMs: number | undefined;
  close(): void;
}

/** `told`: how long it is logged in for has changed. */
export function baoSource(parts: BaoParts, told: () => void = () => undefined): BackendSource {
  const login = new BaoLogin(parts);
  const lease = new BaoLease(parts.clock, login, told);
  const underWay = new Map<string, Promise<BaoRead>>();

  type BaoRead = { readonly ok: true; readonly answer: BaoAnswer } | Extract<Resolution, { readonly ok: false }>;

  async function read(path: string): Promise<BaoRead> {
    const first = await lease.token();
    if (!first.ok) return first;
    const asked = await login.ask({ method: 'GET', path, token: first.token });
    // A token that was revoked, or whose life ended while this machine slept, is refused as one without rights is.
    if (!asked.ok || asked.answer.status !== 403) return asked;
    if (await isGood(first.token)) return asked;
    const next = await lease.replaced(first.token);
    if (!next.ok) return next;
    return login.ask({ method: 'GET', path, token: next.lease.token });
  }

  /** Each login leaves a token behind: none is made for who has one and lacks a right. */
  async function isGood(token: string): Promise<boolean> {
    const looked = await login.ask({ method: 'GET', path: 'auth/token/lookup-self', token });
    return looked.ok && looked.answer.status === 200;
  }

  function readOnce(path: string): Promise<BaoRead> {
    let reading = underWay.get(path);
    if (reading === undefined) {
      reading = read(path).finally(() => underWay.delete(path));
      underWay.set(path, reading);
    }
    return reading;
  }

  async function outcomeOf(place: KvPlace): Promise<Resolution> {
    const asked = await readOnce(apiPathOf(place));
    if (!asked.ok) return asked;
    const { answer } = asked;
    if (answer.status === 200 || (answer.status === 404 && isEntry(answer))) return valueIn(answer, place);
    const isOfServer = answer.status !== 403 && answer.status !== 404;
    return refusalOf(answer, place, isOfServer ? await login.health() : undefined);
  }

  return {
    resolve(path) {
      const place = placeOf(path, parts.fields.mount);
      const form = parts.fields.mount === undefined ? 'MOUNT/PATH#KEY' : `${parts.fields.mount}/PATH#KEY`;
      return place === undefined ? Promise.resolve(trouble('path', `a secret there is ${form}`)) : outcomeOf(place);
    },
    async test() {
      const got = await lease.token();
      if (!got.ok) return got;
      const asked = await login.ask({ method: 'GET', path: 'auth/token/lookup-self', token: got.token });
      if (!asked.ok) return asked;
      if (asked.answer.status === 200) return { ok: true, value: '' };
      if (asked.answer.status !== 403) return serverTrouble(asked.answer, await login.health());
      const next = await lease.replaced(got.token);
      return next.ok ? { ok: true, value: '' } : next;
    },
    get endsInMs() {
      return lease.endsInMs;
    },
    close: () => lease.close(),
  };
}

/** A version that is deleted answers 404 with what is known of it. */
function isEntry({ body }: BaoAnswer): boolean {
  return typeof body === 'object' && body !== null && 'data' in body && body.data !== null;
}
