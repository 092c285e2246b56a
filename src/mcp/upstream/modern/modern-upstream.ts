/**
 * Stands for a server of 2026-07-28 as the router knows servers: requests get what that revision wants in each of them,
 * its questions become requests to the agent's client, and what was a request of its own before (levels, subscriptions,
 * ping) is done otherwise.
 */
import type { Clock } from '../../../kernel/clock.ts';
import { parseForeign } from '../../../kernel/foreign.ts';
import { isMap, isWireId, mapAt, stringAt, type WireId, type WireMap } from '../../wire/message.ts';
import { errorLine, lostError } from '../../wire/rpc-errors.ts';
import { anyIdText } from '../../wire/wire-id.ts';
import { resultAnswer } from '../../wire/answers.ts';
import type { UpstreamInfo } from '../../types/connection.ts';
import type { Connection, PendingCall, Upstream, UpstreamListener } from '../upstream.ts';
import { InputRounds, type RoundOwner } from './input-rounds.ts';
import { Listening } from './listening.ts';
import { META } from '../../eras/modern.ts';
import { enveloped } from './modern-wire.ts';
import { ParamHeaders } from './param-headers.ts';

export interface ModernUpstreamOptions {
  readonly clock: Clock;
  /** What the client behind a request can do, unless the request knows better. */
  readonly capabilities: WireMap;
}

export class ModernUpstream implements Upstream, RoundOwner {
  readonly clock: Clock;
  readonly pending = new Map<number, InputRounds>();
  readonly #inner: Connection;
  readonly #capabilities: WireMap;
  readonly #listener: UpstreamListener;
  readonly #paramHeaders = new ParamHeaders();
  #listening: Listening | undefined;
  #logLevel: string | undefined;
  #nextId = 1;
  #nextAsk = 1;

  /** `inner` is this one's from now on. */
  constructor(inner: Connection, { clock, capabilities }: ModernUpstreamOptions) {
    this.clock = clock;
    this.#inner = inner;
    this.#capabilities = capabilities;
    this.#listener = inner.listener;
    inner.listener = {
      // This revision has no requests of servers: one that makes them is told so.
      request: (_, message) => {
        const error = { code: -32601, message: 'Method not found: servers of 2026-07-28 ask by input_required' };
        inner.send(errorLine(anyIdText(message['id']), error));
      },
      notification: (_, method, message, text) => this.#notification(method, message, text),
      invalidOutput: (_, line) => this.#listener.invalidOutput(this, line),
      lost: (_, reason) => {
        this.#over(reason);
        this.#listener.lost(this, reason);
      },
      renewed: (_, why) => this.#listener.renewed(this, why),
      notRenewed: (_, why) => this.#listener.notRenewed(this, why),
    };
  }

  get id(): string {
    return this.#inner.id;
  }

  get mask(): Upstream['mask'] {
    return this.#inner.mask;
  }

  get server(): string {
    return this.#inner.server;
  }

  get info(): UpstreamInfo {
    return this.#inner.info;
  }

  get isLost(): boolean {
    return this.#inner.isLost;
  }

  get queuedBytes(): number {
    return this.#inner.queuedBytes;
  }

  get failure(): Upstream['failure'] {
    return this.#inner.failure;
  }

  get ended(): Promise<void> {
    return this.#inner.ended ?? Promise.resolve();
  }

