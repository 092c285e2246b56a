import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HttpHarness } from '../../support/worlds/http-harness.ts';
import { eventually, tool, type FakeServerOptions, type Message } from '../../support/worlds/mcp-harness.ts';
import { modern, modernMessage } from '../../support/worlds/modern.ts';

const LONG = 'long '.repeat(4_000);
const server: FakeServerOptions = {
  instructions: 'Be kind to the disk.',
  tools: [tool('read'), tool('wide', { description: LONG })],
  prompts: [{ name: 'short' }, { name: 'long' }],
  on({ method, params }) {
    if (method !== 'prompts/get') return undefined;
    const { name } = params as { readonly name: string };
    const text = name === 'long' ? LONG : 'Hi.';
    return { result: { messages: [{ role: 'user', content: { type: 'text', text } }] } };
  },
};

let harness: HttpHarness;
beforeEach(async () => {
  harness = await new HttpHarness().listen();
  await harness.server('fs', server);
});
afterEach(() => harness.close());

/** What was told last, once it has been. */
async function lastTold(count: number) {
  await eventually(() => harness.observed.saw.length >= count, `${count} things that an agent saw`);
  const record = harness.observed.saw[count - 1];
  if (record === undefined) throw new Error('nothing was told');
  return record;
}

/** The text is the whole result of the line, to the byte. */
function expectResult(line: string, sent: string): void {
  expect(line).toContain(`"result":${sent}`);
  const result = (JSON.parse(line) as Message)['result'];
  expect(JSON.parse(sent)).toEqual(result);
  expect(line.length - sent.length).toBeLessThan(60);
}

describe('told', () => {
  it('tells an agent of 2025 on a stream byte for byte: instructions, lists, and prompts of every size', async () => {
    const agent = await harness.agent();
    await agent.request('tools/list', undefined, 't');
    await agent.request('prompts/get', { name: 'fs__short' }, 's');
    await agent.request('prompts/get', { name: 'fs__long' }, 'l');
    await lastTold(4);
    const { saw } = harness.observed;
    expect(saw.map(({ what, name }) => [what, name])).toEqual([
      ['instructions', undefined],
      ['tools', undefined],
      ['prompt', 'fs__short'],
      ['prompt', 'fs__long'],
    ]);
    expect(saw[0]?.sent()).toContain('Be kind to the disk.');
    for (const [at, id] of (['q1', 't', 's', 'l'] as const).entries()) {
      expectResult(agent.raw.find((line) => line.includes(`"id":"${id}"`)) ?? '', saw[at]?.sent() ?? '');
    }
    expect(saw[1]?.session()).toMatchObject({ client: 'agent 1', project: 'default' });
  });

  it('tells the same text for the same list', async () => {
    const agent = await harness.agent();
    await agent.request('tools/list');
    await agent.request('tools/list');
    await lastTold(3);
    const [, first, second] = harness.observed.saw;
    expect(second?.text).toBe(first?.text);
  });

  it('tells an agent of 2026-07-28 with what that revision adds, on a stream', async () => {
    const agent = harness.rawAgent();
    for (const [at, method] of (['server/discover', 'prompts/list', 'tools/list'] as const).entries()) {
      agent.send(modernMessage(method, {}, { id: `m${at}` }));
      await agent.answer(`m${at}`);
      const { sent } = await lastTold(at + 1);
      expectResult(agent.raw.find((line) => line.includes(`"id":"m${at}"`)) ?? '', sent());
      expect(sent()).toContain('"resultType":"complete"');
    }
    agent.send(modernMessage('prompts/get', { name: 'fs__long' }, { id: 'p' }));
    await agent.answer('p');
    expectResult(agent.raw.find((line) => line.includes('"id":"p"')) ?? '', (await lastTold(4)).sent());
  });

  it('tells agents of both revisions over HTTP', async () => {
    const agent = await harness.session();
    const listed = await agent.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' });
    expectResult(listed.text, (await lastTold(2)).sent());
    const { text } = await modern(harness.url, 'tools/list');
    expectResult(text, (await lastTold(3)).sent());
    expect(harness.observed.saw.map(({ session }) => session().client)).toEqual(['agent 1', 'agent 1', 'modern 1']);
  });

  it('tells nothing of calls, of errors and of what operators ask', async () => {
    const agent = await harness.agent();
    await agent.request('tools/call', { name: 'fs__read', arguments: {} });
    await agent.request('prompts/get', { name: 'nobody' });
    const operator = await harness.agent({ operator: 'operator:ann' });
    await operator.request('tools/list');
    await agent.request('prompts/list');
    await lastTold(2);
    expect(harness.observed.saw.map(({ what }) => what)).toEqual(['instructions', 'prompts']);
  });
});
