/** A remote server that speaks one way of HTTP, whose messages the test answers one by one. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Message } from '../worlds/peer.ts';

/** One message that came, and what can be made of it; the first that is done counts. */
export interface Posted {
  readonly message: Message;
  readonly body: string;
  readonly headers: IncomingMessage['headers'];
  /** Sends the response to a request; takes anything else without a word. */
  answer(response?: Message): void;
  /** With this status and text in place of an answer. */
  refuse(status: number, text?: string): void;
  /** Ends the connection at once. */
  hangUp(): void;
  /** Takes the message, begins to answer, and breaks off. */
  breakOff(): void;
  /** Answers with a stream that stays open: the server says there what it says by itself. */
  stream(): void;
}

export interface RemoteWay {
  readonly url: string;
  /** In the order in which they came. */
  readonly posted: readonly Posted[];
  /** What comes of a message; default: `answer` with an empty result. */
  on: (posted: Posted) => void;
  /** Whether the server can say something by itself now. */
  canSay(): boolean;
  say(message: Message): void;
  /** An event with this text. */
  sayRaw(text: string): void;
  close(): Promise<void>;
}

export async function streamableWay(): Promise<RemoteWay> {
  return startWay((way) => ({
    answer: (response, line) => {
      if (line === undefined) return void response.writeHead(202).end();
      response.writeHead(200, { 'content-type': 'application/json' }).end(line);
    },
    breakOff: (response) => {
      response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' });
      response.write('{"jsonrpc":"2.0",', () => response.destroy());
    },
    get: (response) => way.opened(response),
  }));
}

/** As of 2024-11-05: one stream brings everything, a POST to the address that it names sends. */
export async function sseWay(): Promise<RemoteWay> {
  return startWay((way) => ({
    answer: (response, line) => {
      response.writeHead(202).end();
      if (line !== undefined) way.event(line);
    },
    breakOff: (response) => {
      response.writeHead(202).end();
      way.endStream();
    },
    get: (response) => {
      way.opened(response);
      response.write('event: endpoint\ndata: /messages\n\n');
    },
  }));
}

interface Stream {
  opened(response: ServerResponse): void;
  event(line: string): void;
  endStream(): void;
}

interface Way {
  answer(response: ServerResponse, line: string | undefined): void;
  breakOff(response: ServerResponse): void;
  get(response: ServerResponse): void;
}

async function startWay(make: (stream: Stream) => Way): Promise<RemoteWay> {
  const posted: Posted[] = [];
  const streams = new Set<ServerResponse>();
  const stream: Stream = {
    opened(response) {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
      streams.add(response);
      response.once('close', () => streams.delete(response));
    },
    event: (line) => [...streams].at(-1)?.write(`event: message\ndata: ${line}\n\n`),
    endStream: () => [...streams].at(-1)?.destroy(),
  };
  const way = make(stream);
  const server: RemoteWay = {
    get url() {
      return `http://127.0.0.1:${(http.address() as AddressInfo).port}/mcp`;
    },
    posted,
    on: (one) => one.answer(),
    canSay: () => streams.size > 0,
    say: (message) => server.sayRaw(JSON.stringify(message)),
    sayRaw: (text) => void [...streams].at(-1)?.write(`event: message\ndata: ${text}\n\n`),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  const http = createServer((request, response) => {
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    if (request.method === 'GET') return way.get(response);
    if (request.method !== 'POST') return void response.writeHead(204).end();
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one = postedOf(way, stream, Buffer.concat(chunks).toString('utf8'), request, response);
      posted.push(one);
      server.on(one);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  return server;
}

function postedOf(
  way: Way,
  stream: Stream,
  body: string,
  { headers }: IncomingMessage,
  response: ServerResponse,
): Posted {
  const message = JSON.parse(body) as Message;
  const isRequest = message['id'] !== undefined && message['method'] !== undefined;
  return {
    message,
    body,
    headers,
    answer: (given = { result: {} }) => {
      way.answer(response, isRequest ? JSON.stringify({ jsonrpc: '2.0', id: message['id'], ...given }) : undefined);
    },
    refuse: (status, text = '') => void response.writeHead(status).end(text),
    hangUp: () => void response.destroy(),
    breakOff: () => way.breakOff(response),
    stream: () => stream.opened(response),
  };
}
