/** The console's components on an engine in memory and a clock that the test moves. */
import { render } from 'ink-testing-library';
import type { Style } from '../../../src/tui/state/style.ts';
import type { Clock, Timer } from '../../../src/kernel/clock.ts';
import { App } from '../../../src/tui/app/app.tsx';
import { AuditList } from '../../../src/tui/state/audit-list.ts';
import type { KeySource } from '../../../src/tui/kit/held-key.ts';
import { Ui } from '../../../src/tui/kit/ui.ts';
import type { Outcome, EditOptions } from '../../../src/tui/kit/terminal.ts';
import { Feed, startClock } from '../../../src/tui/app/feed.ts';
import { newInputMemory } from '../../../src/tui/app/press.ts';
import { plain } from '../../../src/tui/kit/theme.ts';
import { createUiStore, type UiState } from '../../../src/tui/state/ui-store.ts';
import {
  anEvent,
  fixtureEngine,
  fixtureNow,
  someEvents,
  type FixtureEngine,
  type FixtureOptions,
} from './fixture-engine.ts';

export interface OpenAppOptions extends FixtureOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly hosting?: boolean;
  readonly readOnly?: boolean;
  readonly color?: boolean;
  readonly style?: Partial<Style>;
  readonly auditCapacity?: number;
  /** The operator's editor: what it saves for what it was given; undefined leaves the text as it was. */
  readonly edit?: (text: string, options: EditOptions) => string | undefined;
  /** Nothing is attached: the engine is still starting. */
  readonly withoutEngine?: boolean;
  /** How decisions are signed. */
  readonly keys?: KeySource;
}

export interface OpenApp {
  readonly engine: FixtureEngine;
  readonly ui: Ui;
  /** What the console sent to the clipboard, and how it was left. */
  readonly copied: readonly string[];
  readonly left: readonly Outcome[];
  /** How often the terminal rang. */
  readonly bells: () => number;
  /** Texts that could not be saved and were put into files. */
  readonly kept: readonly string[];
  /** What the pager was given. */
  readonly paged: readonly string[];
  /** What was saved, by the path that was typed. */
  readonly files: ReadonlyMap<string, string>;
  screen(): string;
  /** The screen with its SGR codes. */
  styled(): string;
  state(): UiState;
  /** The first line that holds this text. */
  line(text: string): string;
  /** Each a chunk of its own, 300 ms apart, as a person types. */
  press(...chunks: string[]): Promise<void>;
  /** One chunk at once. */
  send(chunk: string): Promise<void>;
  /** Moves the clock. */
  pass(ms: number): Promise<void>;
  /** Lets promises run, and the clock a little. */
  settle(): Promise<void>;
  emitEvents(total: number): void;
  close(): void;
}

interface Waiting {
  readonly at: number;
  readonly fn: () => void;
  cancelled: boolean;
}

/** Wall clock and monotonic clock move together, when told. */
function manualClock(start: number): Clock & { pass(ms: number): void } {
  let elapsed = 0;
  let waiting: Waiting[] = [];
  return {
    now: () => start + elapsed,
    monotonicMs: () => elapsed,
    after(delayMs, fn): Timer {
      const entry: Waiting = { at: elapsed + Math.max(0, delayMs), fn, cancelled: false };
      waiting.push(entry);
      return {
        cancel() {
          entry.cancelled = true;
        },
      };
    },
    pass(ms) {
      const end = elapsed + ms;
      for (;;) {
        const due = waiting.filter(({ at, cancelled }) => !cancelled && at <= end).sort((a, b) => a.at - b.at)[0];
        if (due === undefined) break;
        waiting = waiting.filter((entry) => entry !== due && !entry.cancelled);
        elapsed = Math.max(elapsed, due.at);
        due.fn();
      }
      elapsed = end;
    },
  };
}

/** React renders a changed store in a microtask. */
const painted = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

export async function openApp(options: OpenAppOptions = {}): Promise<OpenApp> {
  const clock = manualClock(options.now ?? fixtureNow);
  const events = options.events ?? someEvents(60);
  const engine = fixtureEngine({ ...options, events });
  const copied: string[] = [];
  const left: Outcome[] = [];
  const kept: string[] = [];
  const paged: string[] = [];
  const files = new Map<string, string>();
  let bells = 0;
  const { edit } = options;
  const store = createUiStore({
    size: { columns: options.columns ?? 120, rows: options.rows ?? 36 },
    now: clock.now(),
    style: {
      skin: options.color === false ? 'mono' : 'standard',
      ascii: false,
      spoken: false,
      still: false,
      ...options.style,
    },
    host: {
      hosting: options.hosting ?? false,
      readOnly: options.readOnly ?? false,
      demo: false,
      user: 'ann',
      version: '0.1.0',
    },
    auditList: new AuditList(options.auditCapacity ?? 100_000),
  });
  const ui = new Ui(
    store,
    clock,
    {
      quit: (outcome) => left.push(outcome),
      redraw: () => {},
      suspend: undefined,
      clients: undefined,
      copy: (text) => copied.push(text),
      mouse: () => {},
      bell: () => {
        bells += 1;
      },
      edit: edit === undefined ? undefined : async (text, about) => edit(text, about),
      async page(text) {
        paged.push(text);
      },
      save(text, file, isAgreed) {
        if (files.has(file) && !isAgreed) return undefined;
        files.set(file, text);
        return `/home/ann/${file.replace('./', '')}`;
      },
      keep: (text, name) => {
        kept.push(text);
        return `/tmp/kept/${name}`;
      },
      // As if `.` alone were there.
      folderOf: ({ words, cwd }) => cwd ?? (words.includes('.') ? '/home/ann/work' : undefined),
    },
    options.keys,
  );
  const tree = <App ui={ui} memory={newInputMemory()} />;
  const ink = render(tree);
  // The library's terminal is 100 columns wide.
  Object.defineProperty(ink.stdout, 'columns', { value: store.getState().size.columns });
  ink.rerender(tree);
  const stopClock = startClock(ui);
  const feed = new Feed(ui, engine);
  if (options.withoutEngine !== true) feed.start();
  let next = events.length;
  const app: OpenApp = {
    engine,
    ui,
    copied,
    left,
    bells: () => bells,
    kept,
    paged,
    files,
    screen: () => plain(ink.lastFrame() ?? ''),
    styled: () => ink.lastFrame() ?? '',
    state: () => store.getState(),
    line: (text) =>
      app
        .screen()
        .split('\n')
        .find((line) => line.includes(text)) ?? '',
    async press(...chunks) {
      for (const chunk of chunks) {
        clock.pass(300);
        ink.stdin.write(chunk);
        // A lone ESC is a key only once nothing follows it, and what quits or answers only once it stays quiet.
        clock.pass(110);
        await painted();
      }
    },
    async send(chunk) {
      ink.stdin.write(chunk);
      await painted();
    },
    async pass(ms) {
      clock.pass(ms);
      await painted();
    },
    async settle() {
      for (let round = 0; round < 5; round += 1) {
        await new Promise((resolve) => setImmediate(resolve));
        clock.pass(100);
      }
      await new Promise((resolve) => setImmediate(resolve));
    },
    emitEvents(total) {
      engine.emit(...Array.from({ length: total }, (_, index) => anEvent(next + index + 1, { at: clock.now() })));
      next += total;
    },
    close() {
      feed.stop();
      stopClock();
      ink.unmount();
    },
  };
  await app.settle();
  return app;
}
