/** Restarts instances one after the other: each when its calls have ended, the next when the one before is ready. */
import type { EngineCommands, InstanceView } from '../../engine/index.ts';
import { plural } from '../../text/format.ts';
import type { Ui } from './ui.ts';

/** How often its calls are counted, and how long they are waited for. */
const lookMs = 500;
const patienceMs = 30_000;
/** A start may download its package first. */
const readyMs = 120_000;

/** `names` of instances; those that are gone or stopped by then are passed over. */
export function restartInTurn(ui: Ui, names: readonly string[]): void {
  ui.run<string | undefined>(
    `restarting ${plural(names.length, 'instance')} in turn …`,
    (failed) =>
      failed === undefined
        ? ['ok', `${plural(names.length, 'instance')} restarted`]
        : ['bad', `${failed} did not come back: the rest was left as it is`],
    (commands) => inTurn(ui, commands, names),
  );
}

/** The name of the one that did not come back. */
async function inTurn(ui: Ui, commands: EngineCommands, names: readonly string[]): Promise<string | undefined> {
  for (const [index, name] of names.entries()) {
    const before = named(ui, name);
    if (before?.phase !== 'running') continue;
    await untilIdle(ui, commands, before.id);
    await commands.restart(before.id);
    const isBack = await until(ui, readyMs, () => {
      const now = named(ui, name);
      if (now === undefined || now.desired === 'stopped' || now.phase === 'error') return 'over';
      return now.phase === 'running' && now.phaseSince > before.phaseSince ? 'done' : 'not yet';
    });
    if (!isBack && named(ui, name)?.desired === 'running') return name;
    if (index < names.length - 1) ui.notify('info', `${name} is back · ${index + 1} of ${names.length}`);
  }
  return undefined;
}

function named(ui: Ui, name: string): InstanceView | undefined {
  return [...(ui.state.view?.instances.values() ?? [])].find((instance) => instance.name === name);
}

/** Calls that do not end in time are cut off, as by any restart. */
async function untilIdle(ui: Ui, commands: EngineCommands, id: string): Promise<void> {
  for (let waitedMs = 0; waitedMs < patienceMs; waitedMs += lookMs) {
    const { calls } = await commands.instanceDetail(id);
    if (calls.open === 0) return;
    await new Promise<void>((resolve) => ui.clock.after(lookMs, resolve, { unref: true }));
  }
}

/** Looks at every change of the state; false when it is over, or took too long. */
function until(ui: Ui, ms: number, look: () => 'done' | 'over' | 'not yet'): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (isDone: boolean): void => {
      stop();
      timer.cancel();
      resolve(isDone);
    };
    const check = (): void => {
      const found = look();
      if (found !== 'not yet') end(found === 'done');
    };
    const timer = ui.clock.after(ms, () => end(false), { unref: true });
    const stop = ui.store.subscribe(check);
    check();
  });
}
