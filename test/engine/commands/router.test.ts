/** The router's commands on the whole engine: calls of operators, sessions, caches, and the rows of upstreams. */
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../src/kernel/errors.ts';
import type { CallOptions, CallReport, UpstreamView } from '../../../src/engine/index.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { Peer } from '../../support/worlds/peer.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

async function running(): Promise<void> {
  await harness.engine.commands.createServer(aDraft({ env: [{ name: 'TOKEN', value: 'hunter2-hunter2' }] }));
  await harness.untilPhase('fs-1', 'running');
  await harness.until(() => harness.instance('fs-1').tools === 5, 'its tools');
}

/** The outcome of a command whose work needs the clock or the streams to go on. */
async function outcome<T>(work: Promise<T>): Promise<T | McptuiError> {
  let found: { readonly value: T | McptuiError } | undefined;
  work.then(
    (value) => (found = { value }),
    (error: unknown) => (found = { value: error as McptuiError }),
  );
  await harness.until(() => found !== undefined, 'an outcome');
  return found!.value;
}

const call = (tool: string, args = {}, options?: CallOptions, server = 'fs'): Promise<CallReport | McptuiError> =>
  outcome(harness.engine.commandsFor('operator:ann').callTool(server, tool, args, options));

const refused = async (tool: string, server?: string, options?: CallOptions): Promise<string> => {
  const error = await call(tool, {}, options, server);
  if (!(error instanceof McptuiError)) throw new Error('it was answered');
  return `${error.code}: ${error.message} → ${error.hint ?? ''}`;
};

const upstream = (): UpstreamView | undefined => [...harness.engine.view().upstreams.values()][0];

describe('callTool', () => {
  it('gives the answer as it came and leaves a trace in the name of the operator', async () => {
    await running();
    const report = await call('echo', { text: 'hi' });
    expect(report).toMatchObject({ server: 'fs', tool: 'echo', exposed: 'fs__echo' });
    expect(JSON.parse((report as CallReport).answer)).toMatchObject({
      result: { content: [{ type: 'text', text: '{"text":"hi"}' }], isError: false },
    });
    const [event] = await harness.audit('tool_call_trace');
    expect(event).toMatchObject({ actor: 'operator:ann', target: 'fs/echo', outcome: 'ok' });
    expect(event?.detail).toMatchObject({ arguments: { text: 'hi' } });
    expect(await harness.audit('session_bind')).toEqual([]);
    expect(harness.engine.view().sessions.size).toBe(0);
  });

  it('reports a tool’s own failure as an answer', async () => {
    await running();
    const report = (await call('fail')) as CallReport;
    expect(JSON.parse(report.answer)).toMatchObject({ result: { isError: true } });
  });

  it('masks the secrets that mcptui knows', async () => {
    harness.secrets.set('TOKEN', 'hunter2-hunter2');
    await harness.engine.commands.createServer(
      aDraft({ env: [{ name: 'TOKEN', secret: { backend: 'env', path: 'TOKEN' } }] }),
    );
    await harness.untilPhase('fs-1', 'running');
    const report = (await call('env', { name: 'TOKEN' })) as CallReport;
    expect(report.answer).toContain('[secret env/TOKEN]');
    expect(report.answer).not.toContain('hunter2');
  });

  it('masks them in lists too, and says of one that is too weak that it does not', async () => {
    harness.secrets.set('TOKEN', 'gives back its arguments');
    harness.secrets.set('WEAK', 'prod');
    const env = ['TOKEN', 'WEAK'].map((name) => ({ name, secret: { backend: 'env' as const, path: name } }));
    await harness.engine.commands.createServer(aDraft({ env }));
    await harness.untilPhase('fs-1', 'running');
    harness.engine.router.operators.dropLists();
    const before = JSON.stringify(await harness.engine.router.operators.catalog());
    const shown = JSON.stringify(await harness.engine.commands.catalog());
    expect(before).toContain('gives back its arguments');
    expect(shown).toContain('[secret env/TOKEN]');
    expect(shown).not.toContain('gives back its arguments');
    const lines = await harness.engine.commands.logs('fs-1');
    expect(lines.map(({ text }) => text)).toContain(
      'secret env/WEAK is not masked in logs and results: it is shorter than 6 characters',
    );
  });

  it('keeps what is said to be a secret out of the audit log and the answer', async () => {
    await running();
    const report = await call('echo', { token: 'correct horse', other: 'open' }, { secretArgs: ['token', 'absent'] });
    expect((report as CallReport).answer).toContain('[secret argument/token]');
    const [event] = await harness.audit('tool_call_trace');
    expect(event?.detail).toMatchObject({ arguments: { token: '[masked]', other: 'open' } });
    expect(JSON.stringify([report, event])).not.toContain('correct horse');
  });

  it('names what is not there, and what comes near it', async () => {
    await running();
    expect(await refused('echo', 'fss')).toBe('not-found: no server fss → mcptui get servers');
    expect(await refused('echo_it')).toBe(
      'not-found: server fs has no tool echo_it → did you mean echo? mcptui get tools --server fs',
    );
    expect(await refused('echo', 'fs', { project: 'web' })).toContain(
      'not-found: server fs is in project default, not in web',
    );
  });

  it('says that a server is down and why', async () => {
    await running();
    await harness.engine.commands.stop('fs');
    await harness.untilPhase('fs-1', 'stopped');
    expect(await refused('echo')).toContain('unavailable: server fs is stopped: stopped by operator');
  });

  it('ends at its deadline, or when it is cancelled by its name', async () => {
    await running();
    const late = harness.engine.commands.callTool('fs', 'never', {}, { timeoutMs: 500 });
    const failure = late.catch((error: unknown) => error);
    await harness.pass(600);
    expect(await failure).toMatchObject({ code: 'timeout', message: expect.stringContaining('within 500ms') });
    const waiting = outcome(harness.engine.commands.callTool('fs', 'never', {}, { callId: 'mine' }));
    await harness.until(() => harness.engine.router.counts().calls === 1, 'the call');
    expect(await refused('echo', 'fs', { callId: 'mine' })).toContain('conflict: a call named mine is under way');
    expect(await harness.engine.commands.cancelCall('mine')).toBe(true);
    expect(await waiting).toMatchObject({ code: 'conflict', message: 'the call of fs/never was cancelled' });
    expect(await harness.engine.commands.cancelCall('mine')).toBe(false);
  });
});

