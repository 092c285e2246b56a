/** Servers are changed from the command line, in an editor and by verbs, while they run. */
import pty from '@lydell/node-pty';
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTui } from '../support/worlds/open-tui.ts';
import { aHome, bin, contractServer, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
beforeEach(async () => {
  home = aHome();
  await home.mcptui([
    'create',
    'server',
    'fs',
    '--env',
    'MODE=old',
    '--env',
    'API_TOKEN=keepmehere',
    '--',
    process.execPath,
    contractServer,
  ]);
});
afterEach(() => home.close());

async function run(...args: readonly string[]): Promise<string> {
  const { code, stdout, stderr } = await home.mcptui(args);
  expect(stderr.includes('Error') ? stderr : code).toBe(0);
  return stdout + stderr;
}
async function fails(...args: readonly string[]): Promise<string> {
  const { code, stderr } = await home.mcptui(args);
  return `${code} ${stderr}`;
}
const modeOf = async (): Promise<string> => run('call', 'fs', 'env', '--arg', 'name=MODE');

/** An editor that runs each script in turn: `$1` is the file. */
function editor(...scripts: readonly string[]): NodeJS.ProcessEnv {
  const file = path.join(home.folder, 'editor');
  const cases = scripts.map((script, index) => `${index + 1}) ${script} ;;`);
  const count = path.join(home.folder, 'count');
  writeFileSync(
    file,
    ['#!/bin/sh', `echo x >> ${count}`, `n=$(wc -l < ${count})`, 'case $((n)) in', ...cases, 'esac', ''].join('\n'),
  );
  chmodSync(file, 0o755);
  return { MCPTUI_EDITOR: file };
}

/** With a terminal; `answer` is typed when it asks. */
function typed(env: NodeJS.ProcessEnv, answer: string, ...args: readonly string[]): Promise<string> {
  const child = pty.spawn(process.execPath, [bin, ...args], {
    env: textEnv({ ...home.env, ...env }),
    cols: 120,
    rows: 30,
  });
  let seen = '';
  child.onData((data) => {
    seen += data;
    if (answer !== '' && seen.includes('y/N: ') && !seen.includes('y/N: answered')) {
      seen += 'y/N: answered';
      child.write(`${answer}\r`);
    }
  });
  return new Promise((resolve) => child.onExit(({ exitCode }) => resolve(`${exitCode} ${seen}`)));
}

describe('edit server', () => {
  it('shows what restarts, asks, and restarts with what the editor left', async () => {
    await home.daemon();
    await home.healthy(1);
    const env = editor(`grep -q 'API_TOKEN: (set)' "$1" && sed -i 's/MODE: old/MODE: new/' "$1"`);
    const seen = await typed(env, 'y', 'edit', 'server', 'fs');
    expect(seen).toMatch(/^0 /);
    expect(seen).toContain('env MODE  old → new  (restart)');
    expect(seen).toContain('restarts fs-1, when its calls in flight have ended');
    expect(seen).toContain('server fs changed, revision 2');
    await home.healthy(1);
    expect(await modeOf()).toContain('new');
    expect(await run('call', 'fs', 'env', '--arg', 'name=API_TOKEN')).not.toContain('(set)');
  });

  it('is opened again with the reason on top, and the same text', async () => {
    const env = editor(
      `sed -i 's/replicas: 1/replicas: many/' "$1"`,
      `grep -q '^# server fs: --replicas' "$1" && sed -i 's/replicas: many/replicas: 2/' "$1"`,
    );
    expect(await typed(env, '', 'edit', 'server', 'fs')).toMatch(/^0 .*server fs changed, revision 2/s);
    expect(await run('describe', 'server', 'fs')).toMatch(/^replicas: 2$/m);
  });

  it('changes nothing when the text is as it was, or the editor fails, or nobody says yes', async () => {
    expect(await typed(editor(':'), '', 'edit', 'server', 'fs')).toContain('nothing changed');
    expect(
      await typed(editor('', `sed -i 's/MODE: old/MODE: new/' "$1"; exit 1`), '', 'edit', 'server', 'fs'),
    ).toContain('nothing changed');
    await home.daemon();
    await home.healthy(1);
    const env = editor('', '', `sed -i 's/MODE: old/MODE: new/' "$1"`);
    expect(await typed(env, 'n', 'edit', 'server', 'fs')).toMatch(
      /nothing changed; your text is kept in \S+server-fs.yaml/,
    );
    expect(await run('get', 'revisions', 'server', 'fs', '-o', 'name')).toBe('revision/fs/1\n');
  });

  it('takes a file, and names the line that is no YAML', async () => {
    const { stdout } = await home.mcptui(['describe', 'server', 'fs']);
    expect(stdout).toContain('revision: 1');
    const file = path.join(home.folder, 'fs.yaml');
    writeFileSync(file, 'replicas: [1');
    expect(await fails('edit', 'server', 'fs', '--file', file)).toMatch(/^2 .*server fs: not YAML: .*line 1/s);
    writeFileSync(file, 'replica: 1');
    expect(await fails('edit', 'server', 'fs', '--file', file)).toContain('there is no field replica');
  });
});

describe('e in the console', () => {
  it('leads from a command that is not there to a healthy instance', async () => {
    const wrong = path.join(home.folder, 'nodd');
    await run('create', 'server', 'files', '--', wrong, contractServer);
    const env = textEnv({ ...home.env, ...editor(`sed -i 's#${wrong}#${process.execPath}#' "$1"`) });
    await using tui = openTui(process.execPath, [bin], { env });
    await tui.see(/▸ ✗ files-1 .*COMMAND_NOT_FOUND.* → e edit/, 20_000);
    await tui.press('e');
    await tui.see(/files revision 2: command/, 20_000);
    expect(await tui.see(/files-1 +cmd +RUNNING +healthy/, 20_000)).toContain('1 Instances 2]');
  });
});

const ctrlU = '\u0015';
const ctrlS = '\u0013';

describe('n in the console', () => {
  it('leads from what runs to a healthy instance, and keeps what was typed when the name is taken', async () => {
    await using tui = openTui(process.execPath, [bin], { env: textEnv(home.env) });
    await tui.see(/fs-1 +cmd +RUNNING +healthy/, 20_000);
    await tui.press('n');
    await tui.see('New server');
    tui.write(`\u001B[200~${process.execPath} ${contractServer}\u001B[201~`);
    await tui.see(/name +a-z 0-9 - +contract/);
    await tui.press('\t', '\t', ctrlU, 'f', 's');
    await tui.see('✗ server fs exists');
    await tui.press(ctrlS);
    await tui.see('New server');
    await tui.press('x');
    await tui.see('mcptui create server fsx -- ');
    await tui.press(ctrlS);
    expect(await tui.see(/fsx-1 +cmd +RUNNING +healthy/, 20_000)).toContain('1 Instances 2]');
  });
});

describe('set', () => {
  it('changes variables, shows the plan with --dry-run, and takes one away with a minus', async () => {
    await home.daemon();
    await home.healthy(1);
    expect(await run('set', 'env', 'fs', 'MODE=new', '--dry-run')).toContain('env MODE  old → new  (restart)');
    expect(await modeOf()).toContain('old');
    expect(await run('set', 'env', 'fs', 'MODE=new', 'API_TOKEN-')).toContain('server fs changed, revision 2');
    await home.healthy(1);
    expect(await modeOf()).toContain('new');
    expect(await run('set', 'context', 'fs', 'the files')).toContain('nothing is restarted');
    expect(await run('get', 'revisions', 'server', 'fs')).toMatch(/3 {4}live .*context/);
    expect(await run('diff', 'server', 'fs', '1', '2')).toContain('-  MODE: old');
    expect(await run('restore', 'server', 'fs', '1')).toContain('server fs changed, revision 4');
    await home.healthy(1);
    expect(await modeOf()).toContain('old');
  });

  it('says how it is used when nothing is given, or what is given is neither set nor taken away', async () => {
    expect(await fails('set', 'env', 'fs')).toMatch(/^2 .*missing required argument 'variables'/s);
    expect(await fails('set', 'env', 'fs', 'MODE')).toContain('"MODE" is neither NAME=VALUE nor NAME-');
    expect(await fails('set', 'env', 'fs', 'NOPE-')).toMatch(/^6 .*server fs has no variable NOPE/s);
    expect(await fails('set', 'probe', 'fs')).toContain('nothing to change');
    expect(await fails('set', 'image', 'fs', 'x')).toContain('server fs is a command, which has no image');
  });

  it('scales', async () => {
    await home.daemon();
    await home.healthy(1);
    expect(await run('scale', 'fs', '2')).toContain('replicas  1 → 2');
    await home.healthy(2);
  });
});
