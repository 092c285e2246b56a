/** Runs the console from its first frame to the restored terminal. */
import { render, type Instance } from 'ink';
import { tmpdir } from 'node:os';
import type { Engine } from '../../engine/index.ts';
import { messageOf } from '../../kernel/errors.ts';
import { App } from './app.tsx';
import { agentEnv } from '../../text/client-config.ts';
import { noConsoleConfig } from '../state/console-config.ts';
import { AuditList } from '../state/audit-list.ts';
import { clean } from '../../text/clean.ts';
import { copySequence } from '../kit/clipboard.ts';
import type { ConsoleOptions, ConsoleResult, Environment } from './console-options.ts';
import { followConfig } from './config/config-source.ts';
import { shownAtStart } from './config/shown.ts';
import { ConsoleCrash, writeCrashReport } from './console-crash.ts';
import { Ui } from '../kit/ui.ts';
import type { Outcome, Terminal } from '../kit/terminal.ts';
import { unsavedText } from '../overlays/editor/editor-acts.ts';
import { editInFile, keepText } from '../overlays/editor/external.ts';
import { pageText } from '../overlays/editor/pager.ts';
import { Feed, startClock } from './feed.ts';
import { keepSettings } from './kept-settings.ts';
import { mouseReports, terminalSize } from './terminal-extras.ts';
import { placedOutput } from './placed-output.ts';
import { newInputMemory } from './press.ts';
import { installRowMemo } from './row-memo.ts';
import { saveText } from './save-text.ts';
import { styleOf } from './terminal-style.ts';
import { unblockedOutput } from './unblocked-output.ts';
import { createUiStore } from '../state/ui-store.ts';

export type { Outcome } from '../kit/terminal.ts';

/** Events kept for the timeline; about 160 bytes each. */
const defaultAuditCapacity = 100_000;

/** The end of an editor may be heard of before the ctrl-c that ended it. */
const lateInterruptMs = 250;

/**
 * Shows the console until the operator leaves; the caller owns the engine and closes it afterwards.
 * @throws ConsoleCrash after an error that nothing caught; the terminal is restored first
 */
export async function runConsole(options: ConsoleOptions): Promise<ConsoleResult> {
  const env = options.env ?? process.env;
  await installRowMemo(env);
  return new ConsoleRun(options, env).run();
}

class ConsoleRun {
  readonly #options: ConsoleOptions;
  readonly #env: Environment;
  readonly #ui: Ui;
  readonly #result = Promise.withResolvers<ConsoleResult>();
  #app: Instance | undefined;
  #feed: Feed | undefined;
  #suspend: ((callback: () => Promise<void>) => Promise<void>) | undefined;
  #ended = false;
  /** An editor has the terminal. */
  #isAway = false;
  /** Monotonic, in milliseconds. */
  #deafToInterruptUntilMs = 0;

  constructor(options: ConsoleOptions, env: Environment) {
    this.#options = options;
    this.#env = env;
    const { clock, hosting, readOnly, demo = false, user, version } = options;
    const store = createUiStore({
      size: terminalSize(),
      now: clock.now(),
      style: styleOf(env),
      host: { hosting, readOnly, demo, user, version, agentEnv: agentEnv(env) },
      auditList: new AuditList(options.auditCapacity ?? defaultAuditCapacity),
    });
    if (options.start?.pane !== undefined) store.setState({ pane: options.start.pane });
    const first = options.config?.first;
    const config = first !== undefined && 'config' in first ? first.config : noConsoleConfig;
    store.setState(shownAtStart(undefined, { config, style: styleOf(env) }, env));
    this.#ui = new Ui(store, clock, this.#terminal(), options.keys);
  }

