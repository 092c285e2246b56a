import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundleConsole, type ConsoleBundle } from '../support/bundle-console.ts';
import { aProposal, aPrompt } from '../support/builders/content-builders.ts';
import { aServer, anInstance, fixtureNow } from '../support/worlds/fixture-engine.ts';
import { openTui, type Tui } from '../support/worlds/open-tui.ts';
import type { ScreenFixture } from '../support/worlds/screen-fixture.ts';

let bundle: ConsoleBundle;
beforeAll(async () => {
  bundle = await bundleConsole();
});
afterAll(() => bundle.remove());

/** Terminals disagree on the width of each of them. */
const odd = '⌚🫨🇩🏽🇩🇪👩🏽‍🚀ｶﾞकिक्षिกำ1️⃣ᄀ①⸻🫩';
const names = Array.from({ length: 6 }, (_, index) => odd.slice(0, 2 + index * 3));
const body = `# ${odd}\n${names.map((name) => `- ${name} is ${odd}`).join('\n')}\n`;

const fixture: ScreenFixture = {
  frozen: true,
  hostile: {
    instances: names.map((name, index) =>
      anInstance({
        name: `${name}-${index}`,
        id: `ins_${index}`,
        server: 'fs',
        serverId: 'srv_fs',
        health: 'unhealthy',
        healthReason: odd.repeat(3),
      }),
    ),
    servers: [aServer({ name: 'fs', source: { kind: 'command', command: ['run', odd] } })],
    logs: names.map((name, index) => ({
      n: index + 1,
      at: fixtureNow + index,
      stream: 'stderr',
      text: `${name} said ${odd}`,
    })),
    detail: {
      events: [{ at: fixtureNow, kind: odd, message: odd, count: 1 }],
      env: [{ name: 'A', from: odd, state: 'unresolved' }],
      tools: names.map((name) => ({ name, description: odd })),
    },
  },
  content: {
    prompts: [aPrompt({ name: 'deploy-rules', summary: odd })],
    bodies: { 'deploy-rules': body },
    proposals: [aProposal({ reason: odd.repeat(2) })],
    proposed: { p801: `${body}${odd.repeat(9)}\n` },
  },
};

/** How terminals of several ages draw what is neither ASCII nor of the console itself. */
const terminals: readonly (readonly [string, ((code: number) => 0 | 1 | 2) | undefined])[] = [
  ['as of Unicode 6', undefined],
  ['with nothing wide', () => 1],
  ['with wide emoji and marks of their own', (code) => (code > 0x2fff || code === 0x231a || isMark(code) ? 2 : 1)],
  ['with letters that take no room', (code) => (isMark(code) || (code > 0x1faff && code < 0x1fb00) ? 0 : 1)],
];

function isMark(code: number): boolean {
  return /\p{M}/u.test(String.fromCodePoint(code));
}

/** First and last cell of each row between tabs and hints. */
function sidesOf({ terminal }: Tui): string[] {
  const buffer = terminal.buffer.active;
  return Array.from({ length: terminal.rows - 4 }, (_, y) => {
    const line = buffer.getLine(buffer.baseY + y + 2);
    return `${line?.getCell(0)?.getChars()}${line?.getCell(terminal.cols - 1)?.getChars()}`;
  });
}

describe('text of uncertain width', () => {
  it.each(terminals)('moves no row and no border of a terminal %s', async (_name, widths) => {
    const env = { MCPTUI_FIXTURE: JSON.stringify(fixture), NODE_ENV: 'production' };
    await using tui = openTui(process.execPath, [bundle.file], { env, ...(widths === undefined ? {} : { widths }) });
    const check = async (): Promise<void> => {
      await tui.still();
      const moved = sidesOf(tui).filter((sides) => !/^[│┌└├][│┐┘┤]$/.test(sides));
      expect({ moved, screen: tui.screen }).toEqual({ moved: [], screen: tui.screen });
    };
    await tui.see('[Events]');
    await check();
    for (const tab of ['Spec', 'Env', 'Tools', 'Logs', 'Raw']) {
      await tui.press(']');
      await tui.see(`[${tab}]`);
      await check();
    }
    for (const key of ['j', 'j', 'k', '3', '4', 'j', 'enter', 'j', '5', '8', 'j', 'G']) {
      await tui.press(key);
      await check();
    }
    for (const [columns, rows] of [
      [61, 40],
      [150, 18],
      [80, 24],
    ] as const) {
      tui.resize(columns, rows);
      // The lower border, on the third row from below, is of the new width.
      await tui.see(new RegExp(`^.*\\n.*\\n┌.*\\n(?:.*\\n){${rows - 6}}└.{${columns - 2}}┘\\n`));
      await check();
    }
    expect(tui.terminal.modes.wraparoundMode).toBe(false);
    tui.kill('SIGTERM');
    await tui.restored();
    expect(tui.terminal.modes.wraparoundMode).toBe(true);
  });
});
