/** Makes what agents are offered: contents, and the gate in front of them. */
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Logger } from '../../kernel/log.ts';
import type { ProxyEnv } from '../../mcp/types/connection.ts';
import type { Router } from '../../mcp/router/types.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { AgentContentParts } from '../content/agents/agent-content.ts';
import { EngineContent } from '../content/content.ts';
import type { Fleet } from '../instances/fleet.ts';
import { freePort } from '../models/free-port.ts';
import { ModelBook, type ModelPolicy } from '../models/model-book.ts';
import { ModelClient } from '../models/model-client.ts';
import { ModelPrograms } from '../models/model-programs.ts';
import { EnginePages } from '../pages/engine-pages.ts';
import type { Masker } from '../secrets/masker.ts';
import type { SecretBackends } from '../secrets/secret-source.ts';
import type { EngineViews } from '../views/engine-views.ts';
import { filledSystemText, type SystemText } from '../content/system-rules.ts';
import { digestInstructions } from '../digests/digest-maker.ts';
import { DigestQueue } from '../digests/digest-queue.ts';
import { ModelTurns } from '../models/model-turns.ts';
import { EngineGate } from './engine-gate.ts';
import { GateRules } from './gate-rules.ts';

export interface ContentWithGateParts {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly logger: Logger;
  readonly db: Database<Shape>;
  readonly router: () => Router;
  readonly masker: Masker;
  readonly secrets: SecretBackends;
  readonly proxyEnv?: ProxyEnv;
  readonly views: () => EngineViews;
  readonly fleet: () => Fleet;
  /** Instances are looked at afresh. */
  readonly wake: () => void;
  readonly pagesFolder?: string | undefined;
  readonly linksFolder?: string | undefined;
  readonly random?: () => number;
  /** Nothing is started here, and nothing is asked of anybody. */
  readonly passive?: boolean | undefined;
  readonly readLimit?: AgentContentParts['readLimit'];
  readonly demandProposing?: AgentContentParts['demandProposing'];
}

export interface ContentWithGate {
  readonly content: EngineContent;
  readonly gate: EngineGate;
  readonly models: ModelBook;
}

export function contentWithGate(parts: ContentWithGateParts): ContentWithGate {
  const { router, masker, views } = parts;
  const rules = new GateRules(parts.db);
  const content = new EngineContent({
    ...parts,
    holdsSecret: (text) => masker.mask(text) !== text,
    cut: (text, max) => masker.cut(text, max),
    isGated: (project) => rules.of(project) !== undefined,
    show: () => {
      views().content();
      gate.changed();
      digests.look();
    },
  });
  const show = (sessionId: string): void => {
    const session = router()
      .agents.sessions()
      .find(({ id }) => id === sessionId);
    if (session !== undefined) views().session(session);
  };
  const mask = (text: string): string => masker.mask(text);
  const client = new ModelClient({ ...parts, proxyEnv: parts.proxyEnv ?? {} });
  const programs = new ModelPrograms({ ...parts, client, freePort, isPassive: parts.passive === true });
  const models = new ModelBook({ ...parts, client, programs });
  const turns = new ModelTurns(models);
  const told: SystemText = (name, values) => filledSystemText(name, content.agents.systemText(name), values);
  const digests = new DigestQueue({
    ...parts,
    models: turns.background,
    mask,
    instructions: () => digestInstructions(told),
    progressed: () => views().info(),
    kept: () => views().digests(),
  });
  const pages = new EnginePages({ ...parts, models: turns, told });
  const warmup = (policy: ModelPolicy): void => models.warmup(policy);
  const { agents: inner, links } = content;
  const shared = { inner, links, pages, digests, told, mask, show, warmup };
  const gate: EngineGate = new EngineGate({ ...parts, rules, models: turns, ...shared });
  return { content, gate, models };
}
