/** A model that mcptui runs, from its making to its end with keys alone: the built console on an engine of its own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { InstanceView } from '../../src/engine/index.ts';
import { until } from '../support/until.ts';
import { openTui } from '../support/worlds/open-tui.ts';
import { aHome, bin, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

const fixture = fileURLToPath(new URL('../fixtures/chat-model.mjs', import.meta.url));

let home: Home;
beforeEach(() => {
  home = aHome();
});
afterEach(() => home.close());

describe('the console', () => {
  it('makes a managed model, starts and edits it, and deletes it with its process', async () => {
    // A short name: each key of it is pressed.
    const program = path.join(home.folder, 'm.mjs');
    copyFileSync(fixture, program);
    const node = process.execPath;
    const editor = "sed -i 's/tier: both/tier: fast/'";
    await using tui = openTui(node, [bin], {
      env: textEnv({ ...home.env, EDITOR: editor, VISUAL: '', MCPTUI_EDITOR: '' }),
    });
    await tui.see('mcptui create server', 20_000);
    await tui.press(':', ...Array.from('models'), 'enter');
    await tui.see(/NAME +KIND +MODEL/);
    await tui.press('n', ...Array.from('local'), 'enter');
    await tui.see('What does model local speak?');
    await tui.press(...Array.from('managed'), 'enter');
    await tui.see('What runs local?');
    tui.write(`\u001B[200~${node} ${program} --port {port}\u001B[201~`);
    await tui.see('m.mjs --port {port}');
    // A return that comes at once was not meant for the question.
    await tui.still(300);
    await tui.press('enter');
    await tui.see('Which secret is the key of local?');
    await tui.still(300);
    await tui.press('enter');
    await tui.see(/local +managed +local +both +local +(?:loading|idle)/);
    await tui.press('esc');
    await tui.see(/llm\.local-1 +llm +STOPPED .*idle for .*starts on need/);
    await tui.press('s');
    expect(await tui.see(/llm\.local-1 +llm +RUNNING +healthy/, 20_000)).toMatch(/runs .*m\.mjs --port \{port\}/);
    await tui.press('e');
    await tui.see('model local is changed');
    await tui.press('T');
    await tui.see('model local offers no tools');
    await tui.press('l');
    await tui.see(/stdout listens/);
    await tui.press('esc', 'D');
    await tui.see('local is a model: :models, then D deletes it');
    await tui.press(':', ...Array.from('models'), 'enter');
    await tui.see(/local +managed +local +fast +local +ok/);
    await tui.press('D', ...Array.from('local'), 'enter');
    await tui.see('model local is deleted');
    await tui.press('esc');
    await tui.see('mcptui create server', 20_000);
  });
});

describe('edit model', () => {
  it('opens the whole of it, again with the reason when that cannot be, and restarts what is run otherwise', async () => {
    const words = [process.execPath, fixture, '--port', '{port}'];
    await home.mcptui(['create', 'model', 'local', '--kind', 'managed', '--warm', 'always', '--', ...words]);
    await home.daemon();
    await home.healthy(1);
    const before = (await home.json<InstanceView[]>(['get', 'instances']))[0];
    const editor = path.join(home.folder, 'editor');
    const seen = path.join(home.folder, 'seen');
    const script = [
      '#!/bin/sh',
      `cat "$1" >> ${seen}`,
      `if grep -q 'runtime: remote' "$1"; then sed -i 's/runtime: remote/runtime: process/; s/env: {}/env: {MODE: quick}/' "$1"`,
      `else sed -i 's/runtime: process/runtime: remote/' "$1"; fi`,
    ];
    writeFileSync(editor, script.join('\n'), { mode: 0o755 });
    const env = textEnv({ ...home.env, MCPTUI_EDITOR: editor });
    await using tui = openTui(process.execPath, [bin, 'edit', 'model', 'local'], { env });
    await tui.see('model local changed');
    expect(readFileSync(seen, 'utf8')).toMatch(/# Model local\.[^]*kind: managed[^]*# model local: run\.runtime/);
    let now: InstanceView | undefined;
    const isAnother = async (): Promise<boolean> => {
      now = (await home.json<InstanceView[]>(['get', 'instances']))[0];
      return now?.pid !== before?.pid && now?.health === 'healthy';
    };
    await until(isAnother, 'another process', { everyMs: 200, now: () => JSON.stringify(now) });
    expect(await home.json(['describe', 'model', 'local'])).toMatchObject({
      run: { env: [{ name: 'MODE', value: '(set)' }] },
      program: { state: 'ready' },
    });
  });
});
