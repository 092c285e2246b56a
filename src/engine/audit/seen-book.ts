/** Remembers what agents were shown, and tells it again as of any moment of their sessions. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError, messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import type { SawRecord } from '../../mcp/index.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Masker } from '../secrets/masker.ts';
import { SeenFiles } from './seen-files.ts';
import { SeenRecorder } from './seen-recorder.ts';
import { shownBy, type SeenItem, type SeenKind, type SeenMoment, type SeenReport } from './seen-report.ts';
import type { SessionBook } from './session-book.ts';

export interface SeenBookParts {
  readonly clock: Clock;
  readonly db: Pick<Database<Shape>, 'record' | 'events'>;
  readonly logger: Logger;
  readonly masker: Masker;
  readonly sessionBook: SessionBook;
  /** Absent: contents are not kept. */
  readonly seenFolder?: string | undefined;
}

/** What is asked about a moment of a session. */
export interface SeenQuery extends SeenMoment {
  readonly what?: SeenKind;
  /** Of a prompt. */
  readonly name?: string;
  /** With the texts. Default false. */
  readonly texts?: boolean;
}

/** Of all texts of one report; a single one is given whole. */
const MAX_TEXTS = 16 * 1024 * 1024;
const MAX_EVENTS = 5_000;

export class SeenBook {
  readonly #p: SeenBookParts;
  readonly #files: SeenFiles | undefined;
  readonly #recorder: SeenRecorder;

  constructor(parts: SeenBookParts) {
    const { clock, logger, seenFolder: folder } = parts;
    const failed = (error: unknown): void =>
      logger.warn({ error: messageOf(error) }, 'what an agent was shown could not be kept or read');
    this.#p = parts;
    this.#files = folder === undefined ? undefined : new SeenFiles({ folder, clock, failed });
    this.#recorder = new SeenRecorder({ ...parts, files: this.#files });
  }

  saw(record: SawRecord): void {
    this.#recorder.saw(record);
  }

  ended(sessionId: string): void {
    this.#recorder.ended(sessionId);
  }

  async close(): Promise<void> {
    await this.#files?.close();
  }

  /** @throws McptuiError `not-found` for a session that the journal does not tell of */
  async report(session: string, query: SeenQuery): Promise<SeenReport> {
    const row = (await this.#p.sessionBook.sessions()).find(({ id }) => id === session);
    if (row === undefined) {
      const hint = '`mcptui audit sessions` lists those that the journal tells of';
      throw new McptuiError('not-found', `no session ${session} in the journal`, { hint });
    }
    const { client, project, firstN, lastN } = row;
    const between = { after: firstN - 1, before: lastN + 1 };
    const events = await this.#p.db.events({ ...between, session, kind: 'session_saw', limit: MAX_EVENTS });
    const { items, ...moment } = shownBy(events, query);
    const { what, name, texts = false } = query;
    const wanted = items.filter(
      (item) => (what === undefined || item.what === what) && (name === undefined || item.name === name),
    );
    return { session, client, project, ...moment, items: texts ? await this.#withTexts(wanted) : wanted };
  }

  async #withTexts(items: readonly SeenItem[]): Promise<readonly SeenItem[]> {
    const told: SeenItem[] = [];
    let bytes = 0;
    for (const item of items) {
      bytes += item.bytes;
      told.push(bytes > MAX_TEXTS && items.length > 1 ? { ...item, missing: 'too-much' } : await this.#withText(item));
    }
    return told;
  }

  async #withText(item: SeenItem): Promise<SeenItem> {
    if (item.hash === undefined) return { ...item, missing: 'too-long' };
    const text = await this.#files?.read(item.hash);
    return text === undefined ? { ...item, missing: 'gone' } : { ...item, text };
  }
}
