/** A model that the test plays: a server of chat completions, which answers as it is told, late, or without an end. */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What it was asked. */
export interface AskedOfModel {
  readonly instructions: string;
  readonly input: string;
  /** Members of the answer that is asked for. */
  readonly wants: readonly string[];
}

/** JSON of the answer; undefined: it never answers; a number: that status; `ENDLESS`: 50 MB of it. */
export type ScriptedAnswer = string | number | undefined;
export const ENDLESS = '50 MB';

export interface ScriptedModel {
  /** Of its API. */
  readonly url: string;
  readonly asked: readonly AskedOfModel[];
  /** Bodies of the requests. */
  readonly bodies: readonly string[];
  /** Requests that are open now, and the most that were at once. */
  readonly open: { now: number; most: number };
  answer: (asked: AskedOfModel) => ScriptedAnswer | Promise<ScriptedAnswer>;
  close(): Promise<void>;
}

export async function scriptedModel(): Promise<ScriptedModel> {
  const asked: AskedOfModel[] = [];
  const bodies: string[] = [];
  const open = { now: 0, most: 0 };
  const server = createServer((request, response) => {
    open.now += 1;
    open.most = Math.max(open.most, open.now);
    response.on('close', () => (open.now -= 1));
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const text = Buffer.concat(parts).toString('utf8');
      const one = askedIn(text);
      bodies.push(text);
      asked.push(one);
      void Promise.resolve(model.answer(one)).then((answer) => write(response, answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const model: ScriptedModel = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
    asked,
    bodies,
    open,
    answer: () => '{}',
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return model;
}

function askedIn(text: string): AskedOfModel {
  const body = JSON.parse(text) as {
    readonly messages: readonly { readonly content: string }[];
    readonly response_format: { readonly json_schema: { readonly schema: { readonly properties: object } } };
  };
  const [system, user] = body.messages;
  return {
    instructions: system?.content ?? '',
    input: user?.content ?? '',
    wants: Object.keys(body.response_format.json_schema.schema.properties),
  };
}

function write(response: ServerResponse, answer: ScriptedAnswer): void {
  if (answer === undefined || response.destroyed) return;
  if (answer === ENDLESS) return endless(response, 50);
  if (typeof answer === 'number') {
    response.statusCode = answer;
    response.end('{"error":"as told"}');
    return;
  }
  const usage = { prompt_tokens: 10, completion_tokens: 5 };
  response.end(JSON.stringify({ choices: [{ message: { content: answer } }], usage }));
}

function endless(response: ServerResponse, left: number): void {
  if (left === 0 || response.destroyed) return;
  response.write(Buffer.alloc(1024 * 1024, 'x'), () => endless(response, left - 1));
}
