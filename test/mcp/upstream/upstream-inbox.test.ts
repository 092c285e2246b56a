/** Which of a server's messages somebody waits for. */
import { describe, expect, it } from 'vitest';
import type { Flow } from '../../../src/pacing/pace.ts';
import type { Connection, PendingCall } from '../../../src/mcp/upstream/upstream.ts';
import { nobodysCall } from '../../../src/mcp/upstream/nobodys-call.ts';
import { UpstreamInbox } from '../../../src/mcp/upstream/upstream-inbox.ts';
import { loggedBugs } from '../../../src/kernel/bugs.ts';
import { silentLogger } from '../../../src/kernel/log.ts';

function anInbox(): { inbox: UpstreamInbox; told: string[]; upstream: Connection; sent: unknown[] } {
  const sent: unknown[] = [];
  const told: string[] = [];
  const nothing = (): void => undefined;
  const flow = {
    wanted: () => told.push('wanted'),
    unwanted: () => told.push('unwanted'),
    each: (items: Iterator<unknown>, work: (item: unknown) => void) =>
      [...{ [Symbol.iterator]: () => items }].forEach(work),
  } as unknown as Flow;
  const listener = { request: nothing, notification: nothing, invalidOutput: nothing };
  const upstream = {
    id: 'i',
    server: 's',
    isLost: false,
    listener,
    queuedBytes: 0,
    send: (line: unknown) => sent.push(line),
  } as unknown as Connection;
  return {
    inbox: new UpstreamInbox(upstream, {
      maxMessageBytes: 1_000,
      bugs: loggedBugs(silentLogger),
      mask: (text) => text,
      flow,
    }),
    told,
    upstream,
    sent,
  };
}

describe('UpstreamInbox', () => {
  it.each([
    ['an answer that is waited for', '{"jsonrpc":"2.0","id":1,"result":{}}', 'wanted'],
    ['an answer that nobody waits for any more', '{"jsonrpc":"2.0","id":0,"result":{}}', 'unwanted'],
    [
      'progress',
      '{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":1,"progress":1}}',
      'unwanted',
    ],
    ['a notification', '{"jsonrpc":"2.0","method":"notifications/message","params":{}}', 'unwanted'],
    ['a request', '{"jsonrpc":"2.0","id":1,"method":"ping"}', 'unwanted'],
    ['noise', 'Listening on port 3000', 'unwanted'],
  ])('tells what %s is', (_name, text, kind) => {
    const { inbox, told } = anInbox();
    const call = { sessionId: 's', requestId: 1, isProbe: false, settle: () => undefined, progress: () => undefined };
    inbox.expect({ method: 'tools/call' }, 1, call, false);
    inbox.small(text);
    expect(told).toEqual([kind]);
  });

  it('fails all that is in flight, and what comes afterwards is nobody’s', () => {
    const { inbox, told } = anInbox();
    const failed: number[] = [];
    for (const id of [1, 2, 3]) {
      const call = {
        sessionId: 's',
        requestId: id,
        isProbe: false,
        settle: () => failed.push(id),
        progress: () => undefined,
      };
      inbox.expect({ method: 'tools/call' }, id, call, false);
    }
    inbox.failAll({ code: -32_000, message: 'gone' });
    inbox.small('{"jsonrpc":"2.0","id":2,"result":{}}');
    expect([failed, inbox.pending.size, told]).toEqual([[1, 2, 3], 0, ['unwanted']]);
  });

  it('fails the call that a line which does not go on answers, and no other', () => {
    const { inbox } = anInbox();
    const failed: number[] = [];
    for (const id of [1, 2]) {
      const settle = (): void => void failed.push(id);
      inbox.expect({ method: 'tools/call' }, id, { ...nobodysCall(settle) }, false);
    }
    inbox.stalled('Enter password: ');
    inbox.stalled('{"jsonrpc":"2.0","result":{');
    inbox.stalled('{"jsonrpc":"2.0","id":7,"method":"ping"');
    expect(failed).toEqual([]);
    inbox.stalled('{"jsonrpc":"2.0","id":2,"res');
    expect(failed).toEqual([2]);
    inbox.stalled('{"jsonrpc":"2.0","result":{');
    expect(failed).toEqual([2, 1]);
  });

  it('answers a request of the server at which the router fails, and settles a call whose answer it cannot handle', () => {
    const { inbox, upstream, sent } = anInbox();
    const fail = (): never => {
      throw new Error('a bug');
    };
    upstream.listener = { ...upstream.listener, request: fail };
    inbox.small('{"jsonrpc":"2.0","id":9007199254740993,"method":"x"}');
    expect(sent).toEqual([expect.stringContaining('"id":9007199254740993,"error":{"code":-32603')]);
    const kinds: string[] = [];
    const settle: PendingCall['settle'] = ({ kind }) => {
      kinds.push(kind);
      if (kind === 'small') fail();
    };
    inbox.expect({ method: 'tools/call' }, 1, nobodysCall(settle), false);
    inbox.small('{"jsonrpc":"2.0","id":1,"result":{}}');
    expect(kinds).toEqual(['small', 'failed']);
  });
});
