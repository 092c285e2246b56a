/** Decides which part of a log is held while it is read: the newest lines, or all that there is for who scrolls up. Pure. */
import type { LogLine } from '../../../engine/index.ts';
import type { Viewport } from '../../state/viewport.ts';

const FOLLOWED = 500;
/** As many as the engine holds. */
const READ = 5_000;

export function linesAsked({ top }: Viewport): number {
  return top === 'end' ? FOLLOWED : READ;
}

/** Where the same line is first on screen that was before, whatever has come in front of it or fallen out there. */
export function anchoredTop(
  top: Viewport['top'],
  before: readonly LogLine[] | undefined,
  now: readonly LogLine[] | undefined,
): Viewport['top'] {
  if (top === 'end' || before === undefined || now === undefined) return top;
  const first = before[Math.min(top, before.length - 1)];
  const at = first === undefined ? -1 : now.findIndex(({ n }) => n >= first.n);
  // The log of an engine that has restarted begins anew.
  return at < 0 ? top : at;
}
