import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Recorder } from '../../../src/engine/audit/recorder.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { Masker } from '../../../src/engine/secrets/masker.ts';
import { KEPT_BYTES } from '../../../src/mcp/wire/long-call.ts';
import type { ToolCallTrace } from '../../../src/mcp/types/observer.ts';
import type { SessionInfo } from '../../../src/mcp/types/session.ts';
import type { EventDraft } from '../../../src/store/types.ts';

const session: SessionInfo = {
  id: 'ses_1',
  project: 'ops',
  client: 'claude-code 2.1',
  since: 0,
  lastAt: 0,
  calls: 0,
  errors: 0,
  open: 0,
  waiting: 0,
};
const trace: ToolCallTrace = {
  sessionId: 'ses_1',
  client: 'claude-code 2.1',
  project: 'ops',
  server: 'fs',
  tool: 'read_file',
  startedAt: 0,
  durationMs: 1,
  outcome: 'ok',
  requestBytes: 10,
  responseBytes: 20,
};

function recorderOf(events: EventDraft[], clock = new FakeClock(), masker = new Masker()): Recorder {
  return new Recorder({ clock, db: { record: (draft) => void events.push(draft) }, masker });
}

function recorded(of: Partial<SessionInfo>): EventDraft[] {
  const events: EventDraft[] = [];
  const recorder = recorderOf(events);
  recorder.sessionSeen({ ...session, ...of });
  recorder.toolCall({ ...trace, ...of });
  recorder.sessionEnded({ ...session, ...of }, 'gone');
  return events;
}

describe('Recorder', () => {
  it('names the client as the actor of a session without an agent', () => {
    const events = recorded({});
    expect(events.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
      'session_bind client:claude-code 2.1',
      'tool_call_trace client:claude-code 2.1',
      'session_end client:claude-code 2.1',
    ]);
    expect(events[0]?.message).toBe('client claude-code 2.1 on project ops');
    expect(events[1]?.detail).toEqual({ project: 'ops', result: 'ok', requestBytes: 10, responseBytes: 20 });
  });

  it('keeps beside what the server said what the agent got of it, or why it got all, without secrets', () => {
    const events: EventDraft[] = [];
    const masker = new Masker();
    masker.learn('env/TOKEN', 'kX9#mQ2$vL7pR4wZ8tB1');
    const recorder = recorderOf(events, new FakeClock(), masker);
    const pages = { id: 'ab', count: 3, tokens: 900, withheldTokens: 600 };
    recorder.toolCall({ ...trace, pages });
    recorder.toolCall({ ...trace, pages: { failed: 'no room for kX9#mQ2$vL7pR4wZ8tB1' } });
    expect(events.map(({ detail }) => detail?.['pages'])).toEqual([
      pages,
      { failed: 'no room for [secret env/TOKEN]' },
    ]);
  });

  it('names who has proven to be an agent, and keeps client and personality beside it', () => {
    const events = recorded({ subject: 'agent:reviewer', agent: 'reviewer', personality: 'careful' });
    expect(events.map(({ actor }) => actor)).toEqual(['agent:reviewer', 'agent:reviewer', 'agent:reviewer']);
    expect(events[0]?.message).toBe('client claude-code 2.1 on project ops, agent reviewer as careful');
    expect(events[1]?.detail).toMatchObject({ client: 'claude-code 2.1', personality: 'careful' });
  });
});

const SECRET = 'Zq81-Lm40-Tr77';

