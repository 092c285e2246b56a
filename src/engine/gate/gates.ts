/** Keeps the gate of each session: in memory for calls, in the store so that it stays open over a restart and a reconnect. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import { BoundedMap } from '../../kernel/bounded-map.ts';
import { defined } from '../../kernel/defined.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/log.ts';
import { unawaited } from '../../kernel/unawaited.ts';
import type { SessionInfo } from '../../mcp/types/session.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, EventDraft, Transaction } from '../../store/types.ts';
import { actorOf } from '../access/actor.ts';
import { gate, GATED, stateOf, type GateStep } from './gate.ts';
import type { GateDecision, GateEvent, GateRow, GateState, GateView } from './types.ts';
import { decisionWords } from './words.ts';

export type GatedSession = Pick<SessionInfo, 'id' | 'project' | 'client' | 'agent' | 'operator' | 'peer'>;

export interface GatesParts {
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly logger: Logger;
  /** Sessions that are there now. */
  readonly sessions: () => readonly GatedSession[];
  /** Lists of these sessions are others now. */
  readonly listsChanged: (peer: string) => void;
  /** The gate of a session is shown as another one. */
  readonly changed: (session: GatedSession) => void;
}

/** A gate whose agent is away stays open this long: its proxy may only have lost the engine. */
const AWAY_MS = 10 * 60_000;

/** Of sessions that are over. */
const MAX_ENDED = 200;

export class Gates {
  readonly #p: GatesParts;
  readonly #states = new Map<string, GateState>();
  readonly #leaving = new Map<string, Timer>();
  /** What became of sessions that are over, for who asks why. */
  readonly #ended = new BoundedMap<string, readonly GateDecision[]>(MAX_ENDED);

  constructor(parts: GatesParts) {
    this.#p = parts;
  }

  /** Gates that an engine before this one left open wait for their agents. */
  start(): void {
    for (const { id } of this.#p.db.collection('gates').all()) this.#leave(id);
  }

  close(): void {
    for (const timer of this.#leaving.values()) timer.cancel();
    this.#leaving.clear();
  }

  state(session: GatedSession): GateState {
    const peer = peerOf(session);
    const known = this.#states.get(peer);
    if (known !== undefined) return known;
    const kept = this.#p.db.collection('gates').find(peer);
    const state = kept?.project === session.project ? stateOf(kept.decisions) : GATED;
    this.#states.set(peer, state);
    return state;
  }

  /** Something is remembered of it. */
  knows(session: GatedSession): boolean {
    return this.#states.has(peerOf(session));
  }

  view(session: GatedSession): GateView {
    const state = this.state(session);
    const [first] = state.kind === 'open' ? state.decisions : [];
    return first === undefined ? { state: 'gated' } : { state: 'open', by: first.by, at: first.at };
  }

  /** Why the session sees what it sees; also of one that is over. */
  decisions(session: { readonly id: string; readonly peer?: string }): readonly GateDecision[] {
    const state = this.#states.get(session.peer ?? session.id);
    return state?.kind === 'open' ? state.decisions : (this.#ended.get(session.id) ?? []);
  }

  /** Opens or widens the gate. It is open at once; the row and its event are written behind. */
  decide(session: GatedSession, decision: GateDecision): Promise<void> {
    return this.#step(session, { kind: 'decided', decision });
  }

  /** Tools that the agent has found are listed. */
  found(session: GatedSession, names: readonly string[]): void {
    unawaited(this.#step(session, { kind: 'found', names }));
  }

  bound(session: GatedSession): void {
    const peer = peerOf(session);
    this.#leaving.get(peer)?.cancel();
    this.#leaving.delete(peer);
  }

  /** The gate of an HTTP session goes with it; other agents may come back. */
  ended(session: GatedSession): void {
    const peer = peerOf(session);
    const isBehindAnother = this.#p.sessions().some((other) => other.id !== session.id && peerOf(other) === peer);
    if (isBehindAnother) return;
    const state = this.#states.get(peer);
    if (state?.kind === 'open') this.#ended.set(session.id, state.decisions);
    if (session.peer === undefined || session.peer.startsWith('http:'))
      unawaited(this.#step(session, { kind: 'ended' }));
    else this.#leave(peer);
  }

  #leave(peer: string): void {
    this.#leaving.get(peer)?.cancel();
    const gone = (): void => {
      this.#leaving.delete(peer);
      const row = this.#p.db.collection('gates').find(peer);
      const who = { id: row?.session ?? peer, project: row?.project ?? '', client: row?.client ?? '-', peer };
      unawaited(this.#step(who, { kind: 'ended' }));
    };
    this.#leaving.set(peer, this.#p.clock.after(AWAY_MS, gone, { unref: true }));
  }

  async #step(session: GatedSession, event: GateEvent): Promise<void> {
    const peer = peerOf(session);
    const before = this.state(session);
    const step = gate(before, event);
    if (event.kind === 'ended') this.#states.delete(peer);
    else this.#states.set(peer, step.state);
    if (step.effects.includes('lists')) this.#p.listsChanged(peer);
    if (step.state !== before) this.#p.changed(session);
    if (step.effects.includes('keep') || step.effects.includes('forget')) await this.#write(session, event, step);
  }

  /** A disk that is full keeps no agent from working: the gate is open, and what could not be kept is logged. */
  async #write(session: GatedSession, event: GateEvent, { state }: GateStep): Promise<void> {
    try {
      await this.#p.db.transact((tx) => {
        if (state.kind === 'open') this.#keep(tx, session, state.decisions);
        else if (tx.collection('gates').find(peerOf(session)) !== undefined) {
          tx.collection('gates').delete(peerOf(session));
        }
        tx.event(eventOf(session, event));
      });
    } catch (error) {
      this.#p.logger.warn({ error: messageOf(error), session: session.id }, 'the gate of a session was not kept');
    }
  }

  #keep(tx: Transaction<Shape>, session: GatedSession, decisions: readonly GateDecision[]): void {
    const gates = tx.collection('gates');
    const before = gates.find(peerOf(session));
    const [first] = decisions;
    const row: GateRow = {
      id: peerOf(session),
      project: session.project,
      session: session.id,
      client: session.client.slice(0, 200),
      openedAt: first?.at ?? this.#p.clock.now(),
      decisions: [...decisions],
    };
    if (before === undefined) gates.insert(row);
    else gates.replace({ ...row, version: before.version });
  }
}

export function peerOf({ id, peer }: GatedSession): string {
  return peer ?? id;
}

function eventOf(session: GatedSession, event: GateEvent): EventDraft {
  const base = { kind: 'gate', target: `session/${session.id}`, session: session.id, outcome: 'ok' } as const;
  if (event.kind !== 'decided') return { ...base, actor: 'engine', message: 'closed: its session is over' };
  const { decision } = event;
  const { operator } = decision.asked;
  const { prompts, tools, selection, tokens } = decision;
  return {
    ...base,
    actor: operator ?? actorOf(session),
    message: decisionWords(decision),
    detail: {
      project: session.project,
      by: decision.by,
      tags: [...decision.asked.tags],
      prompts: prompts.map(({ ref, semver, score, why, isFull }) => ({ ref, semver, score, why, given: isFull })),
      tools: { open: tools.isAll ? tools.of : tools.names.length, of: tools.of },
      tokens,
      selection: { ...defined(selection) },
    },
  };
}
