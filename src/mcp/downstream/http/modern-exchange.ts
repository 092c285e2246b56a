/**
 * Answers one modern POST: with JSON when nothing comes before it, else with a stream of events. Nothing is kept: there
 * is no way back.
 */
import type { ServerResponse } from 'node:http';
import type { ModernReply } from '../modern/modern-reply.ts';
import type { AnswerForm } from './checks.ts';
import { sizeOf } from './event-store.ts';
import { flatPiece, flatText, SSE_HEADERS } from './sse.ts';

/** Notifications for an agent that is this far behind are dropped. */
const DROP_BYTES = 4 * 1024 * 1024;

export class ModernExchange implements ModernReply {
  readonly #response: ServerResponse;
  readonly startedMs: number;
  readonly #form: AnswerForm;
  #isDone = false;

  constructor(response: ServerResponse, startedMs: number, form: AnswerForm) {
    this.#response = response;
    this.startedMs = startedMs;
    this.#form = form;
  }

  get isDone(): boolean {
    return this.#isDone;
  }

  send(message: string | readonly Buffer[], status: number): void {
    const response = this.#response;
    if (this.#isDone || response.destroyed) return;
    this.#isDone = true;
    if (this.#form === 'events' && status === 200) this.#begin();
    if (response.headersSent) {
      this.#event(message);
      return void response.end();
    }
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': sizeOf(message) });
    if (typeof message === 'string') return void response.end(message);
    response.cork();
    for (const piece of message) response.write(piece);
    response.end();
    response.uncork();
  }

  event(text: string): void {
    if (this.#isDone || this.#response.destroyed || this.#response.writableLength > DROP_BYTES) return;
    // A client that takes no events goes without what comes before its answer.
    if (this.#form === 'json') return;
    this.#begin();
    this.#event(text);
  }

  skip(): void {
    if (this.#isDone) return;
    this.#isDone = true;
    if (!this.#response.headersSent) this.#response.writeHead(202);
    this.#response.end();
  }

  keepAlive(): void {
    if (this.#isDone || this.#response.destroyed || this.#form === 'json') return;
    this.#begin();
    this.#response.write(': keep-alive\n\n');
  }

  #begin(): void {
    if (!this.#response.headersSent) this.#response.writeHead(200, SSE_HEADERS);
  }

  #event(message: string | readonly Buffer[]): void {
    const response = this.#response;
    if (typeof message === 'string') return void response.write(`data: ${flatText(message)}\n\n`);
    response.cork();
    response.write('data: ');
    for (const piece of message) response.write(flatPiece(piece));
    response.write('\n\n');
    response.uncork();
  }
}
