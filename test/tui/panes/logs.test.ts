import { afterEach, describe, expect, it } from 'vitest';
import type { LogLine } from '../../../src/engine/index.ts';
import { fixtureNow } from '../../support/builders/console-builders.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../support/worlds/open-app.tsx';

let app: OpenApp;
afterEach(() => app.close());

const esc = '\u001B';
const line = (n: number, text: string, stream: LogLine['stream'] = 'stderr'): LogLine => ({
  n,
  at: fixtureNow - 3_600_000 + n * 1_000,
  stream,
  text,
});
const many = (count: number): LogLine[] => Array.from({ length: count }, (_, i) => line(i + 1, `line ${i + 1}.`));

async function openLogs(options: OpenAppOptions): Promise<void> {
  app = await openApp(options);
  await app.press('8');
  await app.settle();
}

/** Page by page, as the feed asks for them. */
async function load(): Promise<void> {
  for (let round = 0; round < 5; round += 1) {
    await app.pass(200);
    await app.settle();
  }
}

describe('the Logs pane', () => {
  it('finds in context, keeps and hides lines, and Esc takes one off after the other', async () => {
    const logs = many(300).map((one) => (one.n % 100 === 0 ? { ...one, text: `${one.text} WARN` } : one));
    await openLogs({ logs });
    await app.press('/', ...Array.from('warn'), '\r');
    expect(app.screen()).toContain('find warn 3/3');
    await app.press('n');
    expect(app.screen()).toContain('find warn 1/3');
    expect(app.screen()).toContain('line 99.');
    await app.press(esc, '&', ...Array.from('/00\\. /'), '\r');
    expect(app.screen()).toContain('1-3 of 3 lines (300 in all)');
    await app.press('-', ...Array.from('200'), '\r');
    expect(app.screen()).toContain('1-2 of 2 lines');
    await app.press(esc, esc);
    expect(app.screen()).toContain('of 300 lines');
  });

  it('reaches the oldest line of a long log page by page, and stays at its line meanwhile', async () => {
    await openLogs({ logs: many(20_000) });
    await app.press('g');
    await load();
    expect(app.screen()).toContain('line 1.');
    expect(app.screen()).toContain('of 20,000 lines');
    await app.press('G', 'k');
    expect(app.screen()).toContain('1 line below · G follows');
  });

  it('shows the colours of the log, and escapes what else a line holds', async () => {
    await openLogs({ logs: [line(1, '\u001B[31mred\u001B[0m \u001B[7mfake\u001B[2J')] });
    expect(app.screen()).toContain('red fake\\x1b[2J');
    expect(app.styled()).toContain('\u001B[31mred\u001B[39m');
    expect(app.styled()).not.toContain('\u001B[7mfake');
  });

  it('goes from run to run with P', async () => {
    const logs = [1, 2, 3].flatMap((run) => [
      line(run * 100, `run ${run} starts`, 'start'),
      ...Array.from({ length: 60 }, (_, i) => line(run * 100 + 1 + i, `words ${i} of ${run}`)),
      line(run * 100 + 70, `run ${run} ended with exit code ${run} after 1.0 s`, 'exit'),
    ]);
    await openLogs({ logs });
    await app.press('P');
    expect(app.screen()).toContain('run 2 starts');
    await app.press('P');
    expect(app.screen()).toContain('run 1 starts');
    await app.press('P');
    expect(app.screen()).toContain('no earlier run is in this log');
  });

  it('narrows by time, wraps, goes sideways, and keeps the offset while lines come', async () => {
    const logs = [...many(50), { ...line(51, `long ${'word '.repeat(60)}end`), at: fixtureNow - 1_000 }];
    await openLogs({ logs });
    expect(app.screen()).not.toContain('end');
    await app.press('w');
    expect(app.screen()).toContain('end');
    await app.press('L', 'L');
    const shown = app.line('stderr');
    await app.pass(2_000);
    expect(app.line('stderr')).toBe(shown);
    await app.press('\u0014');
    expect(app.screen()).toContain('since 1m');
    expect(app.screen()).not.toContain('line 50.');
    await app.press('\u0014', '\u0014', '\u0014', 'H', 'H');
    expect(app.screen()).toContain('line 50.');
  });

  it('chooses another log by a part of its name, which is followed, and merges a second one', async () => {
    await openLogs({ logs: many(300) });
    await app.press('k', 'k', '\r', ...Array.from('slack'), '\r');
    await app.settle();
    expect(app.screen()).toContain('Logs · slack-1');
    expect(app.screen()).toContain('follow ▼');
    await app.press('A', ...Array.from('gitea'), '\r');
    await load();
    expect(app.screen()).toContain('Logs · slack-1 gitea-1');
    expect(app.screen()).toContain('gitea-1 stderr line 300.');
    expect(app.screen()).toContain('slack-1 stderr line 300.');
    expect(app.screen()).toContain('of 600 lines');
  });

  it('copies the line, saves all lines to a file and not over one without a question, and opens the pager', async () => {
    await openLogs({ logs: many(300) });
    await app.press('y', 'y');
    expect(app.copied).toEqual(['line 300.']);
    const save = async (): Promise<void> => {
      await app.press('S');
      await app.pass(300);
      await app.press('\r');
    };
    await save();
    expect(app.screen()).toContain('saved to /home/ann/gitea-1.log');
    await save();
    expect(app.screen()).toContain('Replace ./gitea-1.log?');
    await app.press('n');
    expect(app.files.get('./gitea-1.log')?.split('\n')).toHaveLength(301);
    await app.press('o');
    expect(app.paged[0]).toContain('line 1.');
  });

  it('says what is missing where there is nothing to read', async () => {
    await openLogs({ instances: [], logs: [] });
    expect(app.screen()).not.toContain('loading');
    expect(app.screen()).toContain('there is no instance, so no log');
    app.close();
    await openLogs({ logs: [] });
    expect(app.screen()).toContain('gitea-1 has written nothing yet');
    expect(app.screen()).not.toContain('1-1 of 1');
  });
});
