/** Compares two states of a server's list: what came, what went, and which members of what stayed are others. Pure. */
import { cutName } from '../../kernel/foreign.ts';
import type { ListKind, MemberChange, DefinitionDiff } from '../types/lists.ts';
import { isMap, stringAt, type WireMap } from '../wire/message.ts';
import { KEY_OF } from './definition-check.ts';

/** Definitions that are told of in a diff, and changes of one. */
const MAX_TOLD = 50;
const MAX_MEMBERS = 20;
const MAX_DEPTH = 8;

/** Undefined when both hold the same definitions; their order is no change. */
export function diffDefinitions(
  kind: ListKind,
  before: readonly WireMap[],
  after: readonly WireMap[],
): DefinitionDiff | undefined {
  const key = KEY_OF[kind];
  const nameOf = (item: WireMap): string => stringAt(item, key) ?? '';
  const old = new Map(before.map((item) => [nameOf(item), item]));
  const added: string[] = [];
  const removed: string[] = [];
  const changed: { name: string; members: MemberChange[] }[] = [];
  let more = 0;
  const tell = (work: () => void): void => {
    if (added.length + removed.length + changed.length < MAX_TOLD) work();
    else more += 1;
  };
  for (const item of after) {
    const name = nameOf(item);
    const was = old.get(name);
    old.delete(name);
    if (was === undefined) tell(() => added.push(cutName(name)));
    else if (JSON.stringify(was) !== JSON.stringify(item)) {
      const members = changesBetween(was, item);
      if (members.length > 0) tell(() => changed.push({ name: cutName(name), members }));
    }
  }
  for (const name of old.keys()) tell(() => removed.push(cutName(name)));
  if (added.length + removed.length + changed.length === 0) return undefined;
  return { added, removed, changed, more };
}

function changesBetween(before: WireMap, after: WireMap): MemberChange[] {
  const found: MemberChange[] = [];
  const compare = (was: unknown, is: unknown, path: string, depth: number): void => {
    if (found.length >= MAX_MEMBERS || was === is) return;
    if (isMap(was) && isMap(is) && depth < MAX_DEPTH) {
      for (const key of new Set([...Object.keys(was), ...Object.keys(is)])) {
        compare(ownOf(was, key), ownOf(is, key), path === '' ? cutName(key) : `${path}.${cutName(key)}`, depth + 1);
      }
    } else if (JSON.stringify(was) !== JSON.stringify(is)) found.push({ path, before: was, after: is });
  };
  compare(before, after, '', 0);
  return found;
}

function ownOf(value: WireMap, key: string): unknown {
  return Object.hasOwn(value, key) ? value[key] : undefined;
}
