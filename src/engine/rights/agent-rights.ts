/** Holds agents' sessions to their rights: what they see in lists, what they may call, ask for and propose. */
import type { McptuiError } from '../../kernel/errors.ts';
import type { CallingSession, CallStage, StagedCall, Verdict } from '../../mcp/calls/stages.ts';
import type { ListStage, ProjectStages, StagesOf } from '../../mcp/index.ts';
import type { OfferedTool } from '../../mcp/types/catalog.ts';
import type { SessionInfo } from '../../mcp/types/session.ts';
import type { EventDraft } from '../../store/types.ts';
import { failedTool } from '../content/agents/answers.ts';
import { isBuiltinTool } from '../content/agents/tools.ts';
import type { ReadLimit } from '../content/agents/offer.ts';
import { decisionEvent, seesAs } from './guard.ts';
import type { Meant, Thing } from './meant.ts';
import type { Decision, Need, Principal } from './need.ts';
import type { Connected, Principals } from './principals.ts';
import type { Rights } from './rights.ts';

export interface AgentRightsParts {
  readonly rights: Rights;
  readonly principals: Principals;
  readonly meant: Meant;
  /** May drop what one principal has too many of. */
  readonly record: (draft: EventDraft) => void;
  /** Tools of the session's project, whoever may see them. */
  readonly tools: (sessionId: string) => readonly OfferedTool[];
}

/** What a server of mcptui's own name would be: its own tools. */
const OWN = 'mcptui';

/** What was found of a session under one state of rights. */
interface Looked {
  readonly policyId: number;
  readonly client: string;
  readonly isPlain: boolean;
  /** `SERVER/TOOL` that it may call. */
  readonly judged: Set<string>;
}

/** Tools of one session that are remembered as allowed. */
const MAX_JUDGED = 1_000;

