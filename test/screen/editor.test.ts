/** The operator's own editor, from the console and back, in a real terminal. */
import { pause } from '../support/until.ts';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleConsole, type ConsoleBundle } from '../support/bundle-console.ts';
import { aPrompt } from '../support/builders/content-builders.ts';
import { openTui, type OpenTuiOptions, type Tui } from '../support/worlds/open-tui.ts';
import type { ScreenFixture } from '../support/worlds/screen-fixture.ts';

let bundle: ConsoleBundle;
let folder: string;
beforeAll(async () => {
  bundle = await bundleConsole();
  folder = mkdtempSync(join(tmpdir(), 'mcptui-editor-'));
});
afterAll(() => {
  bundle.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** A shell script that is given the file as `$1`. */
function editor(name: string, ...lines: readonly string[]): string {
  const path = join(folder, name);
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}

/** What only a person at the keyboard can answer. */
const asking = (): string =>
  editor('asking', `printf 'the editor asks: '`, 'read line', `printf '%s\\n' "$line" >> "$1"`);

let runs = 0;

/** The Prompts pane on `style`; temporary files of this run alone lie in `temporary`. */
function open(command: string, options: OpenTuiOptions = {}): { readonly tui: Tui; readonly temporary: string } {
  runs += 1;
  const temporary = mkdtempSync(join(folder, `run-${runs}-`));
  const fixture: ScreenFixture = { frozen: true, pane: 'prompts', content: { prompts: [aPrompt()] } };
  const env = {
    MCPTUI_FIXTURE: JSON.stringify(fixture),
    NODE_ENV: 'production',
    TMPDIR: temporary,
    VISUAL: '',
    MCPTUI_EDITOR: '',
    EDITOR: command,
    ...options.env,
  };
  return { tui: openTui(process.execPath, [bundle.file], { ...options, env }), temporary };
}

describe('e in Prompts', () => {
  it('gives the terminal and its keys to the editor, saves what it left, and removes the file', async () => {
    const { tui, temporary } = open(asking());
    await using _closed = tui;
    await tui.see('You follow style.');
    await tui.press('e');
    await tui.see('the editor asks:');
    expect(tui.alternate).toBe(false);
    // An editor has a terminal as it was before.
    expect(tui.terminal.modes.wraparoundMode).toBe(true);
    expect(readdirSync(temporary, { recursive: true }).some((name) => String(name).endsWith('prompt-style.md'))).toBe(
      true,
    );
    tui.write('jjq? every key is the editor’s\r');
    await tui.see('style 0.9.1 saved');
    expect(tui.alternate).toBe(true);
    expect(tui.terminal.modes.wraparoundMode).toBe(false);
    expect(await tui.see('jjq? every key is the editor’s')).toContain('[2 Prompts 1]');
    expect(readdirSync(temporary)).toEqual([]);
    // The keys are the console's again.
    await tui.press('?');
    await tui.see('┌ Help');
  });

  it('comes back whole at a size that changed meanwhile', async () => {
    const { tui } = open(asking());
    await using _closed = tui;
    await tui.see('You follow style.');
    await tui.press('e');
    await tui.see('the editor asks:');
    tui.resize(90, 30);
    tui.write('more\r');
    await tui.see('style 0.9.1 saved');
    const lines = (await tui.still()).split('\n');
    expect(lines).toHaveLength(30);
    expect(lines[2]).toMatch(/^┌ \[Prompts\] Skills 0 .+┐$/);
    expect(lines[2]).toHaveLength(90);
  });

  it('outlives ctrl-c in the editor', async () => {
    const { tui } = open(asking());
    await using _closed = tui;
    await tui.see('You follow style.');
    await tui.press('e');
    await tui.see('the editor asks:');
    tui.write('\u0003');
    await tui.see('prompt style: nothing was changed');
    expect(tui.alternate).toBe(true);
  });

  it('outlives a ctrl-c that it hears of after the editor has ended', async () => {
    const command = editor('late', `(sleep 0.02; kill -INT $PPID) &`, 'exit 130');
    const { tui } = open(command);
    await using _closed = tui;
    await tui.see('You follow style.');
    await tui.press('e');
    await tui.see('prompt style: nothing was changed');
    await pause(100);
    await tui.press('j');
    expect(tui.alternate).toBe(true);
  });

  it('opens what cannot be read again with the error on top, and saves it once it is mended', async () => {
    const seen = join(folder, 'seen');
    const command = editor(
      'mending',
      `if head -n 1 "$1" | grep -q '^#'; then`,
      `  cp "$1" '${seen}'`,
      `  sed -i.bak 's/^priority: \\[/priority: 7/' "$1"`,
      'else',
      `  sed -i.bak 's/^priority: 5/priority: [/' "$1"`,
      'fi',
    );
    const { tui, temporary } = open(command);
    await using _closed = tui;
    await tui.see('You follow style.');
    await tui.press('e');
    await tui.see('style 0.9.1 saved');
    await tui.see(/style +global +0\.9\.1 +7 /);
    expect(readFileSync(seen, 'utf8')).toMatch(/^# prompt: front matter, line \d.*\n(?:# .+\n)+---\n/);
    expect(readdirSync(temporary)).toEqual([]);
  });

  it('keeps what was never mended and shows where', async () => {
    const command = editor('breaking', `sed -i.bak 's/^priority: 5/priority: [/' "$1"`);
    const { tui, temporary } = open(command);
    await using _closed = tui;
    await tui.see('You follow style.');
    await tui.press('e');
    const screen = await tui.see('prompt-style.md');
    expect(screen).toContain('prompt style is not saved');
    const [kept = ''] = readdirSync(temporary);
    expect(readFileSync(join(temporary, kept, 'prompt-style.md'), 'utf8')).toContain('priority: [');
  });

  it('names an editor that is not there and the variable that names it', async () => {
    const { tui, temporary } = open('/no/such/editor --wait');
    await using _closed = tui;
    await tui.see('You follow style.');
    await tui.press('e');
    await tui.see('the editor /no/such/editor, which $EDITOR names, is not there');
    expect(tui.alternate).toBe(true);
    expect(readdirSync(temporary)).toEqual([]);
    await tui.press('esc', 'E');
    await tui.see('Edit prompt style');
  });
});

describe('a console that ends while a text is edited', () => {
  it('keeps what was typed in a file and names it', async () => {
    const { tui, temporary } = open(asking());
    await using _closed = tui;
    await tui.see('You follow style.');
    await tui.press('E');
    await tui.see('Edit prompt style');
    await tui.press('m', 'i', 'n', 'e');
    await tui.see('mineYou follow style.');
    tui.kill('SIGTERM');
    await tui.ended;
    await tui.see('what was not saved is in');
    const [kept = ''] = readdirSync(temporary);
    expect(readFileSync(join(temporary, kept, 'prompt-style.md'), 'utf8')).toContain('mineYou follow style.');
  });
});

describe('ctrl-g in the inline editor', () => {
  it('hands over what was typed and takes back what the editor left', async () => {
    const { tui } = open(asking());
    await using _closed = tui;
    await tui.see('You follow style.');
    await tui.press('E');
    await tui.see('Edit prompt style');
    tui.write('\u001B[200~Typed here.\r\u001B[201~');
    await tui.see('Typed here.');
    await tui.press('\u0007');
    await tui.see('the editor asks:');
    tui.write('and there\r');
    await tui.see('8 and there');
    await tui.press('\u0013');
    await tui.see('saves 0.9.1 (patch)');
    await tui.press('enter');
    await tui.see('style 0.9.1 saved');
    await tui.see('Typed here.');
    expect(await tui.see('and there')).toContain('Typed here.');
  });
});
