/** The commands on proposals of the engine in memory. */
import { diffTexts } from '../../../src/engine/content/diff.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import type { ContentCommands, ProposalDetail, ProposalView, UnusualCharacters } from '../../../src/engine/index.ts';
import { unusualCharacters } from '../../../src/engine/content/unusual.ts';
import { hashOf } from '../builders/content-builders.ts';
import type { ContentTexts, ContentWorld } from './content-fixture.ts';

type ProposalCommands = Pick<
  ContentCommands,
  | 'proposalDetail'
  | 'approveProposal'
  | 'rejectProposal'
  | 'reopenProposal'
  | 'commentProposal'
  | 'editProposal'
  | 'rebaseProposal'
>;

export function proposalCommands(
  world: ContentWorld,
  texts: ContentTexts,
  asked: (name: string, args: readonly unknown[]) => Promise<void>,
): ProposalCommands {
  const edited = new Map<string, string>();
  const comments = new Map<string, ProposalDetail['comments']>();

  const find = (id: string): ProposalView => {
    const found = world.view().proposals.get(id);
    if (found === undefined) throw new McptuiError('not-found', `no proposal ${id}`);
    return found;
  };
  const pending = (id: string): ProposalView => {
    const found = find(id);
    if (found.state === 'pending') return found;
    throw new McptuiError('conflict', `proposal ${id} is ${found.state} already by ${found.decision?.by ?? '-'}`);
  };
  const put = (proposal: ProposalView, part: Partial<ProposalView>): void =>
    world.patch({ op: 'put', kind: 'proposals', value: { ...proposal, ...part, updatedAt: world.now } });
  /** The live document; empty when there is none. */
  const liveText = ({ kind, ref, isNew }: ProposalView): string => {
    try {
      return isNew ? '' : texts.text(kind, ref);
    } catch {
      return '';
    }
  };
  const textOf = (proposal: ProposalView): string => {
    const { id } = proposal;
    const own = edited.get(id);
    if (own !== undefined) return own;
    const live = liveText(proposal);
    const body = world.rows.proposed?.[id];
    if (body === undefined) return `${live}One line more, proposed by ${proposal.author}.\n`;
    const head = live === '' ? '---\nsummary: ""\npriority: 5\n---\n' : live.slice(0, live.indexOf('---\n', 4) + 4);
    return `${head}${body}\n`;
  };

  return {
    async proposalDetail(id) {
      const proposal = find(id);
      const text = textOf(proposal);
      const live = liveText(proposal);
      const label = proposal.isNew ? 'nothing' : `live ${proposal.base ?? ''}`;
      const diff = diffTexts({ label, text: live }, { label: id, text });
      const unusual: readonly UnusualCharacters[] = unusualCharacters(text);
      return {
        proposal,
        text,
        diff,
        ...(proposal.isStale
          ? {
              stale: {
                live: '1.4.2',
                baseToLive: diffTexts(
                  { label: '1.4.1', text: `${live}Gone since.\n` },
                  { label: 'live 1.4.2', text: live },
                ),
                baseToProposed: diffTexts({ label: '1.4.1', text: `${live}Gone since.\n` }, { label: id, text }),
                isClean: true,
              },
            }
          : {}),
        comments: comments.get(id) ?? [],
        unusual,
        tokens: { before: Math.ceil(live.length / 4), after: Math.ceil(text.length / 4) },
        usedBy: ['reviewer/careful', 'reviewer/terse'],
        ...world.rows.details?.[id],
      };
    },
    async approveProposal(id, options) {
      await asked('approveProposal', [id, options]);
      const proposal = pending(id);
      if (proposal.hash !== options.hash) {
        throw new McptuiError('conflict', `proposal ${id} has changed since it was shown`);
      }
      if (proposal.isStale) throw new McptuiError('conflict', `proposal ${id} is stale`);
      const text = options.text ?? textOf(proposal);
      edited.set(id, text);
      const saved = proposal.isNew
        ? { ref: proposal.ref, semver: proposal.next, hash: proposal.hash, revisionId: `rev_${id}` }
        : texts.save(proposal.kind, proposal.ref, text);
      const decision = { by: 'operator:ann', at: world.now, reason: '', semver: saved.semver };
      put(proposal, { state: 'approved', decision });
      return saved;
    },
    async rejectProposal(id, reason) {
      await asked('rejectProposal', [id, reason]);
      put(pending(id), { state: 'rejected', decision: { by: 'operator:ann', at: world.now, reason } });
    },
    async reopenProposal(id) {
      await asked('reopenProposal', [id]);
      const { decision: _, ...proposal } = find(id);
      put(proposal, { state: 'pending' });
    },
    async commentProposal(id, text) {
      await asked('commentProposal', [id, text]);
      const proposal = pending(id);
      const all = [...(comments.get(id) ?? []), { by: 'operator:ann', at: world.now, text }];
      comments.set(id, all);
      put(proposal, { comments: all.length });
    },
    async editProposal(id, text) {
      await asked('editProposal', [id, text]);
      const proposal = pending(id);
      edited.set(id, text);
      const hash = hashOf(text);
      put(proposal, { hash });
      return { hash };
    },
    async rebaseProposal(id, resolved) {
      await asked('rebaseProposal', resolved === undefined ? [id] : [id, resolved]);
      const proposal = pending(id);
      const isClean = world.rows.details?.[id]?.stale?.isClean ?? true;
      if (!isClean && resolved === undefined) {
        const text = `<<<<<<< live 1.4.2\n${liveText(proposal)}=======\n${textOf(proposal)}>>>>>>> proposal ${id}\n`;
        return { kind: 'conflict', text, onto: hashOf('live 1.4.2') };
      }
      if (resolved !== undefined) {
        if (/^<{7}/m.test(resolved.text))
          throw new McptuiError('invalid', 'the text still holds markers of the conflict');
        edited.set(id, resolved.text);
      }
      const hash = hashOf(`${textOf(proposal)} rebased`);
      put(proposal, { isStale: false, base: '1.4.2', next: '1.4.3', hash });
      return { kind: 'clean', hash };
    },
  };
}
