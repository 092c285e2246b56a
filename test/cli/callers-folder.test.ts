import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runsWhere } from '../../src/cli/verbs/callers-folder.ts';

describe('runsWhere', () => {
  let here: string;
  beforeAll(() => {
    here = mkdtempSync(path.join(tmpdir(), 'mcptui-caller-'));
    writeFileSync(path.join(here, 'server.js'), '');
    mkdirSync(path.join(here, 'docs'));
  });
  afterAll(() => rmSync(here, { recursive: true, force: true }));
  const where = (words: readonly string[], isCommand = true, cwd?: string) =>
    runsWhere({ words, isCommand, cwd }, here);

  it.each([
    [['.'], false],
    [['..'], false],
    [['--root=./docs'], false],
    [['-r=../x'], false],
    [['docs'], false],
    [['node', 'server.js'], true],
    [['./server', '--port', '1'], true],
    [['docs/run.sh', '.'], true],
    [['python3', '-m', 'x', '../y'], true],
  ])('takes %j for words about the caller’s folder', (words, isCommand) => {
    expect(where(words, isCommand).cwd).toBe(here);
  });

  it.each([
    [['/srv/docs'], false],
    [['...'], false],
    [['--flag', '.5', 'a.b'], false],
    [['docs', '--stdio'], true],
    [['npx', '-y', 'docs'], true],
    [['node', 'nowhere.js'], true],
    [['--dir=/x/./y'], false],
  ])('finds no such word in %j', (words, isCommand) => {
    expect(where(words, isCommand)).toEqual({ cwd: undefined });
  });

  it('reads --cwd from where the caller stands, and asks no shell', () => {
    expect(where(['x'], true, '.').cwd).toBe(here);
    expect(where(['x', '.'], true, 'docs').cwd).toBe(path.join(here, 'docs'));
    expect(where(['npx', '.'], true, '/srv').cwd).toBe('/srv');
    expect(() => where(['x'], true, '~/docs')).toThrow('no shell expands ~');
  });

  it('refuses a relative word for a program that would run what the folder holds', () => {
    expect(() => where(['npx', '-y', 'pkg', './docs'])).toThrow(/npx would run what its node_modules holds/);
  });
});
