/** Reports unexpected errors: a guard at a door catches what nobody foresaw, says where, and the engine goes on. */
import type { Clock } from './clock.ts';
import { errnoOf } from './errors.ts';
import type { Logger } from './log.ts';

/** Where guards tell of errors that are nobody's doing but ours. */
export interface Bugs {
  /**
   * Never throws. `where` names the guard in a few fixed words, `a reconcile step`; of the error only what cannot hold a
   * value is kept, see `bugFacts`.
   */
  report(where: string, error: unknown): void;
}

/** What of an error is kept. Its message is not: it may quote an argument, a pattern, a secret. */
export interface BugFacts {
  /** `RangeError`, `ERR_INVALID_URL`; `(a string)` for what is no error. */
  readonly name: string;
  /** Stack frames, the innermost first, each `fn (file:line:column)`; at most 12. */
  readonly frames: readonly string[];
}

const MAX_FRAMES = 12;
const MAX_FRAME_CHARS = 300;
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,63}$/;
/** A line of a stack ends in a place, `file.js:10:5` or `file.js:10:5)`, or is one of V8's own. */
const PLACE = /(?::\d+:\d+\)?|\(<anonymous>\)|\(native\))$/;

/** The name and the frames of an error; runs nothing of the error's own that could throw. */
export function bugFacts(error: unknown): BugFacts {
  try {
    if (!(error instanceof Error)) return { name: `(${error === null ? 'null' : `a ${typeof error}`})`, frames: [] };
    const code = errnoOf(error);
    const name = NAME.test(error.name) ? error.name : 'Error';
    return { name: code !== undefined && NAME.test(code) ? `${name} ${code}` : name, frames: framesOf(error) };
  } catch {
    return { name: '(an error that cannot be read)', frames: [] };
  }
}

function framesOf({ stack, message }: Error): string[] {
  if (typeof stack !== 'string') return [];
  // What the message says, in lines that look like frames too, is no frame.
  const said = message === '' ? -1 : stack.indexOf(message);
  const lines = (said === -1 ? stack : stack.slice(said + message.length)).slice(0, 16_384).split('\n');
  return lines
    .filter((line) => line.startsWith('    at ') && line.length <= MAX_FRAME_CHARS && PLACE.test(line))
    .slice(0, MAX_FRAMES)
    .map((line) => line.slice('    at '.length));
}

/** A clock whose timers report what they throw: one that fails ends nothing but itself. */
export function guardedClock(clock: Clock, bugs: Bugs): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs, fn, options) => clock.after(delayMs, guarded('a timer', bugs, fn), options),
  };
}

/** `fn`, reporting what it throws. */
export function guarded<A extends readonly unknown[]>(
  where: string,
  bugs: Bugs,
  fn: (...args: A) => void,
): (...args: A) => void {
  return (...args) => {
    try {
      fn(...args);
    } catch (error) {
      bugs.report(where, error);
    }
  };
}

/** For parts that run without an engine: what is reported goes to the log. */
export function loggedBugs(logger: Logger): Bugs {
  return { report: (where, error) => logger.error({ ...bugFacts(error) }, `a bug in ${where}`) };
}
