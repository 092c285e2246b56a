/** Bounds what waits for a decision: by author, project and engine, in number and in bytes, and by session in time. */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { timeWords } from '../../kernel/time-words.ts';
import type { Proposal } from '../../store/schema/proposal.ts';

/** One author cannot bury the others' proposals. */
export const MAX_PENDING = 100;
export const MAX_PENDING_PER_PROJECT = 200;
export const MAX_PENDING_PER_ENGINE = 500;
/** Characters of JSON of all that waits. */
export const MAX_PENDING_CHARS = 32 * 1024 * 1024;

/** How many one session may file at once; after that, one every `EACH_MS`. */
const BURST = 30;
const EACH_MS = 10_000;
const MAX_SESSIONS = 1_024;

const sizes = new WeakMap<object, number>();

function sizeOf(proposal: Proposal): number {
  const { content } = proposal;
  if (content === undefined) return 0;
  const known = sizes.get(content);
  if (known !== undefined) return known;
  const size = JSON.stringify(content).length;
  sizes.set(content, size);
  return size;
}

/** `pending`: without those that the new one takes the place of. @throws McptuiError `conflict` */
export function assertRoom(
  pending: readonly Proposal[],
  added: Pick<Proposal, 'author' | 'project'> & { readonly chars: number },
): void {
  const { author, project, chars } = added;
  const mine = pending.filter((row) => row.author === author).length;
  if (mine >= MAX_PENDING) throw tooMany(`${mine} proposals of ${author} wait for a decision already`);
  const near = pending.filter((row) => row.project === project).length;
  const where = project === undefined ? 'without a project' : `of project ${project}`;
  if (near >= MAX_PENDING_PER_PROJECT) throw tooMany(`${near} proposals ${where} wait for a decision already`);
  if (pending.length >= MAX_PENDING_PER_ENGINE)
    throw tooMany(`${pending.length} proposals wait for a decision already`);
  const size = pending.reduce((sum, row) => sum + sizeOf(row), chars);
  if (size > MAX_PENDING_CHARS) throw tooMany('the proposals that wait for a decision are over 32 MiB together');
}

function tooMany(message: string): McptuiError {
  return new McptuiError('conflict', message, { hint: 'wait until some are decided' });
}

/** How fast each session files. */
export class FilingRate {
  readonly #clock: Clock;
  readonly #sessions = new BoundedMap<string, { room: number; atMs: number }>(MAX_SESSIONS);

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** @throws McptuiError `conflict` when the session has to wait */
  take(session: string): void {
    const nowMs = this.#clock.monotonicMs();
    const { room, atMs } = this.#sessions.get(session) ?? { room: BURST, atMs: nowMs };
    const now = Math.min(BURST, room + (nowMs - atMs) / EACH_MS);
    this.#sessions.set(session, { room: Math.max(0, now - 1), atMs: nowMs });
    if (now >= 1) return;
    throw new McptuiError('conflict', `this session has proposed ${BURST} times in a short while`, {
      hint: `one more may be proposed every ${timeWords(EACH_MS)}`,
    });
  }
}
