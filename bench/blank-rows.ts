/** Flicker as a terminal without synchronized updates shows it. */
import xterm from '@xterm/headless';
import { screenOf, type XtermTerminal } from '../test/support/worlds/open-tui.ts';

const frameEnd = '\u001B[?2026l';

/** How often a row with text was blank between two writes of one frame, on a terminal without synchronized updates. */
export async function blankRows(
  size: { readonly columns: number; readonly rows: number },
  before: string,
  frames: string,
): Promise<number> {
  const terminal = new xterm.Terminal({ cols: size.columns, rows: size.rows, allowProposedApi: true });
  const feed = (text: string): Promise<void> => new Promise((resolve) => terminal.write(text, resolve));
  // oxlint-disable-next-line no-control-regex -- the marks of synchronized updates
  const plain = (text: string): string => text.replace(/\u001B\[\?2026[hl]/g, '');
  await feed(plain(before));
  let flashes = 0;
  for (const frame of frames.split(frameEnd)) {
    const had = filledRows(terminal);
    const seen: number[] = [];
    for (const piece of plain(frame).split(/(?=\n)/)) {
      // oxlint-disable-next-line no-control-regex -- up to and including each erasure
      for (const part of piece.split(/(?<=\u001B\[[0-9]*[KJ])/)) {
        await feed(part);
        const now = filledRows(terminal);
        for (const row of had) if (!now.has(row)) seen.push(row);
      }
    }
    const after = filledRows(terminal);
    flashes += new Set(seen.filter((row) => after.has(row))).size;
  }
  terminal.dispose();
  return flashes;
}

function filledRows(terminal: XtermTerminal): Set<number> {
  return new Set(
    screenOf(terminal)
      .split('\n')
      .flatMap((line, row) => (line === '' ? [] : [row])),
  );
}
