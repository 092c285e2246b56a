/** Makes audit events of what is odd in servers' definitions and of what has changed in them: masked first, then cut. */
import { cutName } from '../../kernel/foreign.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import type { ChangedDefinitionsRecord, OddDefinitionsRecord } from '../../mcp/index.ts';
import type { EventDraft } from '../../store/types.ts';
import type { Masker } from '../secrets/masker.ts';

/** Characters of one value in a diff that are kept, of one reason, and of all of an event. */
const MAX_VALUE_CHARS = 500;
const MAX_EVENT_CHARS = 12 * 1024;
/** Longer than what any value is cut to, secrets at its end included. */
const MAX_LOOK_CHARS = 256 * 1024;

/** Lists the definitions of a server that were mended or left out, and why. */
export function oddDefinitionsEvent({ server, kind, oddities }: OddDefinitionsRecord, masker: Masker): EventDraft {
  const room = new Room(masker);
  const leftOut: Record<string, Json> = {};
  const mended: Record<string, Json> = {};
  for (const { name, problem, isLeftOut } of oddities) put(isLeftOut ? leftOut : mended, name, problem, room);
  const words = oddities.map(
    ({ name, problem, isLeftOut }) => `${name} ${isLeftOut ? 'left out' : 'mended'} (${problem})`,
  );
  return {
    kind: 'definition_problem',
    actor: 'engine',
    target: `server/${server}`,
    outcome: oddities.some(({ isLeftOut }) => isLeftOut) ? 'error' : 'info',
    message: masker.cut(`${kind}: ${words.slice(0, 20).join(', ')}`),
    detail: { list: kind, leftOut, mended },
  };
}

/** Compares what agents saw of a server's list with what they see now. */
export function definitionsChangedEvent({ server, kind, diff }: ChangedDefinitionsRecord, masker: Masker): EventDraft {
  const { added, removed, changed, more } = diff;
  const room = new Room(masker);
  const names = (list: readonly string[]): Json[] =>
    list.map((name) => room.text(name)).filter((name) => name !== undefined);
  const changes: Record<string, Json> = {};
  for (const { name, members } of changed) {
    const told: Record<string, Json> = {};
    for (const { path, before, after } of members) {
      const was = room.value(before);
      const is = room.value(after);
      if (was === undefined || is === undefined) break;
      add(told, masker.cut(path), { before: was, after: is });
    }
    add(changes, masker.cut(name), told);
  }
  const words = [
    ...changed
      .slice(0, 20)
      .map(({ name, members }) => `${name} changed (${members.map(({ path }) => path).join(', ')})`),
    ...added.slice(0, 20).map((name) => `${name} added`),
    ...removed.slice(0, 20).map((name) => `${name} removed`),
    ...(more === 0 ? [] : [`and ${more} more`]),
  ];
  const detail: JsonObject = { list: kind, added: names(added), removed: names(removed), changed: changes, more };
  return {
    kind: 'definition_change',
    actor: `server:${server}`,
    target: `server/${server}`,
    outcome: 'info',
    message: masker.cut(`${kind}: ${words.join(', ')}`),
    detail,
  };
}

/** What an event may still hold. */
class Room {
  readonly #masker: Masker;
  #left = MAX_EVENT_CHARS;

  constructor(masker: Masker) {
    this.#masker = masker;
  }

  /** Undefined when there is no room for it. */
  text(text: string): string | undefined {
    const kept = this.#masker.cut(text, MAX_VALUE_CHARS);
    this.#left -= kept.length;
    return this.#left < 0 ? undefined : kept;
  }

  /** A member of a definition; null for one that was not there. */
  value(value: unknown): string | null | undefined {
    if (value === undefined) return null;
    return this.text(typeof value === 'string' ? value : JSON.stringify(value).slice(0, MAX_LOOK_CHARS));
  }
}

function put(into: Record<string, Json>, name: string, text: string, room: Room): void {
  const [key, kept] = [room.text(cutName(name)), room.text(text)];
  if (key !== undefined && kept !== undefined) add(into, key, kept);
}

/** Whatever a server has chosen for a name. */
function add(into: Record<string, Json>, name: string, value: Json): void {
  Object.defineProperty(into, name, { value, enumerable: true, configurable: true, writable: true });
}
