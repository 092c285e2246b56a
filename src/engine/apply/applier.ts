/** Applies documents: each is merged into what is live, and becomes one journal record with who owns its fields, or nothing. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { withTransact } from '../../store/index.ts';
import type { Applied } from '../../store/schema/applied.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import type { EngineCommands } from '../commands/table/index.ts';
import { framedOf, inOrder, readDocument, titleOf, type Document } from './documents.ts';
import { flatten, pathText, unflatten, type Fields, type Path } from './fields.ts';
import { kinds } from './kinds/index.ts';
import type { Call, Found, Kind } from './kinds/kind.ts';
import { merge, ownersAfter, type Conflict, type Merged } from './merge.ts';
import type { AppliedDocument, ApplyOptions, FieldConflict, GivenDocument, Labels } from './types.ts';

export interface ApplierParts {
  readonly db: Database<Shape>;
  readonly clock: Clock;
  readonly actor: string;
  /** The commands, on a database that stands in front of `db`. */
  readonly commandsOn: (db: Database<Shape>) => EngineCommands;
  /** Whether the caller may do it by hand; `isDone`: it will be done, and not only owned. @throws McptuiError `denied` */
  readonly demand: (call: Call, isDone: boolean) => void;
  /** Whether the caller may see what is there. @throws McptuiError `denied` */
  readonly demandView: (of: Pick<AppliedDocument, 'kind' | 'ref'>) => void;
  /** Answers tell what each document changes. */
  readonly shows: boolean;
}

const DEFAULT_MANAGER = 'apply';
/** Events in which the last change of a resource is looked for. */
const NEAR = 20;
/** Documents that are under way at once. */
const MAX_TOGETHER = 64;

interface Step {
  /** In the order of the request. */
  readonly index: number;
  readonly document: Document;
}

export class Applier {
  readonly #p: ApplierParts;
  readonly #manager: string;
  readonly #force: boolean;

  constructor(parts: ApplierParts, { manager = DEFAULT_MANAGER, force = false }: ApplyOptions) {
    this.#p = parts;
    this.#manager = manager;
    this.#force = force;
  }

  /** What came of each, in the order in which they were given. A document that cannot be applied ends no other. */
  async all(given: readonly GivenDocument[]): Promise<readonly AppliedDocument[]> {
    const results: AppliedDocument[] = [];
    const steps: Step[] = [];
    const seen = new Set<string>();
    for (const [index, value] of given.entries()) {
      try {
        const document = readDocument(value);
        const id = `${document.kind.noun}/${document.ref}`;
        if (seen.has(id)) throw new McptuiError('invalid', `${id} is there twice`, { hint: 'merge the two documents' });
        seen.add(id);
        steps.push({ index, document });
      } catch (error) {
        results[index] = refused({ kind: value.kind, ref: titleOf(value) }, error);
      }
    }
    const later: (Document & { readonly index: number })[] = [];
    for (const together of ofOneKind(inOrder(steps.map(({ index, document }) => ({ ...document, index }))))) {
      await Promise.all(
        together.map(async ({ index, ...document }) => {
          const waits = this.#waits(document);
          const result = await this.#tried(waits ? withoutPersonality(document) : document);
          results[index] = result;
          if (waits && isDone(result)) later.push({ ...document, index });
        }),
      );
    }
    for (const { index, ...document } of later) {
      const first = results[index];
      const second = await this.#tried(document);
      results[index] = first === undefined || !isDone(second) ? second : { ...second, action: first.action };
    }
    return results;
  }