  async run(): Promise<ConsoleResult> {
    const { stdout } = process;
    const memory = newInputMemory();
    const onMount = (suspend: (callback: () => Promise<void>) => Promise<void>): void => {
      this.#suspend = suspend;
    };
    const tree = <App ui={this.#ui} memory={memory} onMount={onMount} />;
    const { engine, settings, config } = this.#options;
    const endSettings = settings === undefined ? undefined : keepSettings(this.#ui, settings, this.#env);
    const endConfig = config === undefined ? undefined : followConfig(this.#ui, config, this.#env);
    // An engine that is there is in the first frame.
    if (!(engine instanceof Promise)) this.#attach(engine);
    // Ink does this after its first frame; a key in between would be echoed into the picture.
    if (process.stdin.isTTY) process.stdin.setRawMode(true);
    this.#app = render(tree, {
      stdout: placedOutput(unblockedOutput(stdout, () => stdout.emit('resize'))),
      alternateScreen: true,
      incrementalRendering: true,
      maxFps: 120,
      patchConsole: false,
      exitOnCtrlC: false,
      // The caller has seen a terminal; ink would paint nothing where CI is set, as in cloud workspaces.
      interactive: true,
    });
    if (this.#ui.state.mouse) stdout.write(mouseReports(true));
    const onResize = (): void => {
      // An editor has the screen; it is painted whole when the editor ends.
      if (this.#isAway) return;
      // Ink paints one frame at the old size before its hooks hear of the new one: clear, and render at the new size first.
      this.#app?.clear();
      stdout.write('\u001B[2J\u001B[H');
      this.#ui.set({ size: terminalSize() });
      this.#app?.rerender(tree);
    };
    stdout.prependListener('resize', onResize);
    const stopClock = startClock(this.#ui);
    const stopFailures = this.#watchProcess();
    if (engine instanceof Promise) this.#await(engine);
    try {
      return await this.#result.promise;
    } finally {
      stopFailures();
      stopClock();
      this.#feed?.stop();
      this.#ui.keys.lock();
      stdout.off('resize', onResize);
      this.#restore();
      endConfig?.();
      await endSettings?.();
    }
  }

  #attach(engine: Engine): void {
    this.#feed = new Feed(this.#ui, engine);
    this.#feed.start();
  }

  #await(engine: Promise<Engine>): void {
    engine.then(
      (ready) => {
        if (!this.#ended) this.#attach(ready);
      },
      (error: unknown) => this.#ui.set({ engine: { failed: clean(messageOf(error)) } }),
    );
  }

  #terminal(): Terminal {
    return {
      quit: (outcome) => this.#end({ outcome }),
      redraw: () => process.stdout.emit('resize'),
      suspend: process.platform === 'win32' ? undefined : () => void this.#stopProcess(),
      copy: (text) => {
        const sequence = copySequence(text, this.#env);
        if (sequence === undefined) this.#ui.notify('warn', 'too long for the terminal clipboard');
        else process.stdout.write(sequence);
      },
      mouse: (isOn) => void process.stdout.write(mouseReports(isOn)),
      bell: () => void process.stdout.write('\u0007'),
      edit: (text, options) => editInFile(text, options, this.#env, (work) => this.#away(work)),
      page: (text, name) => pageText(text, name, this.#env, (work) => this.#away(work)),
      save: saveText,
      keep: keepText,
      folderOf: this.#options.folderOf ?? (({ cwd }) => cwd),
      clients: this.#options.clients,
    };
  }

  /** What ctrl-z does in a shell: the whole job stops, and paints again once it is continued. */
  async #stopProcess(): Promise<void> {
    const { mouse } = this.#ui.state;
    if (mouse) process.stdout.write(mouseReports(false));
    await this.#suspend?.(async () => {
      process.kill(0, 'SIGTSTP');
      await new Promise<void>((resolve) => void this.#options.clock.after(20, resolve));
    });
    if (mouse) process.stdout.write(mouseReports(true));
    process.stdout.emit('resize');
  }

  /** The operator's editor or pager has the terminal meanwhile: its keys, its screen, and the signals of its keyboard. */
  async #away(work: () => Promise<void>): Promise<void> {
    const { stdin, stdout } = process;
    this.#isAway = true;
    const { mouse } = this.#ui.state;
    if (mouse) stdout.write(mouseReports(false));
    try {
      await this.#suspend?.(async () => {
        // Ink's listener is gone by the next turn only, and until then the stream would begin to flow again.
        await this.#turn();
        stdin.pause();
        await this.#turn();
        await work().finally(() => stdin.resume());
      });
    } finally {
      this.#isAway = false;
      if (mouse) stdout.write(mouseReports(true));
      this.#deafToInterruptUntilMs = this.#options.clock.monotonicMs() + lateInterruptMs;
      stdout.emit('resize');
    }
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => void this.#options.clock.after(0, resolve));
  }

  /** Signals are heard to the end: what they ask for happens then. Returns what makes failures the caller's again. */
  #watchProcess(): () => void {
    const outcome: Outcome = this.#options.hosting ? 'quit-stop' : 'quit';
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        if (signal !== 'SIGINT' || this.#hearsInterrupt()) this.#end({ outcome, signal });
      });
    }
    const onFailure = (error: unknown): void => this.#crash(error);
    process.on('uncaughtException', onFailure);
    process.on('unhandledRejection', onFailure);
    // A terminal that is gone answers every write and every change of its mode with EIO, and reads end.
    const onGone = (): void => this.#end({ outcome, signal: 'SIGHUP' });
    process.stdout.on('error', onGone);
    process.stdin.on('error', onGone).on('end', onGone);
    return () => {
      process.off('uncaughtException', onFailure);
      process.off('unhandledRejection', onFailure);
    };
  }

  /** ctrl-c in the editor reaches the whole job. */
  #hearsInterrupt(): boolean {
    return !this.#isAway && this.#options.clock.monotonicMs() >= this.#deafToInterruptUntilMs;
  }

  #end(result: ConsoleResult): void {
    if (this.#leave(result.signal)) this.#result.resolve(result);
  }

  #crash(error: unknown): void {
    if (!this.#leave(undefined)) return;
    const { clock, version, reportDir } = this.#options;
    const reportPath = writeCrashReport(error, { at: clock.now(), version, folder: reportDir ?? tmpdir() });
    this.#result.reject(new ConsoleCrash(error, reportPath));
  }

  /** False when it leaves already. Nothing that a terminal does keeps it from leaving. */
  #leave(signal: NodeJS.Signals | undefined): boolean {
    if (this.#ended) return false;
    this.#ended = true;
    this.#options.leaving?.(signal);
    for (const step of [() => this.#restore(), () => this.#keepUnsaved()]) {
      try {
        step();
      } catch {
        // The terminal has gone: there is nothing to restore, and nobody to tell.
      }
    }
    return true;
  }

  /** A signal or a failure asks nobody whether to save what is being typed. */
  #keepUnsaved(): void {
    const unsaved = unsavedText(this.#ui.state);
    if (unsaved === undefined) return;
    try {
      process.stderr.write(`what was not saved is in ${keepText(unsaved.text, unsaved.name)}\n`);
    } catch {
      // A full disk must not keep the console from ending.
    }
  }

  /** Leaves the alternate screen, raw mode and paste mode; safe to call again. */
  #restore(): void {
    if (this.#app === undefined) return;
    const app = this.#app;
    this.#app = undefined;
    if (this.#ui.state.mouse) process.stdout.write(mouseReports(false));
    app.unmount();
    if (process.stdin.isTTY) process.stdin.setRawMode(false);
  }
}
