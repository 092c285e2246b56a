/** Asks a program for secrets, such as `pass` or `op`; keeps what it printed for a while, so that looking at instances runs nothing. */
import { BoundedMap } from '../../../kernel/bounded-map.ts';
import { unawaited } from '../../../kernel/unawaited.ts';
import type { CommandFields } from '../../../store/schema/secret-backend.ts';
import type { Resolution } from '../secret-source.ts';
import { trouble } from './bao-http.ts';
import type { BackendSource } from './bao-source.ts';
import { runCommand, type CommandRun } from './run-command.ts';

/** Stands in an argument for what a reference names. */
export const PATH_PLACE = '{path}';
const MAX_KEPT = 1_000;

interface Kept {
  readonly atMono: number;
  readonly resolution: Promise<Resolution>;
}

export interface CommandParts extends Pick<CommandRun, 'env'> {
  readonly fields: CommandFields;
  readonly clock: CommandRun['clock'] & { monotonicMs(): number };
}

/** The path of a reference: what stands in place of `{path}`; undefined for a program that takes none. */
export function commandSource({ fields, clock, env }: CommandParts): BackendSource & {
  run(path: string | undefined, isFresh?: boolean): Promise<Resolution>;
} {
  const kept = new BoundedMap<string, Kept>(MAX_KEPT);
  const takesPath = fields.command.some((argument) => argument.includes(PATH_PLACE));

  async function asked(path: string): Promise<Resolution> {
    const argv = fields.command.map((argument) => argument.replaceAll(PATH_PLACE, () => path));
    const printed = await runCommand({ argv, timeoutMs: fields.timeoutMs, clock, env });
    if (!printed.ok) return printed;
    // The line end that every program puts behind what it prints is not part of it.
    const value = printed.value.replace(/\r?\n$/, '');
    return { ok: true, value: fields.firstLine ? (value.split(/\r?\n/, 1)[0] ?? '') : value };
  }

  function run(path: string | undefined, isFresh = false): Promise<Resolution> {
    if (takesPath !== (path !== undefined)) {
      const how = takesPath ? `${PATH_PLACE} in its command needs a path` : `its command has no ${PATH_PLACE}`;
      return Promise.resolve(trouble('path', how));
    }
    if (path?.startsWith('-') === true || path?.includes('\0') === true) {
      return Promise.resolve(trouble('path', 'a path is no flag'));
    }
    const name = path ?? '';
    const before = kept.get(name);
    if (!isFresh && before !== undefined && clock.monotonicMs() - before.atMono < fields.refreshMs) {
      return before.resolution;
    }
    const resolution = asked(name);
    const entry = { atMono: clock.monotonicMs(), resolution };
    kept.set(name, entry);
    // A failure is not kept: what mends it is noticed at the next look.
    unawaited(
      resolution.then(({ ok }) => {
        if (!ok && kept.get(name) === entry) kept.delete(name);
      }),
    );
    return resolution;
  }

  return {
    run,
    resolve: (path) => run(path),
    async test() {
      if (takesPath) return { ok: true, value: '' };
      const resolution = await run(undefined, true);
      return resolution.ok ? { ok: true, value: '' } : resolution;
    },
    endsInMs: undefined,
    close: () => kept.clear(),
  };
}
