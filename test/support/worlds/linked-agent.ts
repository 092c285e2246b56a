/** An agent at the other end of a session's link, played by the test: on a byte stream, or over HTTP. */
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { duplexPair, type Duplex } from 'node:stream';
import { until } from '../until.ts';
import type { Message } from './peer.ts';

export interface LinkedAgent {
  /** Sends a message. */
  send(message: Message): void;
  /** All that has come, answers too, in order. */
  arrived(): readonly Message[];
  /** Hears from now on what belongs to no call; resolves once it does. */
  listen(): Promise<void>;
  /** Takes nothing until `resume`. */
  pause(): void;
  resume(): void;
  /** Sends nothing more, and still reads. */
  endInput(): void;
  /** Is gone at once. */
  disconnect(): void;
  /** Nothing can come any more. */
  isOver(): boolean;
  close(): Promise<void>;
}

/** `stream` is the link's side. */
export function agentOnStream(): { readonly stream: Duplex; readonly agent: LinkedAgent } {
  const [stream, own] = duplexPair();
  const arrived: Message[] = [];
  let rest = '';
  let isOver = false;
  own.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) arrived.push(JSON.parse(line) as Message);
  });
  own.on('error', () => undefined);
  for (const end of ['end', 'close']) own.once(end, () => (isOver = true));
  const agent: LinkedAgent = {
    send: (message) => void own.write(`${JSON.stringify(message)}\n`),
    arrived: () => arrived,
    listen: () => Promise.resolve(),
    pause: () => void own.pause(),
    resume: () => void own.resume(),
    endInput: () => void own.end(),
    // A pair does not tell its other end; a socket does.
    disconnect: () => void stream.destroy(),
    isOver: () => isOver,
    close: () => Promise.resolve(void own.destroy()),
  };
  return { stream, agent };
}

export interface HttpSide {
  post(body: Buffer, request: IncomingMessage, response: ServerResponse): void;
  /** Absent: what belongs to no call is asked for by a POST. */
  get?(response: ServerResponse): void;
}

/** `listening` is the message that asks for what belongs to no call, where a GET does not. */
export async function agentOverHttp(side: HttpSide, listening?: Message): Promise<LinkedAgent> {
  const server = createServer((request, response) => {
    if (request.method === 'GET') return side.get?.(response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => side.post(Buffer.concat(chunks), request, response));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const arrived: Message[] = [];
  const open = new Set<IncomingMessage>();
  const asked = new Set<ReturnType<typeof httpRequest>>();
  let isPaused = false;
  const send = (method: string, body: string): void => {
    const headers = { accept: 'application/json, text/event-stream', 'content-type': 'application/json' };
    const request = httpRequest(
      { port, host: '127.0.0.1', path: '/mcp', method, headers, agent: false },
      (response) => {
        open.add(response);
        if (isPaused) response.pause();
        readBody(response, arrived);
      },
    );
    asked.add(request);
    request.on('error', () => undefined);
    request.once('close', () => asked.delete(request));
    request.end(body);
  };
  return {
    send: (message) => send('POST', JSON.stringify(message)),
    arrived: () => arrived,
    async listen() {
      const before = open.size;
      if (listening === undefined) send('GET', '');
      else send('POST', JSON.stringify(listening));
      await until(() => open.size > before, 'a stream');
    },
    pause() {
      isPaused = true;
      for (const response of open) response.pause();
    },
    resume() {
      isPaused = false;
      for (const response of open) response.resume();
    },
    endInput() {
      throw new Error('there is no end of what an agent sends over HTTP');
    },
    disconnect: () => {
      for (const request of asked) request.destroy();
    },
    isOver: () => asked.size === 0,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** A JSON body, or the data of each event as it comes. */
function readBody(response: IncomingMessage, arrived: Message[]): void {
  const isStream = response.headers['content-type'] === 'text/event-stream';
  let rest = '';
  response.setEncoding('utf8');
  response.on('error', () => undefined);
  response.on('data', (chunk: string) => {
    rest += chunk;
    if (!isStream) return;
    const events = rest.split('\n\n');
    rest = events.pop() ?? '';
    for (const event of events) {
      const data = event.split('\n').flatMap((line) => (line.startsWith('data: ') ? [line.slice(6)] : []));
      if (data.join('') !== '') arrived.push(JSON.parse(data.join('\n')) as Message);
    }
  });
  response.on('end', () => {
    if (!isStream && rest !== '') arrived.push(JSON.parse(rest) as Message);
  });
}
