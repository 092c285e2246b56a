/** Brings what the engine tells to the screen: views and events at 10 Hz, the clock at 1 Hz, details when they are looked at. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { signingCommands, type AuditEvent, type Engine, type EngineView } from '../../engine/index.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import { failureText, type Ui } from '../kit/ui.ts';
import type { Wanted } from '../kit/pane.ts';
import { failsAnew } from '../kit/instances.ts';
import { paneList, paneOf } from './panes.ts';
import type { UiState } from '../state/ui-store.ts';

/** At most this often the screen follows the engine; a key pressed in between is painted at once. */
const flushMs = 100;
/** A selection has to rest this long before its detail is asked for. */
const settleMs = 60;
/** Events asked for at once when older ones are loaded, and the pause between. */
const firstPage = 500;
const page = 5000;
const pageGapMs = 50;
/** The bell rings at most this often. */
const RING_GAP_MS = 5_000;

/** Keeps the clock of the screen, from the first frame on; returns what ends it. */
export function startClock(ui: Ui): () => void {
  const { clock, store } = ui;
  let timer: Timer;
  const tick = (): void => {
    const now = clock.now();
    const { notice } = store.getState();
    const over = notice?.until !== undefined && notice.until <= now;
    store.setState(over ? { now, notice: undefined } : { now });
    timer = clock.after(1000 - (now % 1000), tick, { unref: true });
  };
  timer = clock.after(1000 - (clock.now() % 1000), tick, { unref: true });
  return () => timer.cancel();
}

export class Feed {
  readonly #ui: Ui;
  readonly #clock: Clock;
  readonly #engine: Engine;
  readonly #stops: (() => void)[] = [];
  #stopped = false;
  #view: EngineView | undefined;
  #events: AuditEvent[] = [];
  #flushTimer: Timer | undefined;
  #flushedAt = -Infinity;
  #settleTimer: Timer | undefined;
  /** What the detail was last asked for, so that one change asks once. */
  #asked = '';
  #backfilling = false;
  #rungAtMs = -Infinity;

  constructor(ui: Ui, engine: Engine) {
    this.#ui = ui;
    this.#clock = ui.clock;
    this.#engine = engine;
  }

