/** What the engine says of a draft before it is created. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';

let harness: Harness;
beforeEach(async () => {
  harness = await engineHarness();
});
afterEach(() => harness.close());

const check = (draft: Parameters<typeof aDraft>[0]) => harness.engine.commands.checkServer(aDraft(draft));

describe('checkServer', () => {
  it('finds no fault in what can be created, and makes nothing', async () => {
    expect(await check({ name: 'files' })).toEqual({ notes: [] });
    expect(harness.engine.view().servers.size).toBe(0);
  });

  it('refuses what createServer refuses: by the schema, a name, a name that is taken', async () => {
    expect(await check({ name: 'files', replicas: 99 })).toMatchObject({
      fault: { message: 'server files: --replicas: use 64 or less' },
    });
    expect((await check({ name: 'My Files' })).fault?.hint).toContain('mcptui create server my-files');
    await harness.engine.commands.createServer(aDraft({ name: 'files' }));
    expect((await check({ name: 'files' })).fault?.message).toBe('server files exists');
  });

  it('notes a secret that stands in it as it is', async () => {
    const { fault, notes } = await check({ name: 'files', env: [{ name: 'API_TOKEN', value: 'abc' }] });
    expect(fault).toBeUndefined();
    expect(notes).toEqual([expect.stringContaining('API_TOKEN is stored as it stands')]);
  });
});
