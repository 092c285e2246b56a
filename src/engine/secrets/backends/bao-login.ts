/** Logs in to OpenBao or Vault by a token, an AppRole or the JWT of a Kubernetes pod. What proves it stays in the request. */
import { open } from 'node:fs/promises';
import type { Clock } from '../../../kernel/clock.ts';
import { errnoOf, messageOf } from '../../../kernel/errors.ts';
import type { SecretRef } from '../../../store/schema/remote.ts';
import type { OpenBaoFields } from '../../../store/schema/secret-backend.ts';
import type { Resolution, Unresolved } from '../secret-source.ts';
import { leaseIn, lookedUp, serverTrouble, type Lease } from './bao-answers.ts';
import { askBao, trouble, type BaoOutcome, type BaoRequest } from './bao-http.ts';

const MAX_JWT_BYTES = 64 * 1024;

export interface BaoParts {
  readonly fields: OpenBaoFields;
  readonly clock: Clock;
  /** Of its own credentials, from `env` or `file`. */
  readonly credential: (ref: SecretRef) => Promise<Resolution>;
  /** A value that may stand nowhere. `what`: its name in place of it. */
  readonly learn: (what: string, value: string) => void;
}

export type LoginOutcome = { readonly ok: true; readonly lease: Lease } | Unresolved;

export class BaoLogin {
  readonly #p: BaoParts;

  constructor(parts: BaoParts) {
    this.#p = parts;
  }

  ask(request: BaoRequest): Promise<BaoOutcome> {
    return askBao(this.#p.fields, request, this.#p.clock);
  }

  /** Status of `sys/health`, which needs no token; undefined when it does not answer. */
  async health(): Promise<number | undefined> {
    const asked = await this.ask({ method: 'GET', path: 'sys/health' });
    return asked.ok ? asked.answer.status : undefined;
  }

  async login(): Promise<LoginOutcome> {
    const { auth } = this.#p.fields;
    if (auth.method === 'token') return this.#byToken(auth.token);
    const proof = auth.method === 'approle' ? await this.#ofRole(auth.secretId) : await jwtIn(auth.jwtFile);
    if (!proof.ok) return proof;
    this.#p.learn('login', proof.value);
    const body =
      auth.method === 'approle'
        ? { role_id: auth.roleId, secret_id: proof.value }
        : { role: auth.role, jwt: proof.value };
    const path = `auth/${auth.mount.split('/').map(encodeURIComponent).join('/')}/login`;
    const asked = await this.ask({ method: 'POST', path, body });
    if (!asked.ok) return asked;
    const { status } = asked.answer;
    if (status !== 200) return this.#refused(asked, `its login by ${auth.method} is refused`);
    const lease = leaseIn(asked.answer.body);
    return lease === undefined ? trouble('answer', 'its login answers with no token') : this.#learnt(lease);
  }

  /** The lease that a token has from now on. */
  async renew(token: string): Promise<LoginOutcome> {
    const asked = await this.ask({ method: 'POST', path: 'auth/token/renew-self', token, body: {} });
    if (!asked.ok) return asked;
    if (asked.answer.status !== 200) return this.#refused(asked, 'its token is not renewed');
    const lease = leaseIn(asked.answer.body);
    return lease === undefined ? trouble('answer', 'renewing its token answers with no lease') : this.#learnt(lease);
  }

  async #byToken(ref: SecretRef): Promise<LoginOutcome> {
    const given = await this.#ofRole(ref);
    if (!given.ok) return given;
    const token = given.value.trim();
    if (!/^[\x21-\x7e]{1,4096}$/.test(token)) return trouble('credential', `${ref.backend}/${ref.path} is no token`);
    this.#p.learn('token', token);
    const asked = await this.ask({ method: 'GET', path: 'auth/token/lookup-self', token });
    if (!asked.ok) return asked;
    if (asked.answer.status !== 200) return this.#refused(asked, 'its token is refused');
    const lease = lookedUp(token, asked.answer.body);
    return lease === undefined ? trouble('answer', 'looking its token up answers with no lease') : { ok: true, lease };
  }

  async #ofRole(ref: SecretRef): Promise<Resolution> {
    const resolution = await this.#p.credential(ref);
    if (resolution.ok && resolution.value !== '') return resolution;
    const cause = resolution.ok ? 'empty' : resolution.cause;
    return trouble('credential', `its credential ${ref.backend}/${ref.path}: ${cause}`);
  }

  #learnt(lease: Lease): LoginOutcome {
    this.#p.learn('token', lease.token);
    return { ok: true, lease };
  }

  async #refused({ answer }: BaoOutcome & { readonly ok: true }, words: string): Promise<Unresolved> {
    const { status } = answer;
    if (status === 400 || status === 401 || status === 403) return trouble('login', `HTTP ${status}: ${words}`);
    if (status === 404) return trouble('login', `HTTP 404: ${words}: there is no such way to log in`);
    return serverTrouble(answer, await this.health());
  }
}

async function jwtIn(file: string): Promise<Resolution> {
  try {
    const opened = await open(file);
    try {
      const { buffer, bytesRead } = await opened.read(Buffer.alloc(MAX_JWT_BYTES + 1), 0, MAX_JWT_BYTES + 1, 0);
      const value = buffer.subarray(0, bytesRead).toString('utf8').trim();
      if (bytesRead <= MAX_JWT_BYTES && value !== '') return { ok: true, value };
      return trouble('credential', `${file} holds no token`);
    } finally {
      await opened.close();
    }
  } catch (error) {
    return trouble('credential', `${file} cannot be read: ${errnoOf(error) ?? messageOf(error)}`);
  }
}
