/** Makes what operators see of secrets: a row for each one that a definition names or the file keeps. Pure. */
import { defined } from '../../kernel/defined.ts';
import type { SecretRef } from '../../store/schema/remote.ts';
import type { Server } from '../../store/schema/server.ts';
import type { LiveInstance } from '../instances/live-instance.ts';
import { isLogin, keyOf, secretNeeds } from './resolver.ts';
import type { KeptSecret } from './secret-source.ts';
import { troubleStep } from './trouble-steps.ts';
import type { LastResolve, SecretFileState, SecretState, SecretUse, SecretView } from './secret-view.ts';

/** What is known without asking a backend. */
export interface KnownOfSecrets {
  /** Of a key such as `file/NAME`. */
  last(key: string): LastResolve | undefined;
  readonly kept: ReadonlyMap<string, KeptSecret>;
  readonly file: SecretFileState;
}

export interface SecretRowsFrom {
  readonly servers: readonly Server[];
  readonly lives: readonly LiveInstance[];
  readonly book: KnownOfSecrets;
}

interface Gathered {
  readonly ref: SecretRef;
  readonly usedBy: Map<string, string[]>;
}

/** Definitions do not change in place: what one names is worked out once. */
const needsOf = new WeakMap<Server, readonly { readonly name: string; readonly ref: SecretRef }[]>();

/** By id. */
export function secretRows({ servers, lives, book }: SecretRowsFrom): readonly SecretView[] {
  const gathered = new Map<string, Gathered>();
  const at = (ref: SecretRef): Gathered => {
    const key = keyOf(ref);
    let one = gathered.get(key);
    if (one === undefined) gathered.set(key, (one = { ref, usedBy: new Map() }));
    return one;
  };
  for (const path of book.kept.keys()) at({ backend: 'file', path });
  for (const server of servers) {
    for (const { name, ref } of namedBy(server)) {
      if (isLogin(ref)) continue;
      const { usedBy } = at(ref);
      const entries = usedBy.get(server.name);
      if (entries === undefined) usedBy.set(server.name, [name]);
      else if (!entries.includes(name)) entries.push(name);
    }
  }
  return [...gathered].map(([id, one]) => rowOf(id, one, lives, book)).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function rowOf(
  id: string,
  { ref, usedBy }: Gathered,
  lives: readonly LiveInstance[],
  book: KnownOfSecrets,
): SecretView {
  const uses = [...usedBy].map(([server, entries]): SecretUse => ({ server, entries }));
  const last = book.last(id);
  const told = last?.ok === true ? last : undefined;
  const setAt = ref.backend === 'file' ? book.kept.get(ref.path)?.setAt : told?.setAt;
  const state = stateOf(ref, uses.length > 0, book);
  const cause = last?.ok === false ? last.cause : causeOf(state, book);
  return {
    id,
    name: id,
    backend: ref.backend,
    path: ref.path,
    state,
    ...defined({
      cause: state === 'ok' || state === 'unused' ? undefined : cause,
      step: stepOf(ref, last),
      setAt,
      expiresAt: told?.expiresAt,
      last,
    }),
    usedBy: uses,
    servers: uses.map(({ server }) => server),
    stale: lives.filter((live) => live.stale.includes(id)).map(({ name }) => name),
    waiting: lives.filter((live) => waitsFor(live, ref)).map(({ name }) => name),
  };
}

function stateOf(ref: SecretRef, isUsed: boolean, book: KnownOfSecrets): SecretState {
  const last = book.last(keyOf(ref));
  const isKept = ref.backend === 'file' && book.kept.has(ref.path);
  if (ref.backend === 'file' && book.file.kind === 'unreadable') return 'failing';
  if (last?.ok === false && !(last.isMissing && isKept)) return last.isMissing ? 'missing' : 'failing';
  if (isKept) return isUsed ? 'ok' : 'unused';
  if (ref.backend === 'file' && book.file.kind === 'ok') return 'missing';
  return last === undefined ? 'unknown' : 'ok';
}

function stepOf(ref: SecretRef, last: LastResolve | undefined): string | undefined {
  if (last === undefined || last.ok || last.why === undefined) return undefined;
  return troubleStep({ ...ref, why: last.why });
}

function causeOf(state: SecretState, { file }: KnownOfSecrets): string | undefined {
  if (state === 'missing') return 'no such entry';
  return file.kind === 'unreadable' ? file.reason : undefined;
}

/** Its last attempt ended because this secret did not resolve. */
function waitsFor(live: LiveInstance, { backend, path }: SecretRef): boolean {
  const { failure } = live.record;
  if (live.phase === 'running' || live.phase === 'stopped' || failure?.kind !== 'secret') return false;
  return failure.unresolved.some((one) => one.backend === backend && one.path === path);
}

function namedBy(server: Server): readonly { readonly name: string; readonly ref: SecretRef }[] {
  let found = needsOf.get(server);
  if (found === undefined) {
    found = secretNeeds(server).flatMap(({ name, refs }) => refs.map((ref) => ({ name, ref })));
    needsOf.set(server, found);
  }
  return found;
}
