/** A model that mcptui runs, from its making to its end with keys alone: the built console on an engine of its own. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { copyFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
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