export class AgentRights {
  readonly #p: AgentRightsParts;
  readonly #calls: CallStage = { id: 'rights', reads: 'head', before: (call) => this.#judge(call) };
  /** Tools are hidden; a call of one is refused with the reason. */
  readonly #tools: ListStage = {
    id: 'rights',
    isHidingOnly: true,
    sees: (session, kind, name, _item, server) => kind !== 'tools' || this.#seesTool(session, name, server),
  };
  readonly #others: ListStage = {
    id: 'rights',
    sees: (session, kind, _name, _item, server) =>
      kind === 'tools' || server === undefined || this.#may(session, toServer(server, session.project)),
  };
  readonly #plain = new WeakMap<CallingSession, Looked>();
  /** By the stages that come behind. */
  readonly #restricted = new WeakMap<object, ProjectStages>();
  readonly #byName = new WeakMap<readonly OfferedTool[], ReadonlyMap<string, OfferedTool>>();

  constructor(parts: AgentRightsParts) {
    this.#p = parts;
  }

  /** Agents that may do what agents of their project may do pass no stage. */
  before(others: StagesOf): StagesOf {
    return (project, session) => {
      const behind = others(project, session);
      if (this.#isPlain(session)) return behind;
      const key = behind.calls ?? behind.lists ?? this;
      let stages = this.#restricted.get(key);
      if (stages === undefined) {
        stages = {
          calls: [this.#calls, ...(behind.calls ?? [])],
          lists: [this.#tools, this.#others, ...(behind.lists ?? [])],
          reaches: (one, server) => this.#may(one, toServer(server, one.project)),
        };
        this.#restricted.set(key, stages);
      }
      return behind.results === undefined ? stages : { ...stages, results: behind.results };
    };
  }

  /** Asked several times a call: looked at again when rights or the client's name have changed. */
  #isPlain(session: CallingSession): boolean {
    const { policyId } = this.#p.rights;
    const known = this.#plain.get(session);
    if (known?.policyId === policyId && known.client === session.client) return known.isPlain;
    const { client, identity } = session;
    const isPlain =
      identity.operator !== undefined ||
      this.#p.rights.isPlainAgent(this.#of({ client, ...identity }), identity.project);
    this.#plain.set(session, { policyId, client, isPlain, judged: new Set() });
    return isPlain;
  }

  /** What prompts and skills a session is given; undefined when all that are meant for it. */
  readonly readLimit = (session: SessionInfo): ReadLimit | undefined => {
    const principal = this.#of(session);
    const { rights, meant } = this.#p;
    if (session.operator !== undefined || rights.isPlainAgent(principal, session.project)) return undefined;
    const sees = seesAs(principal, rights);
    return {
      key: `${rights.policyId} ${[principal.subject, ...(principal.groups ?? []), ...(principal.roles ?? [])].join(' ')}`,
      allows: (kind, row) => sees(inProject(meant.placed(kind, row), session.project)),
    };
  };

  #of(session: Connected): Principal {
    return this.#p.principals.of(session);
  }

  #decide(session: Connected, need: Need): Decision {
    return this.#p.rights.decide(this.#of(session), need);
  }

  #may(session: Connected, need: Need): boolean {
    return this.#decide(session, need).allowed;
  }

  #seesTool(session: SessionInfo, name: string, server: string | undefined): boolean {
    if (server === undefined) return !isProposing(name) || this.#may(session, toPropose(session.project));
    const tool = this.#named(session).get(name);
    return (
      tool === undefined || toolNeeds(tool.server, tool.tool, session.project).every((need) => this.#may(session, need))
    );
  }

  #judge({ session, server, tool }: StagedCall): Verdict | undefined {
    // Its own tools judge themselves.
    if (server === OWN) return undefined;
    const judged = this.#isPlain(session) ? undefined : this.#plain.get(session)?.judged;
    const name = `${server}/${tool}`;
    if (judged?.has(name) === true) return undefined;
    const who = { client: session.client, ...session.identity, id: session.id };
    for (const need of toolNeeds(server, tool, who.project)) {
      const refusal = this.#refusal(who, 'call', need);
      if (refusal === undefined) continue;
      const { message, hint } = refusal;
      return { kind: 'answer', answer: failedTool(hint === undefined ? message : `${message} (${hint})`) };
    }
    if (judged !== undefined && judged.size < MAX_JUDGED) judged.add(name);
    return undefined;
  }

  /** @throws McptuiError `denied` */
  readonly demandProposing = (session: SessionInfo): void => {
    const refusal = this.#refusal(session, 'propose', toPropose(session.project));
    if (refusal !== undefined) throw refusal;
  };

  /** Journals what it refuses. */
  #refusal(
    session: Connected & { readonly id: string },
    what: 'call' | 'propose',
    need: Need,
  ): McptuiError | undefined {
    const principal = this.#of(session);
    const decision = this.#p.rights.decide(principal, need);
    if (decision.allowed) return undefined;
    this.#p.record({ ...decisionEvent(principal, what, need, decision), session: session.id });
    return this.#p.rights.refusal(principal, need, decision);
  }

  #named(session: SessionInfo): ReadonlyMap<string, OfferedTool> {
    const tools = this.#p.tools(session.id);
    let byName = this.#byName.get(tools);
    if (byName === undefined) this.#byName.set(tools, (byName = new Map(tools.map((tool) => [tool.name, tool]))));
    return byName;
  }
}

/** A server's tool needs the server, or that tool of it, and the project. */
export function toolNeeds(server: string, tool: string, project: string): readonly Need[] {
  return [
    { verb: 'run', kind: 'tool', name: `${server}/${tool}`, project },
    { verb: 'run', kind: 'project', name: project, project },
  ];
}

function isProposing(tool: string): boolean {
  return isBuiltinTool(tool) && tool !== 'withdraw_proposal';
}

function toPropose(project: string): Need {
  return { verb: 'create', kind: 'proposal', project };
}

function toServer(name: string, project: string): Need {
  return { verb: 'run', kind: 'server', name, project };
}

/** What belongs to everybody is read in the session's project. */
function inProject(things: readonly Thing[], project: string): readonly Thing[] {
  return things.map((thing) => ({ ...thing, project: thing.project ?? project }));
}
