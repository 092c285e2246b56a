/** Sessions of a project whose long answers come in pages, as their clients see them. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EngineCommands, ProjectChange } from '../../../src/engine/index.ts';
import { aDraft } from '../../support/builders/builders.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { connectTo, list, read, type Result } from '../../support/worlds/offered.ts';
import type { Peer } from '../../support/worlds/peer.ts';

let harness: Harness;
let ann: EngineCommands;

const PAGES = { kind: 'paginate', pageTokens: 400 } as const;

beforeEach(async () => {
  harness = await engineHarness();
  ann = harness.engine.commandsFor('operator:ann');
});
afterEach(() => harness.close());

async function project(name: string, change: ProjectChange = { pages: PAGES }): Promise<Peer> {
  await ann.createProject(name, change);
  await ann.createServer(aDraft({ name: `s-${name}`, project: name }));
  await harness.untilPhase(`s-${name}-1`, 'running');
  return (await connectTo(harness, { project: name })).agent;
}

const items = Array.from({ length: 400 }, (_, at) => `Some words about part ${at}.`);
/** The server answers with its arguments. */
const long = JSON.stringify({ items });
const echo = async (agent: Peer, name: string, args: object): Promise<Result> =>
  agent.request('tools/call', { name: `s-${name}__echo`, arguments: args });
const blocks = ({ result }: Result): string[] =>
  ((result?.['content'] ?? []) as { readonly text: string }[]).map(({ text }) => text);
const idIn = (answer: Result): string => /kept as ([0-9a-f]{32})/.exec(blocks(answer).join())?.[1] ?? '';
const toolNames = async (agent: Peer): Promise<readonly unknown[]> =>
  (await list(agent, 'tools')).map(({ name }) => name);

describe('a session of a project with pages', () => {
  it('gets the first page of a long answer, the titles of the others, and reads on by tool and by URI', async () => {
    const agent = await project('web');
    expect(await toolNames(agent)).toContain('read_page');
    const answer = await echo(agent, 'web', { items });
    const [first = '', words = ''] = blocks(answer);
    const id = idIn(answer);
    expect(first.length).toBeLessThan(2_000);
    expect(words).toMatch(/page 1 of \d+ of a long answer \(≈[\d,]+ tokens\)/);
    expect(words).toMatch(/^2\. items\[\d+\] to items\[\d+\] \(≈\d+ tokens\)$/m);
    const titles = blocks(await agent.request('tools/call', { name: 'read_page', arguments: { id } }))[0] ?? '';
    const count = Number(/has (\d+) pages/.exec(titles)?.[1]);
    let whole = first;
    for (let page = 2; page <= count; page += 1) {
      const [text = ''] = blocks(await agent.request('tools/call', { name: 'read_page', arguments: { id, page } }));
      expect(await read(agent, `mcptui://pages/${id}/${page}`)).toBe(text);
      whole += text;
    }
    expect(whole).toBe(long);
    expect(blocks(await echo(agent, 'web', { text: 'short' })).join()).toContain('short');
  });

  it('says what is wrong with a page that there is none of, an id of another project, and arguments', async () => {
    const agent = await project('web');
    const other = await project('shop');
    const id = idIn(await echo(agent, 'web', { items }));
    const page = async (of: Peer, args: object): Promise<unknown> =>
      ((await of.request('tools/call', { name: 'read_page', arguments: args })) as Result).result;
    expect(await page(agent, { id, page: 9_999 })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('pages 1 to') as string }],
    });
    expect(await page(other, { id, page: 2 })).toMatchObject({
      isError: true,
      content: [{ text: expect.stringContaining('project shop keeps no answer') as string }],
    });
    expect(await page(agent, { id: '../x', page: 2 })).toMatchObject({ isError: true });
    expect(await read(other, `mcptui://pages/${id}/2`)).toContain('-32002');
  });

  it('keeps secrets that are known out of pages and files', async () => {
    harness.secrets.set('TOKEN', 'kX9#mQ2$vL7pR4wZ8tB1');
    await ann.createProject('web', { pages: PAGES });
    await ann.createServer(
      aDraft({ name: 's-web', project: 'web', env: [{ name: 'TOKEN', secret: { backend: 'env', path: 'TOKEN' } }] }),
    );
    await harness.untilPhase('s-web-1', 'running');
    const { agent } = await connectTo(harness, { project: 'web' });
    const answer = await echo(agent, 'web', { items, token: 'kX9#mQ2$vL7pR4wZ8tB1' });
    expect(idIn(answer)).not.toBe('');
    const folder = path.join(harness.folder, 'data', 'pages', 'web');
    const kept = (
      await Promise.all((await readdir(folder)).map((file) => readFile(path.join(folder, file), 'latin1')))
    ).join();
    expect(kept).toContain('[secret env/TOKEN]');
    expect(kept).not.toContain('kX9#mQ2$vL7pR4wZ8tB1');
  });

  it('tells the audit what it got, operators what the server said, and counts what it did not read', async () => {
    const agent = await project('web');
    const answer = await echo(agent, 'web', { items });
    const id = idIn(answer);
    const [trace] = await harness.audit('tool_call_trace');
    expect(trace?.detail).toMatchObject({
      pages: { id, count: expect.any(Number) as number, tokens: expect.any(Number) as number },
    });
    const pagesOf = trace?.detail?.['pages'] as { readonly withheldTokens: number } | undefined;
    const withheldTokens = pagesOf?.withheldTokens ?? 0;
    const report = await ann.page('web', id);
    const texts: string[] = [];
    for (const { page } of report.pages) texts.push((await ann.page('web', id, page)).pages[0]?.text ?? '');
    expect(texts.join('')).toContain(long);
    await expect(ann.page('default', id)).rejects.toThrow('project default keeps no answer');
    const session = [...harness.engine.view().sessions.values()].find((row) => row.project === 'web')?.id ?? '';
    expect((await ann.sessionGate(session)).pages).toEqual({ answers: 1, pages: 1, withheldTokens });
    // The same once more, and the first one: neither was withheld then.
    for (const page of [2, 2, 1]) {
      await agent.request('tools/call', { name: 'read_page', arguments: { id, page } });
    }
    const { pages } = await ann.sessionGate(session);
    expect(pages).toMatchObject({ answers: 1, pages: 4 });
    expect(pages?.withheldTokens).toBe(withheldTokens - (report.pages[1]?.tokens ?? 0));
  });

  it('gets whole what cannot be kept, with the reason in the trace', async () => {
    const agent = await project('web');
    await mkdir(path.join(harness.folder, 'data', 'pages'), { recursive: true });
    await writeFile(path.join(harness.folder, 'data', 'pages', 'web'), 'in the way');
    expect(blocks(await echo(agent, 'web', { items })).join()).toContain(long);
    const [trace] = await harness.audit('tool_call_trace');
    expect(trace?.detail).toMatchObject({ pages: { failed: expect.stringMatching(/\S/) as string } });
  });

  it('has a gate as well: read_page is listed before it opens, and reads', async () => {
    const agent = await project('web', { gated: true, pages: PAGES });
    expect(await toolNames(agent)).toEqual(expect.arrayContaining(['begin_session', 'read_page']));
    const id = idIn(await echo(agent, 'web', { items }));
    expect(blocks(await agent.request('tools/call', { name: 'read_page', arguments: { id, page: 2 } }))[0]).not.toBe(
      '',
    );
  });
});

