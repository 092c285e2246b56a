/** An MCP server on a stream that the test plays: lists as given, calls answered with what was asked. */
import type { Duplex } from 'node:stream';
import { Peer, type Message } from '../worlds/peer.ts';

export interface FakeServerOptions {
  readonly capabilities?: Message;
  readonly instructions?: string;
  readonly protocolVersion?: string;
  readonly tools?: readonly Message[];
  readonly prompts?: readonly Message[];
  readonly resources?: readonly Message[];
  readonly templates?: readonly Message[];
  /** Answers or ignores (undefined) a request; comes before the built-in answers. */
  readonly on?: (message: Message, server: FakeServer) => Message | undefined | 'ignore';
}

const ALL: Message = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { subscribe: true, listChanged: true },
  logging: {},
  completions: {},
};

/** An MCP server on a stream. Lists come from its options (mutable); a tool call is answered with its own name and arguments. */
export class FakeServer extends Peer {
  options: FakeServerOptions;

  constructor(stream: Duplex, options: FakeServerOptions = {}) {
    super(stream);
    this.options = options;
    stream.on('data', () => this.#answerAll());
  }

  #answered = 0;

  result(id: unknown, result: Message): void {
    this.send({ jsonrpc: '2.0', id, result });
  }

  /** The calls of tools that it has received. */
  get calls(): Message[] {
    return this.of('tools/call');
  }

  #answerAll(): void {
    for (; this.#answered < this.received.length; this.#answered += 1) {
      const message = this.received[this.#answered];
      if (message === undefined || message['id'] === undefined || message['method'] === undefined) continue;
      const special = this.options.on?.(message, this);
      if (special === 'ignore') continue;
      if (special !== undefined) this.send({ jsonrpc: '2.0', id: message['id'], ...special });
      else this.#answer(message);
    }
  }

  #answer(message: Message): void {
    const params = (message['params'] ?? {}) as Message;
    const { tools = [], prompts = [], resources = [], templates = [] } = this.options;
    const results: Record<string, () => Message> = {
      initialize: () => ({
        protocolVersion: this.options.protocolVersion ?? '2025-11-25',
        capabilities: this.options.capabilities ?? ALL,
        serverInfo: { name: 'fake', version: '1.0' },
        ...(this.options.instructions === undefined ? {} : { instructions: this.options.instructions }),
      }),
      ping: () => ({}),
      'tools/list': () => ({ tools }),
      'prompts/list': () => ({ prompts }),
      'resources/list': () => ({ resources }),
      'resources/templates/list': () => ({ resourceTemplates: templates }),
      'tools/call': () => ({
        content: [{ type: 'text', text: String(params['name']) }],
        structuredContent: params['arguments'],
      }),
      'prompts/get': () => ({ messages: [], description: String(params['name']) }),
      'resources/read': () => ({ contents: [{ uri: params['uri'], text: 'text' }] }),
      'resources/subscribe': () => ({}),
      'resources/unsubscribe': () => ({}),
      'logging/setLevel': () => ({}),
      'completion/complete': () => ({ completion: { values: [JSON.stringify(params['ref'])] } }),
    };
    const result = results[String(message['method'])];
    if (result === undefined)
      this.send({ jsonrpc: '2.0', id: message['id'], error: { code: -32601, message: 'Method not found' } });
    else this.result(message['id'], result());
  }
}