  #tried(document: Document): Promise<AppliedDocument> {
    return this.#one(document).catch((error: unknown) =>
      refused({ kind: document.kind.noun, ref: document.ref }, error),
    );
  }

  /** An agent whose default personality is not there yet. */
  #waits({ kind, ref, fields }: Document): boolean {
    const { defaultPersonality } = fields;
    if (kind.noun !== 'agent' || typeof defaultPersonality !== 'string') return false;
    return kinds.personality.find(this.#p.db, { name: defaultPersonality, agent: ref }) === undefined;
  }

  async #one({ kind, ref, fields, labels }: Document): Promise<AppliedDocument> {
    const { db } = this.#p;
    const id = `${kind.noun}/${ref}`;
    const found = kind.find(db, fields);
    if (found !== undefined) this.#p.demandView({ kind: kind.noun, ref });
    const record = db.collection('applied').find(id);
    // Of one that was deleted since nothing counts any more.
    const known = found === undefined ? undefined : record;
    const live = found && { ...found.fields, labels: known?.labels ?? {} };
    const merged = merge({
      live,
      defaults: kind.defaults(fields),
      wanted: { ...(found === undefined ? fields : asMeant(fields, found)), labels },
      owners: known?.owners ?? {},
      manager: this.#manager,
      force: this.#force,
    });
    const base = { kind: kind.noun, ref, fields: merged.changed.map(pathText) };
    if (merged.conflicts.length > 0) {
      return { ...base, action: 'conflict', conflicts: await this.#owned(id, merged.conflicts) };
    }
    const { labels: next = {}, ...spec } = merged.fields as Fields & { readonly labels?: Labels };
    const note = `applied as ${this.#manager}`;
    const call = found === undefined ? kind.create(fields, note) : kind.replace(spec, found, note);
    const isOther = merged.changed.some((path) => !path.startsWith('/labels/'));
    const after = await this.#written(
      { id, kind, ref, fields, merged, labels: next, found, known: record },
      isOther ? call : undefined,
      call,
    );
    const isSame = found !== undefined && after.version === found.version && !hasLabels(merged);
    return {
      ...base,
      action: found === undefined ? 'created' : isSame ? 'unchanged' : 'changed',
      fields: isSame ? [] : base.fields,
      ...(this.#p.shows ? shownChange(kind, found, known?.labels ?? {}, after, next) : {}),
    };
  }

  async #written(of: Writing, call: Call | undefined, judged: Call): Promise<Found> {
    const { db } = this.#p;
    if (call === undefined) {
      if (of.found !== undefined && isDeepStrictEqual(this.#record(of, of.found), shownOf(of.known))) return of.found;
      this.#p.demand(judged, false);
      return db.transact((tx) => this.#settle(tx, of));
    }
    this.#p.demand(call, true);
    let after: Found | undefined;
    const around = withTransact(db, (fn) =>
      db.transact((tx) => {
        if (after === undefined) this.#refuseMoved(tx, of);
        const result = fn(tx);
        after = this.#settle(tx, of);
        return result;
      }),
    );
    const run = this.#p.commandsOn(around)[call.name] as unknown as (...args: readonly unknown[]) => Promise<unknown>;
    await run(...call.args);
    const now = after ?? of.kind.find(db, of.fields);
    if (now === undefined) throw new Error(`${of.id} was written and is not there`);
    return now;
  }

  /** What was read is what the change was made on. @throws McptuiError `conflict` */
  #refuseMoved(tx: Transaction<Shape>, { id, kind, fields, found }: Writing): void {
    if (kind.find(tx, fields)?.version === found?.version) return;
    throw new McptuiError('conflict', `${id} was changed meanwhile`, { hint: 'apply it again' });
  }

  /** The record of who owns what, and its event, in the transaction of the change. */
  #settle(tx: Transaction<Shape>, of: Writing): Found {
    const { id, kind, fields } = of;
    const after = kind.find(tx, fields);
    if (after === undefined) throw new Error(`${id} was written and is not there`);
    const rows = tx.collection('applied');
    const before = rows.find(id);
    const next = this.#record(of, after);
    if (isDeepStrictEqual(next, shownOf(before))) return after;
    const record: Applied = { ...next, updatedAt: this.#p.clock.now(), updatedBy: this.#p.actor };
    if (before === undefined) rows.insert(record);
    else rows.replace({ ...record, version: before.version });
    const named = [...of.merged.named.keys()].length;
    tx.event({
      kind: 'apply',
      actor: this.#p.actor,
      target: id,
      outcome: 'ok',
      message: `as ${this.#manager}: ${named} ${named === 1 ? 'field' : 'fields'}`,
      detail: { manager: this.#manager, changed: of.merged.changed.slice(0, 100).map(pathText) },
    });
    return after;
  }

  #record({ id, kind, ref, merged, labels, found, known }: Writing, after: Found): Bare {
    const before = found === undefined ? {} : (known?.owners ?? {});
    const owners = ownersAfter(merged.named, { ...after.fields, labels }, before, this.#manager);
    return { id, kind: kind.noun, ref, labels, owners };
  }

  /** With the names of those who own what is in conflict. */
  async #owned(target: string, conflicts: readonly Conflict[]): Promise<readonly FieldConflict[]> {
    const isByHand = conflicts.some(({ managers }) => managers.length === 0);
    const events = isByHand ? await this.#p.db.events({ target, limit: NEAR }) : [];
    const last = events.find(({ kind }) => kind !== 'apply' && kind !== 'rbac_decision')?.actor ?? 'somebody';
    return conflicts.map(({ path, managers }) => ({
      field: pathText(path),
      owner: managers.length === 0 ? last : managers.join(', '),
      byHand: managers.length === 0,
    }));
  }
}

