/**
 * Lists of own items behind the servers' merged one. The servers' text is the same for all sessions and is never parsed or
 * made again for one; the text of own items is kept for as long as their array is.
 */
import type { JsonObject } from '../../../kernel/json.ts';
import { LISTS } from '../../lists/list-cache.ts';
import { stringAt } from '../../wire/message.ts';
import type { ProjectView } from '../../projects/project-view.ts';
import { mapUri } from '../../lists/resource-table.ts';
import type { BuiltinListKind } from '../../types/builtin.ts';

/** Stands for mcptui where servers are named. */
export const OWN_SERVER = 'mcptui';

/** What one array of own items leads to. */
interface BuiltinItems {
  /** Names, or URIs of resources. */
  readonly keys: ReadonlySet<string>;
  /** The items, without the brackets. */
  readonly text: string;
  /** By the table of the servers' items: what differs where both have a name. */
  readonly clashes: WeakMap<object, Clash | 'none'>;
}

interface Clash {
  /** The servers' list when it must be another one. */
  readonly base?: string;
  readonly text: string;
}

export class BuiltinLists {
  readonly #byArray = new WeakMap<readonly JsonObject[], BuiltinItems>();

  /** The JSON of a list's result: the servers' items, then these. */
  resultText(view: ProjectView, kind: BuiltinListKind, items: readonly JsonObject[]): string {
    const base = view.resultText(kind);
    if (items.length === 0) return base;
    const own = this.#of(items, kind);
    const table = view[kind];
    let clash = own.clashes.get(table);
    if (clash === undefined) {
      clash = kind === 'resources' ? uriClash(view, own) : nameClash(view, kind, own, items);
      own.clashes.set(table, clash);
    }
    return clash === 'none' ? spliced(base, own.text) : spliced(clash.base ?? base, clash.text);
  }

  /** Whether one of these items has the name, or the URI. */
  has(items: readonly JsonObject[], kind: BuiltinListKind, key: string): boolean {
    return items.length > 0 && this.#of(items, kind).keys.has(key);
  }

  #of(items: readonly JsonObject[], kind: BuiltinListKind): BuiltinItems {
    let own = this.#byArray.get(items);
    if (own === undefined) {
      own = { keys: new Set(items.map((item) => keyOf(kind, item))), text: textOf(items), clashes: new WeakMap() };
      this.#byArray.set(items, own);
    }
    return own;
  }
}

/** `base` is `{"KEY":[…]}`: the servers' lists have no other members where there are own items. */
function spliced(base: string, text: string): string {
  if (text === '') return base;
  return `${base.slice(0, -2)}${base.endsWith('[]}') ? '' : ','}${text}]}`;
}

function textOf(items: readonly JsonObject[]): string {
  return JSON.stringify(items).slice(1, -1);
}

function keyOf(kind: BuiltinListKind, item: object): string {
  return stringAt(item, kind === 'resources' ? 'uri' : 'name') ?? '';
}

/** A server keeps the name, since its calls are routed by it; ours is left out. */
function nameClash(
  view: ProjectView,
  kind: 'tools' | 'prompts',
  own: BuiltinItems,
  items: readonly JsonObject[],
): Clash | 'none' {
  const { routes } = view[kind];
  const taken = [...own.keys].filter((name) => routes.has(name));
  if (taken.length === 0) return 'none';
  for (const name of taken) view.reportConflict(kind, name, [routes.get(name)?.server ?? '', OWN_SERVER]);
  return { text: textOf(items.filter((item) => !routes.has(keyOf(kind, item)))) };
}

/** Ours keeps the URI, since no server may stand for what operators have approved; the server's is shown mapped. */
function uriClash(view: ProjectView, own: BuiltinItems): Clash | 'none' {
  const { owners, resources } = view.resources;
  const taken = [...own.keys].filter((uri) => owners.has(uri));
  if (taken.length === 0) return 'none';
  for (const uri of taken) view.reportConflict('resources', uri, [OWN_SERVER, owners.get(uri) ?? '']);
  const shown = resources.map((item) => {
    const uri = keyOf('resources', item);
    return own.keys.has(uri) ? { ...item, uri: mapUri(owners.get(uri) ?? '', uri) } : item;
  });
  return { base: JSON.stringify({ [LISTS.resources.key]: shown }), text: own.text };
}
