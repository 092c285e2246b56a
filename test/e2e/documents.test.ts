/** A set-up as text: applied, planned, exported and pruned from the command line. */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyKind } from '../support/worlds/documents.ts';
import { aHome, contractServer, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
let folder: string;
beforeEach(() => {
  home = aHome();
  folder = path.join(home.folder, 'set-up');
  mkdirSync(path.join(folder, 'deeper'), { recursive: true });
});
afterEach(() => home.close());

const file = (name: string, text: string): string => {
  const where = path.join(folder, name);
  writeFileSync(where, text);
  return where;
};
const run = async (args: readonly string[], input?: string): Promise<string> => {
  const { code, stdout, stderr } = await home.mcptui(args, input === undefined ? {} : { input });
  return `${code}\n${stdout}${stderr}`;
};

describe('mcptui apply', () => {
  it('is what `export` writes, in an engine of its own as in a running one', async () => {
    file('a.json', JSON.stringify(everyKind()));
    expect(await run(['apply', '-f', folder])).toMatch(/^0\n(?:\S.* created\n)+$/);
    const { stdout: exported } = await home.mcptui(['export']);
    const other = aHome();
    try {
      await other.daemon();
      const made = await other.mcptui(['apply', '-f', '-'], { input: exported });
      expect(made).toMatchObject({ code: 0, stderr: '' });
      expect((await other.mcptui(['export'])).stdout).toBe(exported);
      expect((await other.mcptui(['apply', '-f', '-'], { input: exported })).stdout).toMatch(/^(?:\S.* unchanged\n)+$/);
      expect(await other.mcptui(['plan', '-f', '-'], { input: exported })).toMatchObject({
        code: 0,
        stderr: expect.stringContaining('are as they are live'),
      });
    } finally {
      await other.close();
    }
  });

  it('runs what it describes; a change of text restarts what has to be', async () => {
    await home.daemon();
    const text = (mode: string): string =>
      [
        'kind: server',
        'metadata: {name: fs, project: ops, labels: {team: ops}}',
        'spec:',
        `  source: {kind: command, command: [${process.execPath}, ${contractServer}]}`,
        `  env: {MODE: ${mode}}`,
      ].join('\n');
    const where = file('deeper/fs.yml', text('slow'));
    expect(await run(['apply', '-f', folder])).toContain('no document in');
    expect(await run(['apply', '-R', '-f', folder])).toBe('0\nserver/fs created\n');
    await home.healthy(1);
    file('deeper/fs.yml', text('fast'));
    const planned = await run(['plan', '-f', where]);
    expect(planned).toMatch(/^5\nserver\/fs would change: env\.MODE\n/);
    expect(planned).toContain('-    MODE: slow\n+    MODE: fast\n');
    expect(await run(['diff', '-f', where])).toMatch(/^0\n/);
    expect(await run(['apply', '-f', where])).toBe('0\nserver/fs changed: env.MODE\n');
    await home.healthy(1);
    expect(await run(['call', 'fs', 'env', '--arg', 'name=MODE'])).toContain('fast');
  });

  it('names what was changed by hand, exits 7, and goes on with --force-conflicts', async () => {
    const text = (level: string): string => `kind: prompt\nmetadata: {name: style}\nspec: {body: ${level}}\n`;
    const where = file('a.yaml', text('one'));
    await run(['apply', '-f', where]);
    await run(['edit', 'prompt', 'style', '--file', '-'], 'by hand\n');
    file('a.yaml', text('two'));
    expect(await run(['apply', '-f', where])).toMatch(
      /^7\nprompt\/style conflict\n {4}body was changed by hand by operator:/,
    );
    const { stderr } = await home.mcptui(['apply', '-f', where, '-o', 'json']);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'conflict' } });
    expect(await run(['apply', '-f', where, '--force-conflicts'])).toBe('0\nprompt/style changed: body\n');
  });

  it('deletes with --prune what is in no document any more, and only that', async () => {
    const project = 'kind: project\nmetadata: {name: shop, labels: {team: shop}}\n';
    const prompt = 'kind: prompt\nmetadata: {name: rules, project: shop, labels: {team: shop}}\nspec: {body: x}\n';
    const where = file('a.yaml', `${project}---\n${prompt}`);
    await run(['apply', '-f', where]);
    await run(['create', 'prompt', 'by-hand', '-p', 'shop', '--file', '-'], 'mine\n');
    file('a.yaml', project);
    expect(await run(['apply', '-f', where, '--prune'])).toContain('2\n');
    expect(await run(['apply', '-f', where, '--prune', '-l', 'team=shop', '--dry-run'])).toContain(
      'prompt/project:shop/rules would be deleted',
    );
    expect(await run(['apply', '-f', where, '--prune', '-l', 'team=shop'])).toMatch(/needs --yes without a terminal/);
    expect(await run(['apply', '-f', where, '--prune', '-l', 'team=shop', '--yes'])).toBe(
      '0\nproject/shop unchanged\nprompt/project:shop/rules deleted\n',
    );
    expect(await run(['export', 'prompt', '-p', 'shop'])).toContain('name: by-hand');
  });

  it('publishes a schema for editors', async () => {
    const { stdout } = await home.mcptui(['schema']);
    const schema = JSON.parse(stdout) as { readonly oneOf: readonly { readonly title: string }[] };
    expect(schema.oneOf.map(({ title }) => title)).toEqual(expect.arrayContaining(everyKind().map(({ kind }) => kind)));
    expect(JSON.parse((await home.mcptui(['schema', 'server'])).stdout)).toMatchObject({
      properties: { kind: { const: 'server' } },
      additionalProperties: false,
    });
  });
});
