/** A server that cannot run twice, with an instance for each session: what its second agent and the operator are told. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAgent } from '../support/worlds/agent.ts';
import { aHome, type Home } from '../support/worlds/run-mcptui.ts';

/** Listens on one port, like a server with a page of its own, and answers on stdio. */
const server = (lock: string): string => `
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
const answers = {
  initialize: { protocolVersion: '2025-06-18', capabilities: { tools: {} }, serverInfo: { name: 'once', version: '1' } },
  'tools/list': { tools: [{ name: 'do', inputSchema: { type: 'object' } }] },
  'tools/call': { content: [{ type: 'text', text: 'done' }] },
};
createServer().on('error', (error) => { console.error(error.stack); process.exit(1); }).listen(${JSON.stringify(lock)}, () => {
  createInterface({ input: process.stdin }).on('line', (line) => {
    const { id, method } = JSON.parse(line);
    if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, result: answers[method] ?? {} }));
  }).on('close', () => process.exit(0));
});
`;

let home: Home;
beforeAll(async () => {
  home = aHome();
  const script = path.join(home.folder, 'once.mjs');
  writeFileSync(script, server(path.join(home.folder, 'port')));
  await home.daemon();
  await home.mcptui(['create', 'server', 'once', '--', process.execPath, script]);
  await home.healthy(1);
});
afterAll(() => home.close());

describe('a server that cannot run twice', () => {
  it('tells its second agent which instance failed and how it can be shared, and the operator the same', async () => {
    const [first, second] = [await openAgent(home.env), await openAgent(home.env)];
    expect((await first.call('once__do', {})).result).toBeDefined();
    const { error } = await second.call('once__do', {});
    expect(error?.message).toContain('once-2 failed, and the server’s other instances serve other sessions');
    expect(error?.message).toContain('EADDRINUSE');
    expect(error?.message).toContain('mcptui set isolation once shared');
    const row = (await home.mcptui(['get', 'instances'])).stdout;
    expect(row).toContain('mcptui set isolation');
    await Promise.all([first.close(), second.close()]);
  });
});
