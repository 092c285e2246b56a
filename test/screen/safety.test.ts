import { pause } from '../support/until.ts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleConsole, type ConsoleBundle } from '../support/bundle-console.ts';
import { aServer, anInstance, fixtureNow } from '../support/worlds/fixture-engine.ts';
import { openTui, type OpenTuiOptions, type Tui } from '../support/worlds/open-tui.ts';
import { seededRandom, type Random } from '../support/builders/random.ts';
import type { ScreenFixture } from '../support/worlds/screen-fixture.ts';
import { aFailure } from '../support/builders/failures.ts';

let bundle: ConsoleBundle;
let folder: string;
beforeAll(async () => {
  bundle = await bundleConsole();
  folder = mkdtempSync(join(tmpdir(), 'mcptui-safety-'));
});
afterAll(() => {
  bundle.remove();
  rmSync(folder, { recursive: true, force: true });
});

function open(fixture: ScreenFixture, options: OpenTuiOptions = {}): Tui {
  const env = { MCPTUI_FIXTURE: JSON.stringify(fixture), NODE_ENV: 'production', ...options.env };
  return openTui(process.execPath, [bundle.file], { ...options, env });
}

/** Titles, clipboard, colours, screens, wide and invisible characters: what a server may call itself or write. */
const hostile = [
  '\u001B]0;owned\u0007title',
  '\u001B]52;c;b3duZWQ=\u0007clip',
  '\u001B[2J\u001B[Hclear',
  '\u001B[?1049lleave',
  '\u001B[31mred\u001B[0m',
  'left\u202Egpj.exe',
  'zero\u200Bwidth\u2066x',
  'c1\u009B2J',
  'lone\uD83D.',
  'tab\tand\nnew line\r',
  '日本語のサーバー'.repeat(4),
];

