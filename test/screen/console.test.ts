import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleConsole, type ConsoleBundle } from '../support/bundle-console.ts';
import { openTui, type OpenTuiOptions, type Tui } from '../support/worlds/open-tui.ts';
import { seededRandom } from '../support/builders/random.ts';
import type { ScreenFixture } from '../support/worlds/screen-fixture.ts';

let bundle: ConsoleBundle;
let folder: string;
beforeAll(async () => {
  bundle = await bundleConsole();
  folder = mkdtempSync(join(tmpdir(), 'mcptui-screen-'));
});
afterAll(() => {
  bundle.remove();
  rmSync(folder, { recursive: true, force: true });
});

function open(fixture: ScreenFixture, options: OpenTuiOptions = {}): Tui {
  const env = { MCPTUI_FIXTURE: JSON.stringify(fixture), NODE_ENV: 'production', TMPDIR: folder, ...options.env };
  return openTui(process.execPath, [bundle.file], { ...options, env });
}

describe('runConsole in a terminal', () => {
  it('shows at 120×36 what fails, why, when it is tried again, and the detail of it', async () => {
    await using tui = open({ frozen: true, hosting: true });
    const screen = await tui.see('1-4 of 4 events');
    expect(screen.split('\n')).toHaveLength(36);
    for (const text of [
      '● engine 4d3h',
      'project all · RW · 14:02:11',
      '[1 Instances 8!3]',
      '▸ ✗ gitea-1     img  ERROR    -         0     6   2d4h  4m12s',
      'SECRET_UNRESOLVED GITEA_TOKEN → u secret',
      '◐ browser-1   img  STARTING',
      '○ pg-1        img  STOPPED',
      'gitea-1 · [Events] Spec Env Tools Logs Raw',
      'attempt 6 (30s ×5, then 5m)   next retry 4m12s ███░',
      'GITEA_TOKEN ← file:gitea-creds  no entry',
      '! problems only (3)',
    ]) {
      expect(screen).toContain(text);
    }
  });

  it('names the failing secret and its countdown in the first frame at 80×24', async () => {
    await using tui = open({ frozen: true }, { columns: 80, rows: 24 });
    const screen = await tui.see('gitea-1');
    expect(screen).toMatch(/gitea-1 +ERROR +- +2d4h +4m12s +SECRET_UNRESOLVED GITEA_TOKEN/);
    expect(screen).toContain('GITEA_TOKEN ← file:gitea-creds  no entry');
    expect(screen).toContain('next retry 4m12s');
  });

  it('counts down by itself', async () => {
    await using tui = open({});
    const first = await tui.see('4m12s');
    expect(await tui.see('4m10s')).not.toBe(first);
  });

  it('paints a first frame before the engine is there', async () => {
    await using tui = open({ lateMs: 700 });
    expect(await tui.see('starting engine …')).not.toContain('gitea-1');
    expect(await tui.see('gitea-1')).not.toContain('starting engine');
  });

  it('says what to do without servers instead of an empty table', async () => {
    await using tui = open({ empty: true }, { columns: 80, rows: 24 });
    const screen = await tui.see('No server yet.');
    expect(screen).toContain('mcptui create server');
    expect(screen).toContain('mcptui demo');
    expect(screen).toContain('claude mcp add mcptui -- mcptui proxy');
  });

  it('is driven by keys: panes, detail, help, palette, filter', async () => {
    await using tui = open({ frozen: true });
    await tui.see('gitea-1');
    await tui.press('j', 'down');
    await tui.see(/▸ ▲ jira-1/);
    await tui.press('5');
    await tui.see('follow ▼');
    await tui.press('1', 'enter', ']', ']');
    await tui.see('it is started without environment entries');
    await tui.press('esc', '?');
    await tui.see('┌ Help');
    await tui.press('esc', '/', 'f', 's', '-', 'enter');
    await tui.see('filter fs- · 1-2 of 2');
    await tui.press('esc', ':', 'r', 'e', 't', 'r', 'y', ' ', 's', 'l', 'enter');
    expect(await tui.see('slack-1: retry requested')).toMatch(/▸ ✗ slack-1/);
  });

  it('shows the environment of a server as names in a table', async () => {
    await using tui = open({ frozen: true });
    await tui.see('gitea-1');
    await tui.press(']', ']');
    const screen = await tui.see('✗ unresolved');
    expect(screen).toMatch(/│ GITEA_TOKEN │ file:gitea-creds │ ✗ unresolved │/);
  });

  it('leaves no stale cell after 15 random resizes and keeps the selection', async () => {
    await using tui = open({ frozen: true, instances: 60 });
    await tui.see('server003-1');
    await tui.press('j', 'j');
    const random = seededRandom(7);
    for (let round = 0; round < 15; round += 1) {
      const [columns, rows] = [60 + random.below(120), 16 + random.below(40)];
      tui.resize(columns, rows);
      // Its box has the new width and ends on the third row from below.
      const bar = `.{${columns - 2}}`;
      await tui.see(new RegExp(`^.*\\n.*\\n┌${bar}┐\\n(?:.*\\n){${rows - 6}}└${bar}┘\\n`));
      const resized = await tui.still();
      await using fresh = open({ frozen: true, instances: 60 }, { columns, rows });
      await fresh.see('server003-1');
      await fresh.press('j', 'j');
      await fresh.see(/▸ ✗ server043-1/);
      expect(resized, `${columns}×${rows}`).toContain('▸ ✗ server043-1');
      expect(resized, `${columns}×${rows}`).toBe(await fresh.still());
    }
  }, 120_000);

  it('refuses a screen below 60×16 with its size and still quits', async () => {
    await using tui = open({}, { columns: 50, rows: 12 });
    await tui.see('mcptui needs 60×16, have 50×12');
    await tui.press('q');
    expect((await tui.ended).exitCode).toBe(0);
  });

  it('loses nothing but colour with NO_COLOR', async () => {
    await using coloured = open({ frozen: true });
    await using plain = open({ frozen: true }, { env: { NO_COLOR: '1' } });
    await Promise.all([coloured.see('1-4 of 4 events'), plain.see('1-4 of 4 events')]);
    expect(await plain.still()).toBe(await coloured.still());
    // oxlint-disable-next-line no-control-regex -- SGR codes of colours
    const colour = /\u001B\[(?:\d+;)*(?:3[0-7]|9[0-7]|4[0-7])m/;
    expect(plain.output).not.toMatch(colour);
    expect(coloured.output).toMatch(colour);
  });
});

describe('leaving the console', () => {
  const ways: readonly (readonly [string, ScreenFixture, (tui: Tui) => Promise<void> | void, string, number])[] = [
    ['q with a daemon', {}, (tui) => tui.press('q'), 'daemon keeps running', 0],
    ['q and s while hosting', { hosting: true }, (tui) => quitWith(tui, 's'), 'outcome quit-stop', 0],
    ['q and h while hosting', { hosting: true }, (tui) => quitWith(tui, 'h'), 'outcome quit-handover', 0],
    ['ctrl-c twice', {}, (tui) => interruptTwice(tui), 'daemon keeps running', 0],
    ['SIGTERM', {}, (tui) => tui.kill('SIGTERM'), '', 143],
    ['SIGHUP', {}, (tui) => tui.kill('SIGHUP'), '', 143],
    ['SIGINT', {}, (tui) => tui.kill('SIGINT'), '', 143],
    ['an uncaught exception', { crashMs: 900 }, () => {}, 'the console stopped: a failure that nothing caught', 1],
  ];

  /** The second one counts once the answer to the first was painted. */
  async function interruptTwice(tui: Tui): Promise<void> {
    await tui.press('\u0003');
    await tui.see('ctrl-c again within 2s quits');
    await tui.still(150);
    await tui.press('\u0003');
  }

  async function quitWith(tui: Tui, key: string): Promise<void> {
    await tui.press('q');
    await tui.see('What to do with the instances?');
    await tui.still(300);
    await tui.press(key);
  }

  it.each(ways)('restores the terminal after %s', async (_name, fixture, leave, printed, exitCode) => {
    await using tui = open(fixture);
    // The detail comes after the first frame: by then keys are read one by one.
    await tui.see('1-4 of 4 events');
    expect(tui.alternate).toBe(true);
    await leave(tui);
    expect((await tui.ended).exitCode).toBe(exitCode);
    await tui.restored();
    await tui.see(printed);
    expect(tui.terminal.modes.wraparoundMode).toBe(true);
    // The cursor is shown and bracketed paste is off again, each as the last word on it.
    expect(tui.output.lastIndexOf('\u001B[?25h')).toBeGreaterThan(tui.output.lastIndexOf('\u001B[?25l'));
    expect(tui.output.lastIndexOf('\u001B[?2004l')).toBeGreaterThan(tui.output.lastIndexOf('\u001B[?2004h'));
  });

  it('writes a report of a crash and prints its path', async () => {
    await using tui = open({ crashMs: 600 });
    await tui.ended;
    const path = /report: (\S+)/.exec(tui.screen.replaceAll('\n', ''))?.[1] ?? '';
    expect(readFileSync(path, 'utf8')).toContain('a failure that nothing caught');
  });
});
