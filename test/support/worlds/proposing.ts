/** The queue of proposals on a store, without an engine around it. */
import type { Clock } from '../../../src/kernel/clock.ts';
import { ulidIds } from '../../../src/kernel/ids.ts';
import { nobodyLooks } from '../../../src/engine/content/links/link-views.ts';
import { Causes } from '../../../src/engine/content/causes.ts';
import { contentCommands } from '../../../src/engine/commands/content.ts';
import { placeCommands } from '../../../src/engine/commands/places.ts';
import { proposalCommands } from '../../../src/engine/commands/proposals.ts';
import { revisionCommands } from '../../../src/engine/commands/revisions.ts';
import type { ContentCommands } from '../../../src/engine/commands/table/index.ts';
import {
  contentProposals,
  type ContentProposals,
  type ProposalDraft,
} from '../../../src/engine/content/content-proposals.ts';
import { Proposals } from '../../../src/engine/inbox/proposals.ts';
import type { Shape } from '../../../src/store/schema/index.ts';
import type { Database } from '../../../src/store/types.ts';

export interface Queue {
  readonly proposals: ContentProposals;
  commandsFor(actor: string): ContentCommands;
}

export function queueOn(db: Database<Shape>, clock: Clock): Queue {
  const parts = {
    db,
    clock,
    ids: ulidIds(clock),
    causes: new Causes(db),
    holdsSecret: (text: string) => text.includes('hunter2'),
  };
  const proposals = new Proposals({ ...parts, kinds: contentProposals(parts) });
  return {
    proposals,
    commandsFor(actor) {
      const links = { stateOf: nobodyLooks, tokensOf: () => 0, atBegin: (text: string) => text };
      const all = { ...parts, links, actor, proposals, contentChanged: () => undefined };
      return { ...placeCommands(all), ...contentCommands(all), ...revisionCommands(all), ...proposalCommands(all) };
    },
  };
}

export const promptContent = (body: string, more: object = {}) => ({ summary: '', priority: 5, body, ...more });

/** A proposal for the global prompt `style` by the agent `reviewer`. */
export function aDraftFor(body: string, more: Partial<ProposalDraft> = {}): ProposalDraft {
  return {
    kind: 'prompt',
    place: { scope: 'global' },
    name: 'style',
    content: promptContent(body),
    reason: 'two deploys failed',
    author: 'agent:reviewer',
    ...more,
  };
}
