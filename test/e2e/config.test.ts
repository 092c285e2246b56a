/** The file of settings as a person uses it: looked at, changed by verbs and in an editor, broken and mended. */
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTui } from '../support/worlds/open-tui.ts';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
let file: string;
beforeEach(() => {
  home = aHome({ MCPTUI_OUTPUT: undefined, MCPTUI_SKIN: undefined });
  file = path.join(home.folder, 'config', 'config.yaml');
});
afterEach(() => home.close());

function write(text: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
}

describe('mcptui config path', () => {
  it('says where the file would be', async () => {
    expect((await home.mcptui(['config', 'path'])).stdout).toBe(`${file}\n`);
  });
});

describe('mcptui config set', () => {
  it('writes a file of its owner alone, and verbs go by it', async () => {
    const { code, stdout, stderr } = await home.mcptui(['config', 'set', 'output', 'json']);
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'output is json, from now on\n', stderr: '' });
    expect(readFileSync(file, 'utf8')).toContain('\noutput: json\n');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse((await home.mcptui(['config', 'get', 'output'])).stdout)).toMatchObject({ value: 'json' });
  });

  it('keeps comments, order, a link and every other byte', async () => {
    const text =
      '# mine\nproject: ops   # of the team\n\nconsole:\n    skin: mono # for now\n    keymap: {app.help: alt-h}\n';
    mkdirSync(path.dirname(file), { recursive: true });
    const own = path.join(home.folder, 'dotfile.yaml');
    writeFileSync(own, text, { mode: 0o640 });
    symlinkSync(own, file);
    await home.mcptui(['config', 'set', 'console.skin', 'contrast']);
    expect(readFileSync(own, 'utf8')).toBe(text.replace('mono', 'contrast'));
    await home.mcptui(['config', 'set', 'console.mouse', 'true']);
    await home.mcptui(['config', 'unset', 'console.mouse']);
    expect(readFileSync(own, 'utf8')).toBe(text.replace('mono', 'contrast'));
    expect(lstatSync(file).isSymbolicLink()).toBe(true);
    expect(statSync(own).mode & 0o777).toBe(0o640);
  });

  it('sets keys of actions and lists', async () => {
    await home.mcptui(['config', 'set', 'console.keymap.instance.retry', '[ctrl-t, Y]']);
    await home.mcptui(['config', 'set', 'console.columns.instances', '[NAME, STATE]']);
    await home.mcptui(['config', 'set', 'daemon.mounts', '[/srv, /data]']);
    expect(readFileSync(file, 'utf8').split('\n').slice(1).join('\n')).toMatchInlineSnapshot(`
      "console:
        keymap:
          instance.retry:
            - ctrl-t
            - Y
        columns:
          instances:
            - NAME
            - STATE
      daemon:
        mounts:
          - /srv
          - /data
      "
    `);
    expect((await home.mcptui(['config', 'get', 'console.keymap.instance.retry'])).stdout).toBe('["ctrl-t","Y"]\n');
  });

  it.each([
    [['console.skni', 'mono'], 'no setting console.skni', 'did you mean console.skin?'],
    [['console.skin', 'pink'], 'console.skin: "pink" is none of standard, contrast, mono', ''],
    [['console.keymap.instance.retry', 'ctrl-r'], 'ctrl-r is instance.retry and app.refresh', 'nothing was written'],
    [['readOnly', 'maybe'], '"maybe" is not true or false', ''],
  ])('refuses %j and writes nothing', async (words, message, hint) => {
    const { code, stderr } = await home.mcptui(['config', 'set', ...words]);
    expect({ code, says: stderr.includes(message) && stderr.includes(hint) }).toEqual({ code: 2, says: true });
    expect(existsSync(file)).toBe(false);
  });
});

describe('mcptui config get', () => {
  it('says who decides: the environment, a line of the file, nobody', async () => {
    write('# mine\noutput: wide\nconsole:\n  skin: mono\n  mouse: true\n');
    const { stdout } = await home.mcptui(['config', 'get', '--show-origin', '-o', 'json'], {
      env: { MCPTUI_SKIN: 'contrast' },
    });
    const rows = JSON.parse(stdout) as readonly { key: string; value: unknown; origin: string }[];
    const of = (key: string): unknown =>
      rows.filter((row) => row.key === key).map(({ value, origin }) => [value, origin])[0];
    expect(of('console.skin')).toEqual(['contrast', 'env MCPTUI_SKIN']);
    expect(of('console.mouse')).toEqual([true, `file ${file}:5`]);
    expect(of('console.bell')).toEqual([null, 'default']);
    expect((await home.mcptui(['config', 'get', 'console.mouse', '--show-origin', '-o', 'table'])).stdout).toBe(
      `true  file ${file}:5\n`,
    );
    expect((await home.mcptui(['config', 'get', '--show-origin'])).stdout).toContain('ORIGIN');
  });
});

describe('a file with a fault', () => {
  beforeEach(() => write('output: json\nconsole:\n  skni: mono\n'));

  it('is told of by every verb, which goes on without it', async () => {
    const { code, stdout, stderr } = await home.mcptui(['info']);
    expect({ code, isTable: stdout.startsWith('version ') }).toEqual({ code: 0, isTable: true });
    expect(stderr).toBe(
      `mcptui: ${file}:3:3: console.skni: no such setting; did you mean console.skin?\n` +
        '  → nothing in this file counts until: mcptui config edit\n',
    );
  });

  it('makes config get exit 2', async () => {
    const { code, stderr } = await home.mcptui(['config', 'get']);
    expect(code).toBe(2);
    expect(stderr).toContain(`${file}:3:3: console.skni: no such setting`);
  });

  it('is not written over by config set', async () => {
    const { code, stderr } = await home.mcptui(['config', 'set', 'output', 'yaml']);
    expect({ code, says: stderr.includes(`${file}:3:3:`) }).toEqual({ code: 2, says: true });
    expect(readFileSync(file, 'utf8')).toContain('output: json');
  });

  it('does not lift what it restricts', async () => {
    write('readOnly: true\nx: [\n');
    const { code, stderr } = await home.mcptui(['create', 'project', 'ops']);
    expect({ code, says: stderr.includes('read-only') }).toEqual({ code: 3, says: true });
  });
});

describe('mcptui config edit', () => {
  function editor(...lines: readonly string[]): string {
    const script = path.join(home.folder, 'editor');
    writeFileSync(script, ['#!/bin/sh', ...lines, ''].join('\n'));
    chmodSync(script, 0o755);
    return script;
  }

  it('shows every setting where there is no file, and opens again with what is wrong', async () => {
    const seen = path.join(home.folder, 'seen');
    const script = editor(
      `if [ -e '${seen}' ]; then cp "$1" '${seen}.again'; printf 'output: yaml\\n' > "$1"; exit 0; fi`,
      `cp "$1" '${seen}'`,
      `printf 'outptu: yaml\\n' > "$1"`,
    );
    await using tui = openTui(process.execPath, [bin, 'config', 'edit'], {
      env: { ...home.env, MCPTUI_EDITOR: script },
    });
    await tui.see('is written');
    await tui.ended;
    expect(readFileSync(seen, 'utf8')).toContain('#   skin:  # standard, contrast, mono');
    expect(readFileSync(`${seen}.again`, 'utf8')).toMatch(/^# .*config.yaml:1:1: outptu: no such setting/);
    expect(readFileSync(file, 'utf8')).toBe('output: yaml\n');
  });

  it('wants a terminal', async () => {
    expect((await home.mcptui(['config', 'edit'])).code).toBe(2);
  });
});
