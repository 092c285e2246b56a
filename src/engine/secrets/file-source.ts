/**
 * Keeps secrets, and their last values, in one sealed file: `file/NAME`. It is read afresh at each start: what was rotated is
 * used next time.
 */
import type { Clock } from '../../kernel/clock.ts';
import { defined } from '../../kernel/defined.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { LOGIN_PREFIX } from './resolver.ts';
import { fingerprintOf, SealedFile, type Content, type KeptEntry, type PrivateFiles } from './sealed-file.ts';
import type { FileSecrets, SecretVersion } from './secret-source.ts';

/** The value of now and the nine before it. */
const MAX_VERSIONS = 10;

/** Keeps `secrets.json` and `secrets.key` in `folder` (0700). */
export function fileSecretSource(folder: string, clock: Pick<Clock, 'now'>, files?: PrivateFiles): FileSecrets {
  const file = new SealedFile(folder, files);
  let lastChange: Promise<unknown> = Promise.resolve();

  /** Two changes at once must not lose one of them. */
  function inTurn<T>(change: () => Promise<T>): Promise<T> {
    const done = lastChange.then(change);
    lastChange = done.catch(() => undefined);
    return done;
  }

  const put = (name: string, value: string): Promise<void> =>
    inTurn(async () => {
      const content = await file.read();
      await file.write(withValue(content, name, { value, setAt: clock.now() }));
    });

  return {
    async resolve(name) {
      try {
        const kept = entryOf(await file.read(), name);
        if (kept === undefined) return { ok: false, cause: 'no such entry', isMissing: true };
        return { ok: true, value: kept.value };
      } catch (error) {
        if (error instanceof McptuiError) return { ok: false, cause: error.message };
        throw error;
      }
    },
    async entries() {
      const { secrets } = await file.read();
      const kept = Object.entries(secrets).map(([name, { setAt, version }]) => ({
        name,
        version,
        ...defined({ setAt }),
      }));
      return kept.sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    async versions(name) {
      const content = await file.read();
      const { older, ...current } = entryOf(content, name) ?? missing(name);
      return [current, ...older].map(({ version, setAt, value }, index): SecretVersion => ({
        version,
        ...defined({ setAt }),
        fingerprint: fingerprintOf(content, value),
        isCurrent: index === 0,
      }));
    },
    set: put,
    restore: (name, version) =>
      inTurn(async () => {
        const content = await file.read();
        const entry = entryOf(content, name) ?? missing(name);
        if (entry.version === version) {
          throw new McptuiError('conflict', `secret file/${name} has the value of version ${version} already`);
        }
        const found = entry.older.find((one) => one.version === version);
        if (found === undefined) {
          const there = [entry, ...entry.older].map((one) => one.version).join(', ');
          throw new McptuiError('not-found', `secret file/${name} has no version ${version}`, {
            hint: `there are ${there}: mcptui describe secret ${name}`,
          });
        }
        await file.write(withValue(content, name, { value: found.value, setAt: clock.now() }));
      }),
    remove: (name) =>
      inTurn(async () => {
        const content = await file.read();
        if (entryOf(content, name) === undefined) missing(name);
        const secrets = Object.fromEntries(Object.entries(content.secrets).filter(([key]) => key !== name));
        await file.write({ ...content, secrets });
      }),
    rekey: () => inTurn(() => file.rekey()),
  };
}

/** A login is replaced every hour: its old values are of no use, and nobody's to see. */
function withValue(content: Content, name: string, next: { readonly value: string; readonly setAt: number }): Content {
  const before = entryOf(content, name);
  const kept = before === undefined || name.startsWith(LOGIN_PREFIX) ? [] : [bare(before), ...before.older];
  const entry: KeptEntry = { ...next, version: (before?.version ?? 0) + 1, older: kept.slice(0, MAX_VERSIONS - 1) };
  return { ...content, secrets: { ...content.secrets, [name]: entry } };
}

const bare = ({ value, setAt, version }: KeptEntry): KeptEntry['older'][number] => ({
  value,
  version,
  ...defined({ setAt }),
});

function entryOf({ secrets }: Content, name: string): KeptEntry | undefined {
  return Object.hasOwn(secrets, name) ? secrets[name] : undefined;
}

function missing(name: string): never {
  throw new McptuiError('not-found', `no secret file/${name}`, { hint: 'mcptui get secrets' });
}
