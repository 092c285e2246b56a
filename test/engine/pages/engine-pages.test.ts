/** What the journal is told of long resources, which have no trace; and which sessions have pages at all. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnginePages } from '../../../src/engine/pages/engine-pages.ts';
import { Masker } from '../../../src/engine/secrets/masker.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import type { LongResult } from '../../../src/mcp/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
let pages: EnginePages;
const masker = new Masker();
masker.learn('env/TOKEN', 'kX9#mQ2$vL7pR4wZ8tB1');

beforeEach(async () => {
  harness = await engineHarness();
  // The folder's name has a secret in it, so that the system's words about it do.
  const pagesFolder = path.join(harness.folder, 'kX9#mQ2$vL7pR4wZ8tB1');
  await writeFile(pagesFolder, 'in the way');
  const { clock, db } = harness;
  pages = new EnginePages({
    clock,
    db,
    logger: silentLogger,
    masker,
    router: () => harness.engine.router,
    models: { hasAny: () => false, ask: () => Promise.resolve({ ok: false, reason: 'no model' }) },
    told: () => '',
    pagesFolder,
  });
  await harness.engine.commands.createProject('web', { pages: { kind: 'paginate', pageTokens: 200 } });
});
afterEach(async () => {
  await pages.close();
  await harness.close();
});

const long = { contents: [{ uri: 'a://x', text: 'Some words of prose, and an end.\n\n'.repeat(200) }] };
const resultOf = (method: LongResult['method']): LongResult => ({
  session: { id: 'ses_1', client: 'c', identity: { project: 'web' }, info: {} as never },
  project: 'web',
  server: 'shop',
  method,
  tool: undefined,
  isTraced: method === 'tools/call',
  bytes: 9_000,
  message: () => new Uint8Array(Buffer.from(JSON.stringify({ result: long }))),
});

describe('EnginePages', () => {
  it('tells the journal once a minute of a server whose resources are given whole, and why', async () => {
    const stage = pages.stageOf('web', undefined);
    for (let time = 0; time < 3; time += 1) {
      expect(await stage?.instead(resultOf('resources/read'))).toMatchObject({ kind: 'same' });
    }
    const [event, ...others] = await harness.audit('pages_failed');
    expect(others).toEqual([]);
    expect(event).toMatchObject({
      target: 'server/shop',
      outcome: 'error',
      session: 'ses_1',
      detail: { project: 'web' },
    });
    expect(event?.message).toMatch(/^a resource was given whole: \S/);
    expect(event?.message).not.toContain('kX9#mQ2$vL7pR4wZ8tB1');
    await harness.clock.advance(60_000);
    await stage?.instead(resultOf('resources/read'));
    expect(await harness.audit('pages_failed')).toHaveLength(2);
  });

  it('has a stage for agents of a project with pages alone, the same one for as long as nothing changes', async () => {
    const stage = pages.stageOf('web', undefined);
    expect(stage).toBeDefined();
    expect(pages.stageOf('web', undefined)).toBe(stage);
    expect(pages.stageOf('web', 'operator:ann')).toBeUndefined();
    expect(pages.stageOf('default', undefined)).toBeUndefined();
    const asked = { server: 'shop', method: 'tools/call', tool: 'x' } as const;
    expect([200, 201].map((bytes) => stage?.wants({ ...asked, bytes }))).toEqual([false, true]);
    await harness.engine.commands.updateProject('web', { pages: { overrides: { 'shop/x': 'off' } } });
    expect(pages.stageOf('web', undefined)?.wants({ ...asked, bytes: 9_000 })).toBe(false);
    expect(pages.stageOf('web', undefined)?.wants({ ...asked, tool: 'y', bytes: 9_000 })).toBe(true);
  });
});