  request(message: WireMap, call: PendingCall, options?: { readonly wantsProgress?: boolean }): number {
    const id = this.#nextId++;
    const method = stringAt(message, 'method') ?? '';
    const params = message['params'];
    if (method === 'logging/setLevel') {
      this.#logLevel = stringAt(params, 'level');
      this.#answer(call);
    } else if (method === 'resources/subscribe' || method === 'resources/unsubscribe') {
      const uri = stringAt(params, 'uri') ?? '';
      if (method === 'resources/subscribe') this.#listening?.add(uri);
      else this.#listening?.remove(uri);
      this.#answer(call);
    } else {
      const sent = method === 'ping' ? { ...message, method: 'server/discover', params: {} } : message;
      const rounds = new InputRounds(this, sent, this.#watched(method, call), options?.wantsProgress === true);
      this.pending.set(id, rounds);
      rounds.start();
    }
    return id;
  }

  cancel(upstreamId: number, reason: string | undefined): void {
    const rounds = this.pending.get(upstreamId);
    const innerId = rounds?.innerId;
    rounds?.drop();
    if (innerId !== undefined) this.#inner.cancel(innerId, reason);
  }

  forget(upstreamId: number): void {
    const rounds = this.pending.get(upstreamId);
    const innerId = rounds?.innerId;
    rounds?.drop();
    if (innerId !== undefined) this.#inner.forget(innerId);
  }

  begin(info: UpstreamInfo): void {
    this.#inner.begin(info);
    this.#listening = new Listening(
      {
        clock: this.clock,
        send: (message, call) => this.#inner.request(this.#enveloped(message, call), call),
        cancel: (id) => this.#inner.cancel(id, undefined),
      },
      info.capabilities,
    );
    this.#listening.start();
  }

  /** Answers to what was asked in the server's name; the rest of what a client says by itself does not exist here. */
  send(message: string | readonly Buffer[]): void {
    const text = typeof message === 'string' ? message : Buffer.concat(message).toString('utf8');
    const response: unknown = parseForeign(text);
    if (!isMap(response) || !isWireId(response['id']) || 'method' in response) return;
    for (const rounds of this.pending.values()) if (rounds.answered(response['id'], response)) return;
  }

  close(reason: string): void {
    if (this.isLost) return;
    this.#listening?.close();
    this.#inner.close(reason);
    this.#over(reason);
  }

  // The owner of rounds.

  sendRound(message: WireMap, call: PendingCall, wantsProgress: boolean): number {
    const sent = this.#enveloped(message, call);
    return this.#inner.request(sent, call, { wantsProgress, headers: this.#paramHeaders.of(sent) });
  }

  ask(id: WireId, request: WireMap, call: PendingCall): void {
    this.#listener.request(this, { jsonrpc: '2.0', id, method: request['method'], params: request['params'] }, call);
  }

  withdraw(requestId: WireId): void {
    const message = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } };
    this.#listener.notification(this, message.method, message, JSON.stringify(message));
  }

  nextAskId(): string {
    return `ask-${this.#nextAsk++}`;
  }

  finished(rounds: InputRounds): void {
    for (const [id, one] of this.pending) if (one === rounds) this.pending.delete(id);
  }

  /** Later, as an answer over the wire would come: the caller has not seen the id yet. */
  #answer(call: PendingCall): void {
    const answer = resultAnswer({});
    queueMicrotask(() => call.settle(answer));
  }

  #enveloped(message: WireMap, call: PendingCall): WireMap {
    return enveloped(message, { capabilities: call.capabilities ?? this.#capabilities, logLevel: this.#logLevel });
  }

  /** A list of tools says which arguments are repeated in headers. */
  #watched(method: string, call: PendingCall): PendingCall {
    return method === 'tools/list' ? this.#paramHeaders.watch(call) : call;
  }

  #notification(method: string, message: WireMap, text: string): void {
    const meta = mapAt(message['params'], '_meta');
    const subscription = meta?.[META.subscriptionId];
    if (method === 'notifications/subscriptions/acknowledged') return this.#listening?.acknowledged(subscription);
    if (method === 'notifications/cancelled') return this.#listening?.ended(mapAt(message, 'params')?.['requestId']);
    if (meta === undefined || subscription === undefined)
      return this.#listener.notification(this, method, message, text);
    delete meta[META.subscriptionId];
    if (Object.keys(meta).length === 0) delete mapAt(message, 'params')?.['_meta'];
    this.#listener.notification(this, method, message, JSON.stringify(message));
  }

  /** What waits for a client, not for the server, has nobody left to go on with. */
  #over(reason: string): void {
    this.#listening?.close();
    const error = lostError(this.server, reason);
    for (const rounds of this.pending.values()) rounds.fail(error);
  }
}