function shownChange(
  kind: Kind,
  found: Found | undefined,
  before: Labels,
  after: Found,
  labels: Labels,
): Pick<AppliedDocument, 'before' | 'after'> {
  const shown = found === undefined ? {} : { before: framedOf(kind, found, before) };
  return { ...shown, after: framedOf(kind, after, labels, found) };
}

/** What is written as it is shown, with values left out, means what is there. */
function asMeant(fields: Fields, found: Found): Fields {
  const raw = flatten(found.fields);
  const shown = flatten(found.shown());
  const meant = [...flatten(fields)].map(([path, value]): [Path, unknown] => [
    path,
    raw.has(path) && isDeepStrictEqual(value, shown.get(path)) ? raw.get(path) : value,
  ]);
  return unflatten(new Map(meant));
}

interface Writing extends Document {
  readonly id: string;
  readonly merged: Merged;
  readonly found: Found | undefined;
  readonly known: Applied | undefined;
}

type Bare = Omit<Applied, 'updatedAt' | 'updatedBy'>;

function shownOf(record: Applied | undefined): Bare | undefined {
  if (record === undefined) return undefined;
  const { id, kind, ref, labels, owners } = record;
  return { id, kind, ref, labels, owners };
}

function hasLabels({ changed }: Merged): boolean {
  return changed.some((path) => path.startsWith('/labels/'));
}

/** Those of one kind do not need each other: they share the writes of the disk. */
function ofOneKind<T extends Document>(ordered: readonly T[]): readonly (readonly T[])[] {
  const groups: T[][] = [];
  for (const one of ordered) {
    const group = groups.at(-1);
    if (group === undefined || group[0]?.kind !== one.kind || group.length >= MAX_TOGETHER) groups.push([one]);
    else group.push(one);
  }
  return groups;
}

/** Of an agent that has to be there before its personality can be: it gets it last. */
function withoutPersonality(document: Document): Document {
  const { defaultPersonality: _, ...fields } = document.fields;
  return { ...document, fields };
}

function isDone({ action }: AppliedDocument): boolean {
  return action !== 'conflict' && action !== 'refused';
}

export function refused(of: Pick<AppliedDocument, 'kind' | 'ref'>, error: unknown): AppliedDocument {
  if (!(error instanceof McptuiError)) throw error;
  const { code, message, hint } = error;
  const isStale = code === 'conflict' && message.endsWith('changed meanwhile');
  return {
    ...of,
    action: isStale ? 'conflict' : 'refused',
    fields: [],
    error: { code, message, ...(hint === undefined ? {} : { hint }) },
  };
}
