/** A program in a pseudo-terminal with a terminal emulator behind it: what a person sees, and keys as they arrive. */
import { PATIENCE_MS, pause } from '../until.ts';
import pty from '@lydell/node-pty';
import xterm from '@xterm/headless';

export type XtermTerminal = InstanceType<typeof xterm.Terminal>;

export interface OpenTuiOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** How wide the emulator draws characters; default: as of Unicode 6. */
  readonly widths?: (codePoint: number) => 0 | 1 | 2;
}

const named: Readonly<Record<string, string>> = {
  up: '\u001B[A',
  down: '\u001B[B',
  enter: '\r',
  esc: '\u001B',
  tab: '\t',
  pgup: '\u001B[5~',
  pgdn: '\u001B[6~',
};

export interface Tui extends AsyncDisposable {
  readonly pid: number;
  readonly terminal: XtermTerminal;
  readonly ended: Promise<{ readonly exitCode: number; readonly signal?: number }>;
  /** The text on screen, without blanks at line ends. */
  readonly screen: string;
  /** Everything the program wrote. */
  readonly output: string;
  /** Whether the alternate screen is shown. */
  readonly alternate: boolean;
  /** Names (`up`, `enter`, `esc`) or characters, each arriving by itself. */
  press(...keys: string[]): Promise<void>;
  /** Bytes at once, as they are. */
  write(bytes: string | Buffer): void;
  resize(columns: number, rows: number): void;
  /** Resolves with the screen once it holds this; rejects with the last screen. */
  see(wanted: string | RegExp, deadlineMs?: number): Promise<string>;
  /** Resolves once the primary screen is back. */
  restored(): Promise<unknown>;
  /** Resolves once the screen did not change for so long. */
  still(quietMs?: number): Promise<string>;
  /** Called with each piece of output as it arrives; returns the unsubscriber. */
  onOutput(listener: (data: string) => void): () => void;
  kill(signal: NodeJS.Signals): void;
}

/** Time between two keys of `press`: a person's, so that none counts as a burst. */
const keyGapMs = 130;

export function openTui(file: string, args: readonly string[], options: OpenTuiOptions = {}): Tui {
  const { columns = 120, rows = 36, env = {}, cwd } = options;
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true, scrollback: 1000 });
  if (options.widths !== undefined) drawAs(terminal, options.widths);
  // Ink is silent where CI is set, and tests set NODE_ENV.
  const {
    CI: _ci,
    NO_COLOR: _noColor,
    FORCE_COLOR: _force,
    VITEST: _vitest,
    NODE_ENV: _nodeEnv,
    ...inherited
  } = process.env;
  const child = pty.spawn(file, [...args], {
    cols: columns,
    rows,
    name: 'xterm-256color',
    env: { ...inherited, TZ: 'UTC', TMUX: undefined, ...env },
    ...(cwd === undefined ? {} : { cwd }),
  });
  const wake = new Set<() => void>();
  let output = '';
  let shownLength = 0;
  let changedAt = performance.now();
  const listeners = new Set<(data: string) => void>();
  child.onData((data) => {
    for (const listener of listeners) listener(data);
    output += data;
    changedAt = performance.now();
    terminal.write(data, () => {
      shownLength += data.length;
      for (const check of wake) check();
    });
  });
  let isOver = false;
  // The emulator answers queries as a terminal does.
  terminal.onData((data) => {
    if (!isOver) child.write(data);
  });
  const ended = new Promise<{ exitCode: number; signal?: number }>((resolve) => {
    child.onExit((exit) => {
      isOver = true;
      // Once the emulator has read all of it.
      terminal.write('', () => resolve(exit));
    });
  });
  /** Within a synchronized update, which a terminal shows only as a whole; of what the emulator has read so far. */
  const isMidFrame = (): boolean => {
    const last = (mark: string): number => output.lastIndexOf(mark, shownLength - mark.length);
    return !isOver && last('\u001B[?2026h') > last('\u001B[?2026l');
  };
  const waitFor = (holds: () => boolean, wanted: string, deadlineMs: number): Promise<string> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (isMidFrame() || !holds()) return;
        finish();
        resolve(tui.screen);
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`never saw ${wanted} on\n${tui.screen}`));
      }, deadlineMs);
      const finish = (): void => {
        clearTimeout(timer);
        wake.delete(check);
      };
      wake.add(check);
      check();
    });
  const tui: Tui = {
    pid: child.pid,
    terminal,
    ended,
    get screen() {
      return screenOf(terminal);
    },
    get output() {
      return output;
    },
    get alternate() {
      return terminal.buffer.active.type === 'alternate';
    },
    async press(...keys) {
      for (const key of keys) {
        child.write(named[key] ?? key);
        await pause(keyGapMs);
      }
    },
    write: (bytes) => child.write(bytes as string),
    resize(nextColumns, nextRows) {
      terminal.resize(nextColumns, nextRows);
      child.resize(nextColumns, nextRows);
    },
    see: (wanted, deadlineMs = PATIENCE_MS) =>
      waitFor(
        () => (typeof wanted === 'string' ? tui.screen.includes(wanted) : wanted.test(tui.screen)),
        String(wanted),
        deadlineMs,
      ),
    restored: () => waitFor(() => !tui.alternate, 'the primary screen', PATIENCE_MS),
    async still(quietMs = 120) {
      while (performance.now() - changedAt < quietMs) await pause(20);
      return tui.screen;
    },
    onOutput(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    kill: (signal) => process.kill(child.pid, signal),
    async [Symbol.asyncDispose]() {
      if (!isOver) child.kill('SIGKILL');
      await ended;
      terminal.dispose();
    },
  };
  return tui;
}

/** Has an emulator draw characters this wide; what has no width joins the cell before it. */
export function drawAs(terminal: XtermTerminal, wcwidth: (codePoint: number) => 0 | 1 | 2): void {
  const charProperties = (codePoint: number, preceding: number): number => {
    const own = wcwidth(codePoint);
    const before = (preceding >> 1) & 3;
    const joins = own === 0 && before > 0;
    return ((joins ? before : own) << 1) | (joins ? 1 : 0);
  };
  terminal.unicode.register({ version: 'test', wcwidth, charProperties });
  terminal.unicode.activeVersion = 'test';
}

export function screenOf(terminal: XtermTerminal): string {
  const buffer = terminal.buffer.active;
  const lines = Array.from(
    { length: terminal.rows },
    (_, y) => buffer.getLine(buffer.baseY + y)?.translateToString(true) ?? '',
  );
  return lines.map((line) => line.trimEnd()).join('\n');
}