describe('disconnectSession', () => {
  it('ends the session and names who did it', async () => {
    const [ours, theirs] = duplexPair();
    const id = harness.engine.router.agents.accept(ours, { project: 'default' });
    const agent = new Peer(theirs);
    await outcome(harness.engine.commandsFor('operator:ann').disconnectSession(id));
    await harness.until(() => agent.isEnded, 'its end');
    const [told] = await harness.audit('session_disconnect');
    expect(told).toMatchObject({ actor: 'operator:ann', target: `session/${id}` });
    expect((await harness.audit('session_end'))[0]?.message).toContain('disconnected by operator:ann');
    expect(await outcome(harness.engine.commands.disconnectSession(id))).toMatchObject({ code: 'not-found' });
  });
});

describe('dropLists', () => {
  it('is recorded, and refuses a server that does not exist', async () => {
    await running();
    expect(await outcome(harness.engine.commandsFor('operator:ann').dropLists('fs'))).toEqual(['fs']);
    expect((await harness.audit('lists_drop'))[0]).toMatchObject({ actor: 'operator:ann', target: 'server/fs' });
    expect(await outcome(harness.engine.commands.dropLists('nope'))).toMatchObject({ code: 'not-found' });
  });
});

describe('the rows of upstreams', () => {
  it('tell state, tools, freshness and how calls go, within a second', async () => {
    await running();
    await harness.pass(1_000);
    expect(upstream()).toMatchObject({ server: 'fs', state: 'ready', instances: 1, tools: 5, calls: 0, errors5m: 0 });
    expect(upstream()?.list.freshUntil).toBeGreaterThan(harness.clock.now());
    await call('echo');
    await call('fail');
    await harness.pass(1_000);
    expect(upstream()).toMatchObject({ calls: 2, errors5m: 1, p50Ms: expect.any(Number), p95Ms: expect.any(Number) });
    await harness.pass(6 * 60_000);
    expect(upstream()).toMatchObject({ calls: 2, errors5m: 0 });
  });

  it('say why a server is not ready, and go with it', async () => {
    await harness.engine.commands.createServer(
      aDraft({ env: [{ name: 'TOKEN', secret: { backend: 'env', path: 'NONE' } }] }),
    );
    await harness.untilPhase('fs-1', 'error');
    await harness.pass(1_000);
    expect(upstream()).toMatchObject({
      state: 'error',
      instances: 0,
      reason: expect.stringContaining('SECRET_UNRESOLVED'),
    });
    await harness.engine.commands.deleteServer('fs');
    await harness.pass(1_000);
    expect(upstream()).toBeUndefined();
  });
});
