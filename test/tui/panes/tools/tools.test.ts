/** Pane 9: tools by server with what they cost, their schemas, and calling one through the form. */
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/kernel/json.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { aCatalog, anUpstream, aTool, type RoutedRows } from '../../../support/worlds/routed-fixture.ts';

let app: OpenApp;
afterEach(() => app.close());

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  inputSchema: { type: 'object', properties, ...more },
});

const catalog = [
  aCatalog('fs', [
    aTool('read_file', { annotations: { readOnlyHint: true } }),
    aTool('wipe', { ...object({}), annotations: { destructiveHint: true } }),
    aTool('write_file', object({ path: { type: 'string' }, token: { type: 'string' } }, { required: ['path'] })),
  ]),
  aCatalog('gitea', [], { instances: 0, down: { state: 'error', reason: 'no' }, lists: aCatalog('x', []).lists }),
  aCatalog('memory', [
    aTool('search', object({ limit: { type: 'integer', maximum: 5 }, deep: { type: 'boolean' } }), 'memory'),
  ]),
];

async function open(routed: RoutedRows = {}, options: OpenAppOptions = {}): Promise<void> {
  app = await openApp({ upstreams: [anUpstream({ tools: 4 })], routed: { catalog, ...routed }, ...options });
  await app.press('9');
  await app.settle();
}

/** Selects a tool by filtering for it. */
async function select(name: string): Promise<void> {
  await app.press('/', ...Array.from(name), '\r');
}

const esc = '\u001B';

describe('the Tools pane', () => {
  it('lists all tools by server with ≈ tokens and effect, and the schema of the selected one', async () => {
    await open();
    const lines = app.screen().split('\n');
    expect(lines[1]).toContain('[9 Tools 4]');
    expect(lines[2]).toMatch(/Tools ─+ 4 tools · ≈\d+ tok/);
    expect(lines[3]).toMatch(/SERVER +TOOL +≈TOK +EFFECT +│ read_file · \[Schema\] Raw Result/);
    expect(lines[4]).toMatch(/▸ fs +read_file +\d+ +reads +│ fs__read_file +≈\d+ tok +reads/);
    expect(lines[5]).toMatch(/fs +wipe +\d+ +destroys/);
    expect(lines[7]).toMatch(/memory +search +\d+ +-/);
    expect(app.screen()).toContain('What read_file does.');
    expect(app.screen()).toMatch(/\* text {2}string/);
    expect(app.line('└')).toMatch(/fs: 3 tools ≈\d+ tok/);
  });

  it('keeps a peek at 80×24; enter opens the schema alone, V the raw definition, Esc goes back', async () => {
    await open({}, { columns: 80, rows: 24 });
    expect(app.line('├')).toContain('enter = schema · x call');
    await app.press('\r');
    expect(app.line('┌')).toContain('read_file · [Schema] Raw Result');
    await app.press('V');
    expect(app.screen()).toContain('"inputSchema": {');
    await app.press('V', esc);
    expect(app.screen()).toContain('SERVER');
  });

  it('is named among the panes at 60 columns, where the others keep their numbers', async () => {
    await open({}, { columns: 60, rows: 16 });
    expect(app.screen().split('\n')[1]).toMatch(/^ 1 8!3 2 0 3 0 4 5 6 0 7 8 \[9 Tls 4\] +\?/);
  });

  it('finds by name, server and effect, and sorts by what takes most of a context', async () => {
    await open();
    await select('effect:destroys');
    expect(app.line('Tools ─')).toContain('filter effect:destroys · 1 of 4 tools');
    await app.press(esc);
    await select('server:memory');
    expect(app.line('▸')).toContain('search');
    await app.press(esc, 'o');
    const column = app
      .screen()
      .split('\n')
      .slice(4, 8)
      .map((line) => Number(/ (\d+) +(?:reads|destroys|-|writes)/.exec(line)?.[1]));
    expect(column).toEqual([...column].sort((a, b) => b - a));
  });

  it('orders numbered names by number, keeps the selection when sorted, and counts the tokens of those listed', async () => {
    const numbered = ['t_10', 't_2', 't_1'].map((name) => aTool(name, {}));
    await open({ catalog: [aCatalog('fs', numbered)] });
    const names =
      app
        .screen()
        .match(/ t_\d+ /g)
        ?.slice(0, 4) ?? [];
    expect(names.map((name) => name.trim()).filter((name, at) => names.indexOf(` ${name} `) === at)).toEqual([
      't_1',
      't_2',
      't_10',
    ]);
    const all = Number(/≈(\d+) tok/.exec(app.line('Tools ─'))?.[1]);
    await app.press('j', 'o');
    expect(app.line('▸')).toContain('t_2');
    await select('t_10');
    expect(Number(/≈(\d+) tok/.exec(app.line('Tools ─'))?.[1])).toBeLessThan(all);
  });

  it('asks again when a list has changed, and not when nothing has', async () => {
    let asked = 0;
    await open({
      catalog() {
        asked += 1;
        return catalog;
      },
    });
    const before = asked;
    await app.pass(5000);
    await app.settle();
    expect(asked).toBe(before);
    app.engine.patch({ op: 'put', kind: 'upstreams', value: anUpstream({ tools: 5 }) });
    await app.settle();
    expect(asked).toBeGreaterThan(before);
  });

  it('says what agents cannot reach, and does not call it', async () => {
    const { exposed: _gone, ...hidden } = aTool('t');
    await open({ catalog: [aCatalog('fs', [{ ...hidden, problem: 'another one of this name is in its place' }])] });
    expect(app.line('▸')).toContain('▲ t');
    expect(app.screen()).toContain('agents cannot reach it');
    await app.press('x');
    expect(app.screen()).toContain('agents cannot reach t: another one of this name');
    expect(app.state().overlay).toBeUndefined();
  });

  it('says when no server has told its tools', async () => {
    const unknown = { isKnown: false, items: [] };
    const lists = { tools: unknown, prompts: unknown, resources: unknown, templates: unknown };
    await open({ catalog: [aCatalog('fs', [], { lists })] });
    expect(app.screen()).toContain('no server has listed its tools yet: 1 shows why');
    await app.press('x');
    expect(app.screen()).toContain('no tool is listed');
  });

  it('copies names, schema and the command that calls it', async () => {
    await open();
    await app.press('y', 'a');
    await app.press('y', 'd');
    expect(app.copied).toEqual(['fs__read_file', 'mcptui call fs read_file']);
  });
});