describe('foreign text', () => {
  const text = hostile.join(' ');
  const failed = {
    ...anInstance({ name: `${hostile[0]}-1`, id: 'ins_a', server: 'fs', serverId: 'srv_fs' }),
    phase: 'error' as const,
    failure: aFailure({ kind: 'other', code: `CODE${hostile[1]}`, message: text, hint: text }),
    retry: { attemptCount: 2, lastAttemptAt: fixtureNow, nextRetryAt: fixtureNow + 30_000, reason: text },
  };
  const fixture: ScreenFixture = {
    frozen: true,
    hostile: {
      instances: [
        failed,
        ...hostile.map((name, index) =>
          anInstance({
            name,
            id: `ins_h${index}`,
            server: 'fs',
            serverId: 'srv_fs',
            health: 'unhealthy',
            healthReason: text,
          }),
        ),
      ],
      servers: [aServer({ name: 'fs', source: { kind: 'command', command: ['run', text] } })],
      logs: hostile.map((line, index) => ({ n: index + 1, at: fixtureNow + index, stream: 'stderr', text: line })),
      detail: {
        events: [{ at: fixtureNow, kind: hostile[2] ?? '', message: text, count: 1 }],
        env: [{ name: text, from: text, state: 'unresolved' }],
        tools: hostile.map((name) => ({ name, description: text })),
      },
    },
  };

  it('reaches the terminal only as visible escapes, in every pane, tab and dialog', async () => {
    await using tui = open(fixture);
    await tui.see('\\x1b]0;owned\\x07title');
    for (const tab of ['Spec', 'Env', 'Tools', 'Logs', 'Raw']) {
      await tui.press(']');
      await tui.see(`[${tab}]`);
      await tui.still(100);
    }
    await tui.press('8');
    await tui.see('\\x1b[2J');
    await tui.press('1', 's', 'esc', 'D', 'esc', ':', 'o', 'w', 'n', 'esc', 'y', 'esc', 'enter', 'esc');
    const screen = await tui.still();
    expect(screen).toContain('\\x1b]52;c;b3duZWQ=\\x07clip');
    expect(tui.alternate).toBe(true);
    expect(tui.output).not.toContain('\u001B]0;');
    expect(tui.output).not.toContain('\u001B]52;');
    expect(tui.output).not.toContain('\u001B[2J\u001B[Hclear');
    // oxlint-disable-next-line no-control-regex -- C1, and what hides or turns text around
    expect(tui.output).not.toMatch(/[\u0080-\u009F\u200B-\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/);
    // Each row ends with its border in the last column: nothing was wider than it was counted.
    const rows = screen.split('\n').slice(2, -2);
    for (const row of rows) expect(row).toMatch(/[│┐┘┤]$/);
  });
});

describe('bytes on stdin', () => {
  /** Single bytes, runs of one key, pastes, replies of terminals, and lines with every dangerous key in them. */
  function chunk(random: Random): Buffer {
    switch (random.below(7)) {
      case 0:
        return Buffer.from([random.below(256)]);
      case 1:
        return Buffer.from(
          random.pick(['j', 'y', 'D', 's', 'r', 'q', 'n', '\r', '\u001B', '\u0003', 'h']).repeat(1 + random.below(12)),
        );
      case 2:
        return Buffer.from(`\u001B[200~${random.pick(['y', 'gitea\r', 'Dgitea\rq', 's\ny\n'])}\u001B[201~`);
      case 3:
        return Buffer.from(
          random.pick([
            '\u001B[I',
            '\u001B[O',
            '\u001B[12;40R',
            '\u001B[?62c',
            '\u001B[<0;9;9M',
            '\u001B]52;c;eXk=\u0007',
            '\u001B[',
            '\u001BO',
          ]),
        );
      case 4:
        return Buffer.from(
          random.pick(['Dgitea\r', 'sy', 'ry', 'qs', 'qh', ':delete gitea\r', 'y\ry\r', '\u0003\u0003']),
        );
      case 5:
        return Buffer.from(Array.from({ length: 1 + random.below(40) }, () => random.below(256)));
      default:
        return Buffer.from(random.pick(['s', 'y', 'r', 'q', 'D', 'h', '!', '5', '1', 'G', '\t', '/', ':', '?', '.']));
    }
  }

  async function pressUntil(tui: Tui, key: string, wanted: string): Promise<void> {
    for (let round = 0; round < 10 && !tui.screen.includes(wanted); round += 1) {
      // Whatever the stream left open is closed first.
      tui.write('\u001B');
      await pause(500);
      tui.write(key);
      await tui.see(wanted, 1000).catch(() => undefined);
    }
    expect(tui.screen).toContain(wanted);
  }

  /** `MCPTUI_ROUNDS`: so many seeds each. */
  const seeds = Array.from({ length: Number(process.env.MCPTUI_ROUNDS ?? 1) }, (_, index) => index);

  it.each(
    seeds.flatMap((seed) => [
      ['while hosting', true, 2 * seed + 1] as const,
      ['with a daemon', false, 2 * seed + 2] as const,
    ]),
  )(
    'never delete, stop, restart or quit %s (hosting %s, seed %d)',
    async (_name, hosting, seed) => {
      const asked = join(folder, `asked-${seed}`);
      await using tui = open({ hosting, reportAsked: asked });
      await tui.see('gitea-1');
      const random = seededRandom(seed);
      const life = { isOver: false };
      void tui.ended.then(() => {
        life.isOver = true;
      });
      let writtenAt = performance.now();
      for (let round = 0; round < 400 && !life.isOver; round += 1) {
        // A pause that this machine made must not turn a byte of the stream into a key of its own.
        if (performance.now() - writtenAt > 60) tui.write('jk');
        writtenAt = performance.now();
        tui.write(chunk(random));
        // A stream, not a person: gaps stay below what the console takes for a key pressed on purpose.
        if (random.below(3) > 0) await pause(random.below(40));
      }
      expect(life.isOver, `it quit:\n${tui.screen}`).toBe(false);
      // It still works: back to the list, and out by the front door.
      tui.write('\u001B[201~');
      await pause(400);
      await tui.press('esc', 'esc', 'esc', 'esc');
      if (hosting) await pressUntil(tui, 'q', 'What to do with the instances?');
      // On a machine that stands still for a while a key may count as part of a burst: it is pressed again, as one would.
      for (let waitMs = 500; waitMs < 5_000 && !life.isOver; waitMs += 250) {
        if (!hosting) tui.write('\u001B');
        await pause(waitMs);
        tui.write(hosting ? 'h' : 'q');
        await Promise.race([tui.ended, pause(waitMs)]);
      }
      expect(life.isOver, `it does not leave:\n${tui.screen}`).toBe(true);
      expect((await tui.ended).exitCode).toBe(0);
      const lines = existsSync(asked) ? readFileSync(asked, 'utf8').split('\n') : [];
      expect(lines.filter((line) => /^(?:stop|deleteServer|restart|removeSecret)/.test(line))).toEqual([]);
    },
    120_000,
  );
});

describe('ctrl-z', () => {
  it('where no shell can stop it, leaves a console that still takes keys', async () => {
    await using tui = open({ hosting: false });
    await tui.see('gitea-1');
    for (let round = 0; round < 5; round += 1) {
      await pause(300);
      await tui.press('\u001A');
      await tui.still(100);
    }
    expect(tui.alternate).toBe(true);
    expect(tui.terminal.modes.wraparoundMode).toBe(false);
    await pause(300);
    await tui.press('q');
    expect((await tui.ended).exitCode).toBe(0);
  });
});
