import { afterEach, describe, expect, it } from 'vitest';
import { unauditable } from '../../../src/engine/audit/unauditable.ts';
import { Harness, tool } from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

describe('createRouter: calls that are not wanted', () => {
  it('are refused with the reason, reach no server, and are taken again when the reason is gone', async () => {
    harness = new Harness();
    const server = await harness.server('a', { tools: [tool('t')] });
    const agent = await harness.agent();
    harness.refusal = unauditable({ kind: 'full', reason: 'the disk is full' });
    const refused = await agent.request('tools/call', { name: 'a__t', arguments: {} }, 1);
    expect(refused['error']).toEqual({
      code: -32000,
      message: 'no calls are taken: they could not be audited, which this engine requires (the disk is full)',
    });
    expect((await agent.request('tools/list', {}, 2))['result']).toMatchObject({ tools: [{ name: 'a__t' }] });
    expect(server.calls).toEqual([]);
    harness.refusal = unauditable({ kind: 'ok' });
    expect(await agent.request('tools/call', { name: 'a__t', arguments: {} }, 3)).toHaveProperty('result');
  });
});

describe('unauditable', () => {
  it('is a journal that takes nothing, not one whose snapshots fail', () => {
    expect(unauditable({ kind: 'degraded', reason: 'EACCES' })).toBeUndefined();
    expect(unauditable({ kind: 'read-only', reason: 'EIO' })).toContain('(EIO)');
  });
});
