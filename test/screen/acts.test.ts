/** What a person presses to do again, to narrow to a project, and to work in a list over the pane, in a real terminal. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleConsole, type ConsoleBundle } from '../support/bundle-console.ts';
import { aPrompt } from '../support/builders/content-builders.ts';
import { openTui, type Tui } from '../support/worlds/open-tui.ts';
import type { ScreenFixture } from '../support/worlds/screen-fixture.ts';

let bundle: ConsoleBundle;
let folder: string;
beforeAll(async () => {
  bundle = await bundleConsole();
  folder = mkdtempSync(join(tmpdir(), 'mcptui-acts-'));
});
afterAll(() => {
  bundle.remove();
  rmSync(folder, { recursive: true, force: true });
});

function open(fixture: ScreenFixture, editor = ''): Tui {
  const env = {
    MCPTUI_FIXTURE: JSON.stringify({ frozen: true, ...fixture }),
    NODE_ENV: 'production',
    TMPDIR: folder,
    VISUAL: '',
    MCPTUI_EDITOR: '',
    EDITOR: editor,
  };
  return openTui(process.execPath, [bundle.file], { env });
}

/** A shell script that is given the file as `$1`. */
function editor(...lines: readonly string[]): string {
  const path = join(folder, 'editor');
  writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'));
  chmodSync(path, 0o755);
  return path;
}

const ctrlO = '\u000F';

describe('Z', () => {
  it('does again what z took back, and each says so', async () => {
    const asked = join(folder, 'asked');
    const fixture: ScreenFixture = { pane: 'prompts', content: { prompts: [aPrompt()] }, reportAsked: asked };
    await using tui = open(fixture, editor(`printf 'Be kind.\\n' >> "$1"`));
    await tui.see('You follow style.');
    await tui.press('e');
    await tui.see('style 0.9.1 saved');
    await tui.see('Be kind.');
    await tui.press('z');
    await tui.see('style: 0.9.1 is taken back · Z redo');
    await tui.press('Z');
    expect(await tui.see('style: the content of 0.9.1 is live again · z undo')).toContain('Be kind.');
    await tui.press('q');
    await tui.ended;
    const acts = readFileSync(asked, 'utf8').match(/^(?:saveContent|undoRevision|restoreContent)\b/gm);
    expect(acts).toEqual(['saveContent', 'undoRevision', 'restoreContent']);
  });
});

describe('ctrl-o', () => {
  it('narrows every pane to one project, names it in the header, and shows all again', async () => {
    const prompts = [aPrompt({ name: 'here', project: 'default' }), aPrompt({ name: 'elsewhere', project: 'web' })];
    await using tui = open({ pane: 'prompts', content: { prompts } });
    expect(await tui.see('elsewhere')).toContain('project all');
    await tui.press(ctrlO);
    await tui.see('Which project?');
    await tui.press(...Array.from('default'), 'enter');
    expect(await tui.see('only project default is shown')).toContain('project default');
    expect(tui.screen).toMatch(/here /);
    expect(tui.screen).not.toContain('elsewhere');
    await tui.press(ctrlO, ...Array.from('all'), 'enter');
    expect(await tui.see('all projects are shown')).toContain('elsewhere');
  });
});

describe(':projects', () => {
  it('lists projects over the pane, makes one, and filters', async () => {
    await using tui = open({});
    await tui.see('gitea-1');
    await tui.press(':', ...Array.from('projects'), 'enter');
    await tui.see(/NAME +SERVERS +AGENTS/);
    await tui.press('n', ...Array.from('ops'), 'enter');
    await tui.see('project ops is made');
    await tui.press('/', ...Array.from('nobody'), 'enter');
    expect(await tui.see('no project matches the filter')).not.toContain('▸ default');
    await tui.press('esc');
    await tui.see('▸ default');
    await tui.press('esc');
    await tui.see('[1 Instances');
  });
});
