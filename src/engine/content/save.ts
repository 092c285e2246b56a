/**
 * Puts a content in its place: the row, its revision and the event, all in the caller's transaction, so that there is
 * never one without the other.
 */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { Json } from '../../kernel/json.ts';
import type { Ids } from '../../kernel/ids.ts';
import { contentNameSchema, type ContentKind, type PromptContent } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Transaction } from '../../store/types.ts';
import { assertBindable } from './bindings.ts';
import type { SaveOptions } from './changes.ts';
import { contentHash } from './content-hash.ts';
import { assertPlace } from './place-gone.ts';
import { kindRef, type Place } from './refs.ts';
import { checkContent, writeRow, type ContentRow } from './rows.ts';
import { nextSemver } from './semver.ts';
import { assertRule } from './system-rules.ts';
import type { Saved } from './types.ts';

export interface SaveParts {
  readonly clock: Clock;
  readonly ids: Ids;
}

export interface SaveRequest {
  readonly kind: ContentKind;
  /** The live row; undefined for a new resource. */
  readonly live: ContentRow | undefined;
  readonly place: Place;
  readonly name: string;
  /** Not yet checked. */
  readonly content: unknown;
  /** Of the content. */
  readonly author: string;
  /** Who made it live; default: its author. */
  readonly actor?: string;
  readonly options: SaveOptions;
  /** Of a deleted resource that comes back: its id and its last number. */
  readonly former?: { readonly id: string; readonly semver: string; readonly revision: string };
  readonly proposal?: string;
  readonly restored?: string;
  readonly undoes?: string;
  /** Number of the event that led here; -1 = the one before in the same transaction. */
  readonly cause?: number;
}

/** @throws McptuiError `invalid` with what was given, not with an id that nobody knows yet */
function assertName(kind: ContentKind, name: string): void {
  const checked = contentNameSchema.safeParse(name);
  if (checked.success) return;
  throw new McptuiError(
    'invalid',
    `${kind} ${JSON.stringify(cutName(name))}: ${checked.error.issues[0]?.message ?? ''}`,
  );
}

/** @throws McptuiError `invalid`, `conflict` when `baseHash` is not the live one, or a binding is not allowed */
export function saveContent(tx: Transaction<Shape>, parts: SaveParts, request: SaveRequest): Saved {
  const { kind, live, place, name, author, options, former } = request;
  const ref = kindRef(kind, { ...place, name, id: '' });
  if (options.baseHash !== undefined && live !== undefined && live.current.hash !== options.baseHash) {
    throw new McptuiError('conflict', `${kind} ${ref} has changed to ${live.current.semver} since it was opened`, {
      hint: `mcptui diff ${kind} ${ref}`,
    });
  }
  if (live === undefined) assertName(kind, name);
  assertPlace(tx, place);
  const content = checkContent(kind, name, request.content);
  if (kind === 'prompt') assertRule(place, name, content as PromptContent);
  if (kind === 'personality' && 'prompts' in content) assertBindable(tx, place.agent ?? '', content.prompts, name);
  const hash = contentHash(content as Json);
  if (live?.current.hash === hash) return { ref, semver: live.current.semver, hash };
  const now = parts.clock.now();
  const semver = nextSemver(live?.current.semver ?? former?.semver, options);
  const resourceId = live?.id ?? former?.id ?? parts.ids.next(kind.slice(0, 3));
  const current = { id: parts.ids.next('rev'), semver, hash };
  writeRow(tx, kind, {
    ...place,
    id: resourceId,
    name,
    current,
    content,
    createdAt: live?.createdAt ?? now,
    updatedAt: now,
    updatedBy: author,
  });
  const previous = live?.current.id ?? former?.revision;
  tx.collection('revisions').insert({
    id: current.id,
    kind,
    resourceId,
    ref,
    semver,
    hash,
    author,
    note: options.note ?? '',
    at: now,
    ...(previous === undefined ? {} : { previous }),
    ...(request.proposal === undefined ? {} : { proposal: request.proposal }),
    ...(request.restored === undefined ? {} : { restored: request.restored }),
    ...(request.undoes === undefined ? {} : { undoes: request.undoes }),
    content,
  });
  tx.event({
    kind: 'revision_create',
    actor: request.actor ?? author,
    target: `${kind}/${ref}`,
    outcome: 'ok',
    message: saidOf(request, semver),
    ...(request.cause === undefined ? {} : { cause: request.cause }),
    detail: {
      revision: current.id,
      semver,
      hash,
      ...(request.proposal === undefined ? {} : { proposal: request.proposal }),
    },
  });
  return { ref, semver, hash, revisionId: current.id };
}

function saidOf({ live, options, restored, undoes }: SaveRequest, semver: string): string {
  const moved = live === undefined ? `new ${semver}` : `${live.current.semver} → ${semver}`;
  const why =
    restored === undefined ? (undoes === undefined ? '' : ', takes the last one back') : `, restores ${restored}`;
  return `${moved}${why}${options.note === undefined || options.note === '' ? '' : `: ${options.note}`}`;
}
