/** The router's harness behind an HTTP endpoint on a loopback port; who asks is a header that the test chooses. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { systemClock, type Clock } from '../../../src/kernel/clock.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import { randomNonce } from '../../../src/kernel/ids.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { HttpEndpoint } from '../../../src/mcp/downstream/http/http-endpoint.ts';
import type { HttpSettings } from '../../../src/mcp/downstream/http/settings.ts';
import type { BuiltinContent, RouterOptions } from '../../../src/mcp/index.ts';
import { open, send, type Answer, type Incoming, type Sent } from './http-client.ts';
import { Harness } from './mcp-harness.ts';
import type { Message } from './peer.ts';

export interface HttpHarnessOptions extends RouterOptions {
  readonly clock?: Clock;
  readonly settings?: Partial<HttpSettings>;
  readonly builtin?: BuiltinContent;
}

export class HttpHarness extends Harness {
  readonly endpoint: HttpEndpoint;
  readonly #server = createServer((request, response) => {
    const project = /^\/mcp\/(\w+)/.exec(request.url ?? '')?.[1] ?? '';
    const principal = String(request.headers['x-principal'] ?? 'ann');
    const identity = () => {
      if (project === 'nowhere')
        throw new McptuiError('not-found', 'no project nowhere', { hint: 'projects: default' });
      return { project: project === '' ? 'default' : project };
    };
    void this.endpoint.handle(request, response, { principal, project, identity });
  });

  constructor(options: HttpHarnessOptions = {}) {
    super(options);
    this.endpoint = new HttpEndpoint({
      agents: this.router.agents,
      clock: options.clock ?? systemClock,
      logger: silentLogger,
      nonce: randomNonce,
      ...(options.settings === undefined ? {} : { settings: options.settings }),
    });
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/mcp/default`;
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** An initialized session. */
  async session(options: { readonly version?: string; readonly capabilities?: Message } = {}): Promise<HttpAgent> {
    const { version = '2025-11-25', capabilities = {} } = options;
    const params = { protocolVersion: version, capabilities, clientInfo: { name: 'agent', version: '1' } };
    const answer = await send(this.url, { body: { jsonrpc: '2.0', id: 0, method: 'initialize', params } });
    return new HttpAgent(this.url, String(answer.headers['mcp-session-id']), version);
  }
}

export class HttpAgent {
  readonly id: string;
  readonly #url: string;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(url: string, id: string, version: string) {
    this.#url = url;
    this.id = id;
    this.#headers = { 'mcp-session-id': id, 'mcp-protocol-version': version };
  }

  send(body: Sent['body'], sent: Sent = {}): Promise<Answer> {
    return send(this.#url, { ...sent, body: body ?? '', headers: { ...this.#headers, ...sent.headers } });
  }

  /** The answer's message. */
  async request(method: string, params: Message = {}, id: string | number = 1): Promise<Message> {
    return JSON.parse((await this.send({ jsonrpc: '2.0', id, method, params })).text) as Message;
  }

  /** A POST whose answer is read as it comes. */
  open(body: Message): Promise<Incoming> {
    return open(this.#url, { body, headers: this.#headers });
  }

  listen(headers: Readonly<Record<string, string>> = {}): Promise<Incoming> {
    return open(this.#url, { method: 'GET', headers: { ...this.#headers, ...headers } });
  }

  delete(): Promise<Answer> {
    return send(this.#url, { method: 'DELETE', headers: this.#headers });
  }
}
