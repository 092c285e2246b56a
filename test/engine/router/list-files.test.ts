/** Servers' lists over the end of the engine. */
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { duplexPair } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ListFiles } from '../../../src/engine/router/list-files.ts';
import type { RememberedLists } from '../../../src/mcp/index.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { Peer } from '../../support/worlds/peer.ts';

const lists = (description: string): RememberedLists => ({
  asked: [],
  differ: false,
  sets: [{ capabilities: {}, lists: { tools: [{ name: 't', description, inputSchema: { type: 'object' } }] } }],
});

describe('ListFiles', () => {
  let folder: string;
  let errors: unknown[];
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'mcptui-lists-')), 'lists');
    errors = [];
  });
  afterEach(() => {
    rmSync(path.dirname(folder), { recursive: true, force: true });
    if (errors.length > 0) throw new Error('a file could not be written', { cause: errors[0] });
  });

  const open = (clock = new FakeClock()): ListFiles =>
    new ListFiles({
      clock,
      folder,
      mask: (text) => text.replaceAll('hunter2hunter2', '[secret]'),
      failed: (error) => void errors.push(error),
    });

  it('keeps the newest lists of a definition, readable by their owner alone, and gives them to the next engine', async () => {
    const clock = new FakeClock();
    const files = open(clock);
    files.save('srv_1', () => lists('old'));
    files.save('srv_1', () => lists('new'));
    await clock.advance(1_000);
    await files.close();
    expect(statSync(path.join(folder, 'srv_1.json')).mode & 0o777).toBe(0o600);
    expect(open().load('srv_1')).toEqual(lists('new'));
    expect(open().load('srv_2')).toBeUndefined();
  });

  it('keeps nothing in which a secret stands, nothing over 2 MiB, and nothing of definitions that are gone', async () => {
    const files = open();
    for (const id of ['srv_1', 'srv_2', 'srv_3', 'srv_4']) files.save(id, () => lists('short'));
    await files.close();
    files.save('srv_1', () => lists('with hunter2hunter2'));
    files.save('srv_2', () => lists('x'.repeat(3 * 1024 * 1024)));
    files.save('../../evil', () => lists('short'));
    files.keep(new Set(['srv_1', 'srv_2', 'srv_3']));
    await files.close();
    expect(readdirSync(folder)).toEqual(['srv_3.json']);
    expect(existsSync(path.join(folder, '../../evil.json'))).toBe(false);
  });

  it('takes what cannot be read, or is open to others, for nothing', async () => {
    const files = open();
    for (const id of ['torn', 'deep', 'wide']) files.save(id, () => lists('short'));
    await files.close();
    const whole = readFileSync(path.join(folder, 'torn.json'), 'utf8');
    writeFileSync(path.join(folder, 'torn.json'), whole.slice(0, 30));
    writeFileSync(path.join(folder, 'deep.json'), '['.repeat(2_000));
    chmodSync(path.join(folder, 'wide.json'), 0o644);
    const next = open();
    for (const id of ['torn', 'deep', 'wide']) expect(next.load(id)).toBeUndefined();
  });
});

describe('the engine after a restart', () => {
  let harness: Harness;
  beforeEach(async () => {
    harness = await engineHarness();
  });
  afterEach(() => harness.close());

  function anAgent(): Peer {
    const [ours, theirs] = duplexPair();
    harness.engine.router.agents.accept(ours, { project: 'default' });
    const agent = new Peer(theirs);
    const clientInfo = { name: 'agent', version: '1' };
    const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
    agent.send({ jsonrpc: '2.0', id: 0, method: 'initialize', params });
    return agent;
  }
  const known = (): number => [...harness.engine.view().upstreams.values()][0]?.tools ?? 0;

  it.each(['session', 'shared'] as const)(
    'lists at once what its servers had before, and lets calls wait for them: isolation %s',
    async (isolation) => {
      await harness.engine.commands.createServer(aDraft({ isolation, startTimeoutMs: 20_000 }));
      await harness.untilPhase('fs-1', 'running');
      await harness.pass(3_000);
      await harness.until(() => known() === 5, 'its tools');
      harness.process.silent = true;
      await harness.restart();
      await harness.untilPhase('fs-1', 'starting');
      const agent = anAgent();
      agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
      const { tools } = (await agent.answer(1))['result'] as { tools: { name: string }[] };
      expect(tools.map(({ name }) => name)).toContain('fs__echo');
      agent.send({ jsonrpc: '2.0', id: 2, method: 'tools/call', params: { name: 'fs__echo', arguments: {} } });
      await harness.pass(15_000);
      expect(agent.received.some(({ id }) => id === 2)).toBe(false);
      await harness.pass(10_000);
      await harness.untilPhase('fs-1', 'error');
      expect((await agent.answer(2))['error']).toMatchObject({
        code: -32000,
        data: { server: 'fs', state: 'error', reason: expect.stringContaining('INITIALIZE_TIMEOUT') as string },
      });
      // Known to fail now: told at once.
      agent.send({ jsonrpc: '2.0', id: 3, method: 'tools/call', params: { name: 'fs__echo', arguments: {} } });
      expect((await agent.answer(3))['error']).toMatchObject({ data: { state: 'error' } });
      harness.process.silent = false;
      await harness.pass(40_000);
      agent.send({ jsonrpc: '2.0', id: 4, method: 'tools/call', params: { name: 'fs__echo', arguments: {} } });
      await harness.until(() => agent.received.some(({ id }) => id === 4), 'the answer');
      expect(await agent.answer(4)).toHaveProperty('result');
    },
  );

  it('forgets the lists of a server that was deleted, also when another one takes its name', async () => {
    await harness.engine.commands.createServer(aDraft());
    await harness.untilPhase('fs-1', 'running');
    await harness.pass(3_000);
    await harness.engine.commands.deleteServer('fs');
    await harness.pass(3_000);
    harness.process.silent = true;
    await harness.engine.commands.createServer(aDraft());
    await harness.restart();
    expect(readdirSync(path.join(harness.folder, 'data', 'lists'))).toEqual([]);
    expect(known()).toBe(0);
  });
});