describe('Recorder: what comes from outside', () => {
  it('is masked first, then cut: names to 256 characters and a hash, texts to 500', () => {
    const events: EventDraft[] = [];
    const masker = new Masker();
    masker.learn('file/s', SECRET);
    const recorder = recorderOf(events, new FakeClock(), masker);
    const long = (before: number): string => `${'n'.repeat(before)}${SECRET}${'m'.repeat(1_000_000)}`;
    for (const before of [230, 240, 250, 490, 495]) {
      recorder.toolCall({
        ...trace,
        tool: long(before),
        client: long(before),
        outcome: 'rpc-error',
        error: long(before),
      });
      recorder.sessionEnded({ ...session, client: long(before) }, long(before));
      recorder.nameConflict('ops', long(before), ['a', 'b']);
      const asked = { server: 'fs', instanceId: 'i', startedAt: 0, durationMs: 1, outcome: 'error' as const };
      recorder.serverRequest({ ...asked, method: long(before), client: long(before), error: long(before) });
    }
    const text = JSON.stringify(events);
    expect(events.length).toBeGreaterThanOrEqual(20);
    for (const event of events) expect(JSON.stringify(event).length).toBeLessThan(2_500);
    for (let at = 0; at + 6 <= SECRET.length; at++) expect(text).not.toContain(SECRET.slice(at, at + 6));
    expect(events[0]?.target).toMatch(/^fs\/n{230}.*…#[0-9a-f]{12}$/);
  });

  it('has its arguments masked by name, at any depth and of any length, whoever calls', () => {
    const events: EventDraft[] = [];
    const secret = { password: 'x', note: 'kept', nested: [{ api_key: 12_345, 'X-Auth-Token': ['a'], page: 2 }] };
    const args = { ...secret, max_tokens: 5, token: '', authorization: true };
    for (const who of [{}, { operator: 'operator:ann' }])
      recorderOf(events).toolCall({ ...trace, ...who, arguments: args });
    for (const { detail } of events) {
      expect(detail?.['arguments']).toEqual({
        password: '[masked]',
        note: 'kept',
        nested: [{ api_key: '[masked]', 'X-Auth-Token': '[masked]', page: 2 }],
        max_tokens: 5,
        token: '',
        authorization: true,
      });
    }
  });

  it('has arguments masked that its tool’s schema marks', () => {
    const events: EventDraft[] = [];
    const secretNames = new Set(['seed', 'note']);
    const args = { seed: 'correct horse', deep: [{ note: 'battery' }], path: 'x' };
    recorderOf(events).toolCall({ ...trace, arguments: args, secretNames });
    recorderOf(events).toolCall({ ...trace, arguments: args, secretNames, argumentsText: 'x'.repeat(9_000) });
    expect(events[0]?.detail?.['arguments']).toEqual({ seed: '[masked]', deep: [{ note: '[masked]' }], path: 'x' });
    expect(JSON.stringify(events)).not.toMatch(/horse|battery/);
  });

  it('keeps size, hash and begin of large arguments, masked', () => {
    const events: EventDraft[] = [];
    const args = { password: 'hunter2!', list: Array(5_000).fill('value') };
    recorderOf(events).toolCall({ ...trace, arguments: args, argumentsText: JSON.stringify(args) });
    const detail = events[0]?.detail ?? {};
    expect(detail).toMatchObject({
      argumentsBytes: JSON.stringify(args).length,
      argumentsHash: createHash('sha256').update(JSON.stringify(args)).digest('hex'),
    });
    const head = detail['argumentsHead'] as string;
    expect(head).toMatch(/^\{"password":"\[masked\]","list":\["value",/);
    expect(head.length).toBeLessThanOrEqual(1_024);
    const small = { path: 'x' };
    recorderOf(events).toolCall({ ...trace, arguments: small, argumentsText: '{"path":"x"}' });
    expect(events[1]?.detail?.['arguments']).toEqual(small);
  });

  it('keeps the same of arguments that come as bytes, and masks a secret that reaches beyond what is kept of them', () => {
    const secret = Array.from({ length: 2_000 }, (_, index) => `part-${index}`).join('/');
    for (const isKnown of [false, true]) {
      const events: EventDraft[] = [];
      const masker = new Masker();
      if (isKnown) masker.learn('key', secret);
      const recorder = recorderOf(events, undefined, masker);
      const whole = { text: `${secret}${'e'.repeat(100_000)}` };
      const cut = { text: `${whole.text.slice(0, KEPT_BYTES)}~` };
      const text = JSON.stringify(whole);
      const argumentsBytes = [Buffer.from(text.slice(0, 70_000)), Buffer.from(text.slice(70_000))];
      recorder.toolCall({ ...trace, arguments: whole, argumentsText: text });
      recorder.toolCall({ ...trace, arguments: cut, argumentsBytes });
      expect(events[1]?.detail).toEqual(events[0]?.detail);
      expect(JSON.stringify(events[1]?.detail).includes('part-1/')).toBe(!isKnown);
    }
  });

  it('has a rate: 10,000 calls of a session at once, then 500 a second; the rest is one number', async () => {
    const events: EventDraft[] = [];
    const clock = new FakeClock();
    const recorder = recorderOf(events, clock);
    for (let i = 0; i < 15_000; i++) recorder.toolCall(trace);
    recorder.toolCall({ ...trace, sessionId: 'ses_2' });
    expect(events).toHaveLength(10_001);
    await clock.advance(10_000);
    expect(events.at(-1)).toMatchObject({
      kind: 'traces_dropped',
      target: 'session/ses_1',
      message: '5000 traces are not kept: more than 500 a second',
    });
    for (let i = 0; i < 10_000; i++) recorder.toolCall(trace);
    expect(events).toHaveLength(10_002 + 5_000);
  });

  it('has 200 requests of a server at once, then 20 a second', async () => {
    const events: EventDraft[] = [];
    const clock = new FakeClock();
    const recorder = recorderOf(events, clock);
    const asked = { server: 'fs', instanceId: 'i', method: 'sampling/createMessage', startedAt: 0, durationMs: 1 };
    for (let i = 0; i < 100_000; i++) recorder.serverRequest({ ...asked, outcome: 'refused' });
    expect(events).toHaveLength(200);
    await clock.advance(10_000);
    expect(events.at(-1)?.message).toBe('99800 traces are not kept: more than 20 a second');
  });

  it('keeps what was odd in definitions and what changed in them, masked and bounded', () => {
    const events: EventDraft[] = [];
    const masker = new Masker();
    masker.learn('file/token', 'hunter2hunter2');
    const recorder = recorderOf(events, new FakeClock(), masker);
    const given = undefined;
    recorder.oddDefinitions({
      server: 'fs',
      kind: 'tools',
      oddities: [
        { name: 'a', problem: 'description is null, not a string: dropped', isLeftOut: false, given },
        { name: '#2', problem: 'it has no name hunter2hunter2', isLeftOut: true, given },
      ],
    });
    const long = 'x'.repeat(100_000);
    recorder.definitionsChanged({
      server: 'fs',
      kind: 'tools',
      diff: {
        added: ['new', '__proto__'],
        removed: ['old'],
        changed: [
          { name: 'a', members: [{ path: 'description', before: 'Send.', after: 'Send to hunter2hunter2' }] },
          ...Array.from({ length: 50 }, (_, index) => ({
            name: `b${index}`,
            members: [{ path: 'description', before: undefined, after: long }],
          })),
        ],
        more: 3,
      },
    });
    expect(events).toMatchObject([
      {
        kind: 'definition_problem',
        target: 'server/fs',
        outcome: 'error',
        message:
          'tools: a mended (description is null, not a string: dropped), #2 left out (it has no name [secret file/token])',
        detail: {
          list: 'tools',
          leftOut: { '#2': 'it has no name [secret file/token]' },
          mended: { a: 'description is null, not a string: dropped' },
        },
      },
      {
        kind: 'definition_change',
        actor: 'server:fs',
        target: 'server/fs',
        message: expect.stringMatching(/^tools: a changed \(description\), b0 changed/) as string,
        detail: {
          list: 'tools',
          removed: [],
          changed: { a: { description: { before: 'Send.', after: 'Send to [secret file/token]' } } },
          more: 3,
        },
      },
    ]);
    expect(JSON.stringify(events[1]).length).toBeLessThan(20_000);
    expect(JSON.stringify(events)).not.toContain('hunter2');
  });
});