describe('settings of pages', () => {
  it('are those of a tool, else of its server, else of the project; agents are told when read_page comes and goes', async () => {
    const agent = await project('web', {});
    expect(await toolNames(agent)).not.toContain('read_page');
    const isPaged = async (): Promise<boolean> => idIn(await echo(agent, 'web', { items })) !== '';
    expect(await isPaged()).toBe(false);
    await ann.updateProject('web', { pages: { pageTokens: 400, overrides: { 's-web/echo': 'sections' } } });
    await harness.pass(200);
    await agent.untilMethod('notifications/tools/list_changed');
    expect(await toolNames(agent)).toContain('read_page');
    expect(await isPaged()).toBe(true);
    await ann.updateProject('web', { pages: { kind: 'paginate', overrides: { 's-web/echo': 'off' } } });
    expect(await isPaged()).toBe(false);
    await ann.updateProject('web', { pages: { overrides: { 's-web/echo': 'default', 's-web': 'off' } } });
    expect(await isPaged()).toBe(false);
    await ann.updateProject('web', { pages: { overrides: { 's-web': 'default' } } });
    expect(await isPaged()).toBe(true);
    expect((await ann.projectDetail('web')).pages).toEqual({ kind: 'paginate', pageTokens: 400, overrides: {} });
  });

  it('go with their project, and all that was kept of it', async () => {
    const agent = await project('web');
    await echo(agent, 'web', { items });
    const folder = path.join(harness.folder, 'data', 'pages');
    expect(await readdir(folder)).toEqual(['web']);
    await ann.deleteServer('s-web');
    await ann.deleteProject('web');
    await harness.engine.close();
    expect(await readdir(folder)).toEqual([]);
  });

  it('are refused where agents see one server as it is', async () => {
    await ann.createProject('bare');
    await ann.createServer(aDraft({ name: 'only', project: 'bare', prefix: '' }));
    await expect(ann.updateProject('bare', { pages: { kind: 'paginate' } })).rejects.toThrow(
      'project bare cannot give answers in pages',
    );
    await expect(ann.updateProject('bare', { pages: { pageTokens: 1 } })).rejects.toThrow('use 200 to 200000');
  });
});
