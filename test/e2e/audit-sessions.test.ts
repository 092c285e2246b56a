/** The sessions of the journal and what their agents saw: the built program, its proxy, and keys in a real terminal. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openAgent } from '../support/worlds/agent.ts';
import { openTui } from '../support/worlds/open-tui.ts';
import { aHome, bin, contractServer, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
beforeEach(() => {
  home = aHome();
});
afterEach(() => home.close());

interface SessionRow {
  readonly id: string;
  readonly calls: number;
}

describe('the sessions of the Audit pane', () => {
  it('show the events of the chosen one alone, and with W what its agent saw; the command gives that byte for byte', async () => {
    await home.mcptui(['create', 'server', 'fs', '--', process.execPath, contractServer]);
    await using tui = openTui(process.execPath, [bin], { columns: 120, rows: 36, env: textEnv(home.env) });
    await tui.see(/fs-1 .*healthy/, 20_000);
    const caller = await openAgent(home.env);
    const listed = await caller.request('tools/list');
    await caller.call('fs__echo', { text: 'hello' });
    const reader = await openAgent(home.env);
    await reader.request('prompts/list');

    await tui.press('5', 'F');
    await tui.see(/Audit · sessions .*follow/);
    await tui.see(/▸ ● …\w{8} +test-agent 1/);
    const sessions = JSON.parse((await home.mcptui(['audit', 'sessions', '-o', 'json'])).stdout) as SessionRow[];
    const called = sessions.find(({ calls }) => calls === 1)?.id ?? '';
    const end = called.slice(-8);
    for (let at = 0; at < sessions.length && !tui.screen.includes(`▸ ● …${end}`); at += 1) await tui.press('down');
    await tui.see(new RegExp(`▸ ● …${end} `));
    await tui.see('fs/echo');
    expect(tui.screen).not.toContain('prompts:');
    await tui.press('W');
    await tui.see(new RegExp(`What …${end} saw · test-agent 1 · as of #\\d+`));
    await tui.see('fs__echo');
    await tui.press('(');
    await tui.see('instructions');
    await tui.press('esc');
    await tui.see('Audit · sessions');
    await tui.press('F');
    await tui.see(/┌ Audit ─/);
    await tui.press('esc');

    const { stdout } = await home.mcptui(['audit', 'saw', called, '--what', 'tools']);
    expect(stdout).toBe(JSON.stringify(listed.result));
    expect((await home.mcptui(['audit', 'saw', called])).stdout).toMatch(/instructions .*\ntools .*/);
    const early = await home.mcptui(['audit', 'saw', called, '--at', '1', '--what', 'tools']);
    expect(early.stderr).toContain('had not been shown that by then');
    await Promise.all([caller.close(), reader.close()]);
  });
});
