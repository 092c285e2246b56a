/** The file of settings while a console runs: another key, colours, then a fault, as a person sees and presses it. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTui, type Tui } from '../support/worlds/open-tui.ts';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
let file: string;
beforeEach(() => {
  home = aHome();
  file = path.join(home.folder, 'config', 'config.yaml');
  mkdirSync(path.dirname(file), { recursive: true });
});
afterEach(() => home.close());

/** As most editors do: written beside it, then put in its place. */
function write(text: string): void {
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}

async function open(): Promise<Tui> {
  const { MCPTUI_SKIN: _s, MCPTUI_BELL: _b, NO_COLOR: _n, FORCE_COLOR: _f, ...env } = home.env;
  const tui = openTui(process.execPath, [bin], { env: env as Record<string, string> });
  await tui.see('Instances');
  await tui.see('● engine');
  return tui;
}

const altH = '\u001Bh';
const help = '┌ Help';

describe('config.yaml, while a console runs', () => {
  it('gives an action another key at once, and a fault leaves that key as it is', async () => {
    await using tui = await open();
    write('console:\n  keymap:\n    app.help: alt-h\n');
    await tui.see('config.yaml: keymap changed');
    await tui.press('?');
    await tui.see('? does nothing here');
    await tui.press(altH);
    await tui.see(help);
    await tui.press('esc');

    write('console:\n  keymap:\n    app.help: ctrl-l\n');
    await tui.see('old settings stay: config.yaml:3:5: console.keymap.app.help: ctrl-l is app.help and app.redraw');
    await tui.press('esc');
    await tui.press(altH);
    await tui.see(help);
    await tui.press('esc');

    write('console:\n  bell: errors\n');
    await tui.see('config.yaml: bell, keymap changed');
    await tui.press('?');
    expect(await tui.see(help)).toContain('1-27 of ');
  });

  it('says at the start what is wrong, and begins with the usual keys', async () => {
    write('console:\n  keymap: { app.hlep: h }\n');
    await using tui = await open();
    await tui.see('no settings: config.yaml:2:13: console.keymap.app.hlep: no action app.hlep; did you mean app.help?');
    await tui.press('esc');
    await tui.press('?');
    expect(await tui.see(help)).toContain('1-27 of ');
  });
});

describe('console.columns', () => {
  it('says which columns a table has, and changes them while it is looked at', async () => {
    write('console:\n  columns:\n    instances: [NAME, STATE]\n');
    await home.mcptui(['create', 'server', 'files', '--replicas', '1', '--', 'false']);
    await using tui = await open();
    expect(await tui.see(/NAME +STATE/)).not.toContain('HEALTH');
    write('console:\n  columns:\n    instances: [NAME, HEALTH]\n');
    expect(await tui.see(/NAME +HEALTH/)).not.toMatch(/NAME.*STATE/);
  });
});
