/**
 * Journals what agents are shown: one event whenever a list, the instructions or a prompt of a session is another one than
 * before. The content is kept once for all of them, known secret values masked.
 */
import { BoundedMap } from '../../kernel/bounded-map.ts';
import type { Clock } from '../../kernel/clock.ts';
import { cutName } from '../../kernel/foreign.ts';
import type { SawRecord } from '../../mcp/index.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { actorOf } from '../access/actor.ts';
import type { Masker } from '../secrets/masker.ts';
import { hashOf, type SeenFiles } from './seen-files.ts';
import { TraceRates, type Rate } from './trace-rates.ts';

/** A session whose lists change all the time has its first two hundred, and then one a second. */
const RATE: Rate = { burst: 200, perSecond: 1 };
/** Of all sessions: many that come and go write no more than this. */
const ALL: Rate = { burst: 2_000, perSecond: 50 };
/** Prompts of one session that are told apart. */
const MAX_NAMES = 128;
const MAX_SESSIONS = 16_384;
/** Longer names of prompts are hashed as far as this. */
const MAX_FOREIGN_NAME = 64 * 1024;

export interface SeenRecorderParts {
  readonly clock: Clock;
  readonly db: Pick<Database<Shape>, 'record'>;
  readonly masker: Masker;
  /** Absent: contents are not kept. */
  readonly files?: Pick<SeenFiles, 'keep'> | undefined;
}

interface Shown {
  /** Of what the router answered, before anything is added or masked. */
  readonly answered: string;
  /** Of what is kept. */
  readonly hash: string | undefined;
}

export class SeenRecorder {
  readonly #p: SeenRecorderParts;
  readonly #rates: TraceRates;
  readonly #sessions = new BoundedMap<string, BoundedMap<string, Shown>>(MAX_SESSIONS);
  /** Most sessions are shown the same text one after the other: it is hashed once. */
  readonly #last = new Map<SawRecord['what'], { readonly text: string; readonly hash: string }>();

  constructor(parts: SeenRecorderParts) {
    this.#p = parts;
    this.#rates = new TraceRates(parts.clock, (draft) => parts.db.record(draft));
  }

  saw(record: SawRecord): void {
    const { sessionId, what, bytes, text } = record;
    const name = record.name === undefined ? undefined : this.#name(record.name);
    const key = name === undefined ? what : `${what}/${name}`;
    const shown = this.#shownTo(sessionId);
    const before = shown.get(key);
    const answered = text === undefined ? `${bytes} bytes` : this.#hash(what, text);
    if (before?.answered === answered) return;
    if (!this.#rates.admit(`seen/${sessionId}`, RATE) || !this.#rates.admit('seen', ALL)) return;
    const sent = text === undefined ? undefined : record.sent();
    const kept = sent === undefined ? undefined : this.#p.masker.mask(sent);
    const content = kept === undefined ? undefined : Buffer.from(kept);
    const hash = content === undefined ? undefined : hashOf(content);
    shown.set(key, { answered, hash });
    // Only a secret was renewed.
    if (hash !== undefined && hash === before?.hash) return;
    if (hash !== undefined && content !== undefined) this.#p.files?.keep(hash, content);
    const session = record.session();
    const size = content?.length ?? bytes;
    this.#p.db.record({
      kind: 'session_saw',
      actor: actorOf({ ...session, client: this.#name(session.client) }),
      target: `session/${sessionId}`,
      outcome: 'info',
      session: sessionId,
      message: `${name === undefined ? what : `${what} ${name}`}: ${size} bytes${hash === undefined ? ', too long to be kept' : ''}`,
      detail: {
        what,
        ...(name === undefined ? {} : { name }),
        project: session.project,
        bytes: size,
        ...(hash === undefined ? {} : { hash }),
        ...(kept === sent ? {} : { masked: true }),
      },
    });
  }

  ended(sessionId: string): void {
    this.#sessions.delete(sessionId);
  }

  #shownTo(sessionId: string): BoundedMap<string, Shown> {
    let shown = this.#sessions.get(sessionId);
    if (shown === undefined) {
      shown = new BoundedMap(MAX_NAMES);
      this.#sessions.set(sessionId, shown);
    }
    return shown;
  }

  #hash(what: SawRecord['what'], text: string): string {
    const last = this.#last.get(what);
    if (last?.text === text) return last.hash;
    const hash = hashOf(text);
    this.#last.set(what, { text, hash });
    return hash;
  }

  #name(text: string): string {
    return cutName(this.#p.masker.cut(text, MAX_FOREIGN_NAME));
  }
}
