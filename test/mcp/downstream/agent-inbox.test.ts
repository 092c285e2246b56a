/** A message at which the router fails is reported, and whoever waits for its answer gets one, once. */
import { describe, expect, it } from 'vitest';
import { AgentInbox, type AgentInboxHost } from '../../../src/mcp/downstream/agent-inbox.ts';
import { EraLink } from '../../../src/mcp/downstream/era-link.ts';
import { META, MODERN_VERSION } from '../../../src/mcp/eras/modern.ts';
import type { ModernDownstream } from '../../../src/mcp/downstream/modern/modern-downstream.ts';
import type { LinkReceiver, SessionLink } from '../../../src/mcp/downstream/session-link.ts';

function anInbox(request: AgentInboxHost['request']) {
  const said: string[] = [];
  const bugs: unknown[] = [];
  const failed: unknown[] = [];
  const inbox = new AgentInbox({
    maxMessageBytes: 1_000,
    serverRequests: new Map(),
    version: () => '2025-03-26',
    seen: () => undefined,
    request,
    notification: () => {
      throw new Error('a bug');
    },
    failed: (id) => failed.push(id),
    report: (error) => bugs.push(error),
  });
  const sink = { send: (text: string | readonly Buffer[]) => void said.push(String(text)) };
  return { said, bugs, failed, text: (text: string) => inbox.text(text, sink) };
}

const boom = (): never => {
  throw new TypeError('a bug');
};

describe('AgentInbox', () => {
  it('answers a request at which the router fails with -32603 and the id as it was written', () => {
    const { text, said, bugs, failed } = anInbox(boom);
    text('{"jsonrpc":"2.0","id":9007199254740993,"method":"x"}');
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('"id":9007199254740993,"error":{"code":-32603');
    expect([bugs.length, failed.length]).toEqual([1, 1]);
  });

  it('answers once when it fails behind the answer', () => {
    const { text, said, bugs } = anInbox((_message, _bytes, sink) => {
      sink.send('the answer');
      boom();
    });
    text('{"jsonrpc":"2.0","id":1,"method":"x"}');
    expect([said, bugs.length]).toEqual([['the answer'], 1]);
  });

  it('answers the others of a batch, and goes on after a notification that fails', () => {
    const { text, said, bugs } = anInbox((message, _bytes, sink) => {
      if (message['id'] === 1) boom();
      sink.send('fine');
    });
    text(
      '[{"jsonrpc":"2.0","id":1,"method":"x"},{"jsonrpc":"2.0","method":"n"},{"jsonrpc":"2.0","id":2,"method":"x"}]',
    );
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/"id":1,"error":\{"code":-32603.*fine/);
    expect(bugs).toHaveLength(2);
  });
});

describe('EraLink', () => {
  it('answers a request at which what serves 2026-07-28 fails, and the connection lives', () => {
    const said: string[] = [];
    const bugs: unknown[] = [];
    let inner: LinkReceiver | undefined;
    const link: Partial<SessionLink> = { open: (receiver) => (inner = receiver), notify: () => undefined };
    const modern = { open: () => undefined, request: boom } as unknown as ModernDownstream;
    const receiver: Partial<LinkReceiver> = { id: 's', unhandled: (error) => void bugs.push(error) };
    new EraLink(link as SessionLink, modern).open(receiver as LinkReceiver);
    const meta = JSON.stringify({ [META.version]: MODERN_VERSION, [META.clientCapabilities]: {} });
    const text = `{"jsonrpc":"2.0","id":"k","method":"tools/list","params":{"_meta":${meta}}}`;
    for (let count = 0; count < 2; count += 1) inner?.text(text, { send: (line) => void said.push(String(line)) });
    expect(said).toHaveLength(2);
    expect(said[1]).toContain('"id":"k","error":{"code":-32603');
    expect(bugs).toHaveLength(2);
  });
});
