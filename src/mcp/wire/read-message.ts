/** Reads one JSON-RPC message of a peer: bounded in depth, its id as it was written, and what is wrong with one that cannot be read. */
import { parseForeign, TooDeepError } from '../../kernel/foreign.ts';
import { countKeys, itemsOf, keepSource, membersOf, type Member } from './json-source.ts';
import { isMap, mapAt, type WireId, type WireMap } from './message.ts';
import { MessageWalk } from './message-walk.ts';
import { PARSE_ERROR, TOO_DEEP, invalidRequest, type RpcError } from './rpc-errors.ts';
import { scalarId, wireId } from './wire-id.ts';

export interface ReadMessage {
  readonly kind: 'message';
  /** Its id, tokens and `requestId` are wire ids; `stringifySourced` writes its params as they came. */
  readonly message: WireMap;
  readonly text: string;
  /** Of the message, in `text`. */
  readonly members: readonly Member[];
  /** Of its params; none when they are no object. */
  readonly params: readonly Member[];
  /** Members of all objects in it, as they are written. */
  readonly keys: number;
}

/** JSON or not, nothing that can be acted on. */
export interface Unreadable {
  readonly kind: 'unreadable';
  readonly error: RpcError;
  /** What is known of it all the same. */
  readonly id: WireId | undefined;
  readonly hasMethod: boolean;
}

/** The texts of a batch's members. */
export interface ReadBatch {
  readonly kind: 'batch';
  readonly items: readonly string[];
}

/** Never throws. */
export function readMessage(text: string): ReadMessage | ReadBatch | Unreadable {
  const walk = new MessageWalk(text);
  if (walk.isTooDeep) return tooDeep(text);
  let value: unknown;
  try {
    // What the walk has gone through to its end is not too deep.
    value = walk.members === undefined ? parseForeign(text) : JSON.parse(text);
  } catch (error) {
    return error instanceof TooDeepError ? tooDeep(text) : unreadable(PARSE_ERROR);
  }
  if (Array.isArray(value)) return batch(text) ?? unreadable(PARSE_ERROR);
  if (!isMap(value)) return unreadable(invalidRequest('not an object'));
  const { members, params, keys } = walk;
  if (members === undefined) return unreadable(invalidRequest('too many members'));
  return { kind: 'message', message: value, text, members, params: params ?? [], keys };
}

/**
 * Gives a request or notification the ids that were written and remembers how its params were. Undefined, or what is wrong:
 * an object that has a member twice is read differently by different readers.
 */
export function prepare({ message, text, members, params: inner, keys }: ReadMessage): Unreadable | undefined {
  const id = members.find(({ key }) => key === 'id');
  if (id !== undefined) adoptId(message, 'id', text, id);
  if (keys !== countKeys(message)) {
    const known = typeof message['id'] === 'string' || typeof message['id'] === 'number' ? message['id'] : undefined;
    return { ...unreadable(invalidRequest('a member twice'), known), hasMethod: true };
  }
  const params = mapAt(message, 'params');
  if (params === undefined) return undefined;
  keepSource(params, text, inner);
  const meta = mapAt(params, '_meta');
  for (const member of inner) {
    if (member.key === 'requestId' || member.key === 'progressToken') adoptId(params, member.key, text, member);
    else if (member.key === '_meta' && meta?.['progressToken'] !== undefined) adoptToken(meta, text, member);
  }
  return undefined;
}

function adoptToken(meta: WireMap, text: string, { start }: Member): void {
  const token = membersOf(text, start)?.find(({ key }) => key === 'progressToken');
  if (token !== undefined) adoptId(meta, 'progressToken', text, token);
}

function adoptId(holder: WireMap, key: string, text: string, { start, end }: Member): void {
  const id = wireId(holder[key], text.slice(start, end));
  if (id !== undefined) holder[key] = id;
}

function batch(text: string): ReadBatch | undefined {
  const items = itemsOf(text);
  return items === undefined
    ? undefined
    : { kind: 'batch', items: items.map(({ start, end }) => text.slice(start, end)) };
}

/** Finds the ids without a parse: every request in it must get an answer. */
function tooDeep(text: string): ReadBatch | Unreadable {
  const items = batch(text);
  if (items !== undefined) return items;
  const members = membersOf(text) ?? [];
  const id = members.findLast(({ key }) => key === 'id');
  const known = id === undefined ? undefined : scalarId(text.slice(id.start, id.end));
  const hasMethod = members.some(({ key }) => key === 'method');
  return { ...unreadable(TOO_DEEP, known), hasMethod };
}

function unreadable(error: RpcError, id?: WireId): Unreadable {
  return { kind: 'unreadable', error, id, hasMethod: false };
}