  start(): void {
    const { store } = this.#ui;
    this.#ui.attach(signingCommands(this.#engine.commands, this.#ui.keys.keyFor));
    this.#stops.push(
      this.#engine.subscribe((view) => {
        this.#view = view;
        this.#schedule();
      }),
      this.#engine.onEvents((events) => {
        for (const event of events) this.#events.push(event);
        this.#schedule();
      }),
      this.#engine.onLink((link) => this.#linked(link)),
    );
    store.setState({ engine: 'ready', view: this.#engine.view() });
    this.#stops.push(store.subscribe((state) => this.#look(state)));
    unawaited(this.#loadNewest());
    this.#look(store.getState());
  }

  stop(): void {
    this.#stopped = true;
    this.#flushTimer?.cancel();
    this.#settleTimer?.cancel();
    for (const stop of this.#stops) stop();
  }

  #linked(link: 'attached' | 'lost'): void {
    const { store } = this.#ui;
    if (store.getState().link.state === link) return;
    store.setState({ link: { state: link, since: this.#clock.now() } });
    if (link === 'attached') {
      this.#ui.notify('ok', 'the daemon is back');
      this.#asked = '';
      unawaited(this.#loadMissed());
    }
  }

  #schedule(): void {
    if (this.#flushTimer !== undefined || this.#stopped) return;
    const wait = Math.max(0, flushMs - (this.#clock.monotonicMs() - this.#flushedAt));
    this.#flushTimer = this.#clock.after(wait, () => this.#flush(), { unref: true });
  }

  #flush(): void {
    this.#flushTimer = undefined;
    this.#flushedAt = this.#clock.monotonicMs();
    const { store } = this.#ui;
    const patch: { view?: EngineView; audit?: UiState['audit'] } = {};
    if (this.#view !== undefined) patch.view = this.#view;
    if (this.#events.length > 0) {
      const { audit } = store.getState();
      audit.list.append(this.#events);
      this.#events = [];
      patch.audit = { ...audit, revision: audit.revision + 1 };
    }
    this.#view = undefined;
    const before = store.getState().view;
    store.setState(patch);
    if (patch.view !== undefined) this.#tell(before, patch.view);
  }

  async #loadNewest(): Promise<void> {
    try {
      const newest = await this.#engine.commands.events({ limit: firstPage });
      if (this.#stopped) return;
      const { list } = this.#ui.state.audit;
      const ordered = [...newest].sort((a, b) => a.n - b.n);
      if (list.ring.size <= 0) list.append(ordered);
      else list.prepend(ordered);
      this.#revise();
      this.#look(this.#ui.state);
    } catch (error) {
      this.#ui.notify('bad', `audit events: ${failureText(error)}`);
    }
  }

  /** What was written while the daemon was away. */
  async #loadMissed(): Promise<void> {
    const { list } = this.#ui.state.audit;
    try {
      const missed = await this.#engine.commands.events({ after: list.ring.last, limit: page });
      if (this.#stopped) return;
      list.append(missed);
      this.#revise();
    } catch (error) {
      this.#ui.notify('bad', `audit events: ${failureText(error)}`);
    }
  }

  #revise(): void {
    const { audit } = this.#ui.state;
    this.#ui.set({ audit: { ...audit, revision: audit.revision + 1 } });
  }

  /** Older events, page by page with pauses, once the timeline is looked at and until the ring is full. */
  async #loadOlder(): Promise<void> {
    const { ring } = this.#ui.state.audit.list;
    const { list } = this.#ui.state.audit;
    while (!this.#stopped && ring.size < ring.capacity && ring.first > 1) {
      const older = await this.#engine.commands.events({ before: ring.first, limit: page });
      if (this.#stopped || list.prepend(older) === 0) return;
      this.#revise();
      await new Promise<void>((resolve) => void this.#clock.after(pageGapMs, resolve, { unref: true }));
    }
  }

  /** Asks for what is on screen and not there yet. */
  #look(state: UiState): void {
    if (this.#stopped || state.link.state === 'lost') return;
    if (state.pane === 'audit' && !this.#backfilling && state.audit.list.ring.size > 0) {
      this.#backfilling = true;
      this.#loadOlder().catch((error: unknown) => this.#ui.notify('bad', `audit events: ${failureText(error)}`));
    }
    const observed = paneOf(state).observe?.(state);
    if (observed !== undefined) this.#ui.set(observed);
    const wanted = paneOf(state).wants?.(state);
    if (wanted === undefined || wanted.key === this.#asked) return;
    this.#asked = wanted.key;
    this.#settleTimer?.cancel();
    const wait = wanted.again ? flushMs : settleMs;
    this.#settleTimer = this.#clock.after(wait, () => void this.#load(wanted), { unref: true });
  }

  async #load(wanted: Wanted): Promise<void> {
    let change: (state: UiState) => Partial<UiState>;
    try {
      change = await wanted.load(this.#engine.commands);
    } catch (error) {
      change = wanted.failed(failureText(error));
    }
    if (!this.#stopped) this.#ui.set(change(this.#ui.state));
  }

  /** Several things that happen together ring once. */
  #ring(why: 'inbox' | 'errors'): void {
    const { bell } = this.#ui.state;
    const now = this.#clock.monotonicMs();
    if ((bell !== why && bell !== 'all') || now - this.#rungAtMs < RING_GAP_MS) return;
    this.#rungAtMs = now;
    this.#ui.terminal.bell();
  }

  /** Says what came in, whichever pane is in front; a failure on screen stays. */
  #tell(before: EngineView | undefined, after: EngineView): void {
    if (before === undefined) return;
    if (failsAnew(before, after)) this.#ring('errors');
    for (const pane of paneList) {
      const arrival = pane.arrived?.(before, after);
      if (arrival === undefined) continue;
      if (arrival.bell) this.#ring('inbox');
      const { notice } = this.#ui.state;
      if (notice === undefined || notice.until !== undefined) this.#ui.notify('info', arrival.text);
    }
  }
}
