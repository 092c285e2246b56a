/** Sums the journal up by session: one row each, made of the events that name it. Read once, then kept current by what comes. */
import type { EpochMs } from '../../kernel/clock.ts';
import type { Json } from '../../kernel/json.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { AuditEvent, Database } from '../../store/types.ts';

/** What the journal tells of one session. */
export interface AuditSession {
  readonly id: string;
  readonly client: string;
  readonly project: string;
  /** Named at launch. */
  readonly agent?: string;
  readonly personality?: string;
  /** `agent:reviewer`, `client:cursor 3.0`: the actor of its events. */
  readonly actor: string;
  /** Absent where it met no gate, or has not opened it. */
  readonly gate?: 'open';
  readonly calls: number;
  /** Of these, those that did not end well. */
  readonly errors: number;
  /** Decisions against it. */
  readonly refusals: number;
  /** ≈, of the prompts that it was given. */
  readonly tokens: number;
  readonly firstAt: EpochMs;
  readonly lastAt: EpochMs;
  /** Numbers of these two events. */
  readonly firstN: number;
  readonly lastN: number;
  readonly endedAt?: EpochMs;
  readonly reason?: string;
}

/** Events that are read back from the newest: what is older is not summed up. */
const MAX_EVENTS = 200_000;
const PAGE = 5_000;
/** Sessions that are kept, the newest ones. */
export const MAX_SESSIONS = 5_000;

type Row = { -readonly [K in keyof AuditSession]: AuditSession[K] };

export class SessionBook {
  readonly #db: Pick<Database<Shape>, 'events'>;
  readonly #rows = new Map<string, Row>();
  #upTo = 0;
  #reading: Promise<void> | undefined;

  constructor(db: Pick<Database<Shape>, 'events'>) {
    this.#db = db;
  }

  /** Newest first. */
  async sessions(): Promise<readonly AuditSession[]> {
    this.#reading ??= this.#catchUp().finally(() => {
      this.#reading = undefined;
    });
    await this.#reading;
    return [...this.#rows.values()].toSorted((a, b) => b.firstAt - a.firstAt);
  }

  async #catchUp(): Promise<void> {
    if (this.#upTo === 0) return this.#readBack();
    for (;;) {
      const events = await this.#db.events({ after: this.#upTo, limit: PAGE });
      for (const event of events) this.#add(event);
      if (events.length < PAGE) return;
    }
  }

  /** Newest first from the disk; added in the order in which it happened. */
  async #readBack(): Promise<void> {
    const pages: (readonly AuditEvent[])[] = [];
    let before: number | undefined;
    for (let read = 0; read < MAX_EVENTS; read += PAGE) {
      const page = await this.#db.events({ limit: PAGE, ...(before === undefined ? {} : { before }) });
      if (page.length === 0) break;
      pages.push(page);
      before = Math.min(...page.map(({ n }) => n));
      if (page.length < PAGE) break;
    }
    const all = pages.flat().toSorted((a, b) => a.n - b.n);
    for (const event of all) this.#add(event);
  }

  #add(event: AuditEvent): void {
    this.#upTo = Math.max(this.#upTo, event.n);
    const { kind, target = '', detail = {} } = event;
    const id = event.session ?? (kind === 'traces_dropped' ? sessionIn(target) : undefined);
    if (id === undefined) return;
    const row = this.#row(id, event);
    row.lastAt = event.at;
    row.lastN = event.n;
    if (event.actor !== 'engine' && !event.actor.startsWith('operator')) row.actor = event.actor;
    switch (kind) {
      case 'session_bind':
        Object.assign(row, {
          client: text(detail['client']) ?? clientIn(event.message) ?? row.client,
          project: text(detail['project']) ?? projectIn(event.message) ?? row.project,
          ...optional('agent', detail['agent']),
          ...optional('personality', detail['personality']),
        });
        return;
      case 'tool_call_trace':
        row.calls += 1;
        if (event.outcome !== 'ok') row.errors += 1;
        row.project = text(detail['project']) ?? row.project;
        return;
      case 'traces_dropped':
        row.calls += count(detail['dropped']);
        return;
      case 'rbac_decision':
        if (event.outcome === 'denied') row.refusals += 1;
        return;
      case 'gate':
        if (detail['by'] !== undefined) row.gate = 'open';
        row.tokens += count(detail['tokens']);
        return;
      case 'session_compose':
        row.tokens += count(detail['tokens']);
        return;
      case 'session_end':
        row.endedAt = event.at;
        row.reason = event.message ?? '-';
        return;
      default:
    }
  }

  #row(id: string, { n, at, actor }: AuditEvent): Row {
    let row = this.#rows.get(id);
    if (row === undefined) {
      const numbers = { calls: 0, errors: 0, refusals: 0, tokens: 0 };
      row = { id, client: '-', project: '-', actor, ...numbers, firstAt: at, lastAt: at, firstN: n, lastN: n };
      this.#rows.set(id, row);
      const [oldest] = this.#rows.keys();
      if (this.#rows.size > MAX_SESSIONS && oldest !== undefined) this.#rows.delete(oldest);
    }
    return row;
  }
}

function sessionIn(target: string): string | undefined {
  return target.startsWith('session/') ? target.slice('session/'.length) : undefined;
}

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function count(value: Json | undefined): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}

function optional<K extends string>(key: K, value: Json | undefined): Partial<Record<K, string>> {
  return typeof value === 'string' ? ({ [key]: value } as Record<K, string>) : {};
}

/** Of an event of an older engine, which said it in words alone. */
function clientIn(message = ''): string | undefined {
  return /^client (.{1,200}) on project /.exec(message)?.[1];
}

function projectIn(message = ''): string | undefined {
  return / on project ([a-z0-9-]+)/.exec(message)?.[1];
}
