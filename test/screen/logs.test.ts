import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleConsole, type ConsoleBundle } from '../support/bundle-console.ts';
import { openTui } from '../support/worlds/open-tui.ts';

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

describe('pane 8 in a terminal', () => {
  it('finds in 20,000 lines, hands them to the pager, saves them, and is whole again afterwards', async () => {
    const saved = join(folder, 'saved.log');
    await using tui = openTui(process.execPath, [bundle.file], {
      env: {
        MCPTUI_FIXTURE: JSON.stringify({ logLines: 20_000 }),
        NODE_ENV: 'production',
        // A pager that keeps what it is given.
        MCPTUI_PAGER: `cp --target-directory=${folder}`,
      },
    });
    await tui.see('gitea-1');
    await tui.press('8');
    await tui.see('request 19999 ');
    await tui.press('/', 'w', 'a', 'r', 'n', '\r');
    await tui.see(/find warn \d+\/\d+/);
    await tui.press('g');
    await tui.see(/ 1-\d+ of 20,000 lines/);
    await tui.press('o');
    await tui.see('[8 Logs]');
    await expect.poll(() => readdirSync(folder)).toContain('gitea-1.log');
    expect(readFileSync(join(folder, 'gitea-1.log'), 'utf8').split('\n')).toHaveLength(20_001);
    await tui.press('S');
    await tui.see('Save to a file');
    await tui.press('\u0015', ...Array.from(saved));
    await tui.press('\r');
    await tui.see('saved to');
    expect(readFileSync(saved, 'utf8')).toContain('WARN request 19990 ');
    // A key of its own before it: what ends the console wants silence around it.
    await tui.press('j', 'q');
    expect((await tui.ended).exitCode).toBe(0);
  });
});
