/**
 * Lists the commands on prompts, personalities and skills. `ref` is a reference (`project:ops/deploy-rules`,
 * `reviewer/careful`) or a name that only one resource of the kind has.
 */
import type { ContentKind } from '../../../store/schema/content.ts';
import {
  composeTarget,
  contentChange,
  contentDraft,
  saveOptions,
  type ComposeTarget,
  type ContentChange,
  type ContentDraft,
  type SaveOptions,
} from '../../content/changes.ts';
import type { BindChoice, Composition, ContentDetail, Saved } from '../../content/types.ts';
import { viewing } from '../../rights/meant.ts';
import type { Signature } from '../../signing/document.ts';
import { command } from './entry.ts';
import { count, kind, signature, text } from './shapes.ts';

export const contentEntries = {
  createContent: command<
    (kind: ContentKind, draft: ContentDraft, save?: SaveOptions, signature?: Signature) => Promise<Saved>
  >({
    about: 'Makes a prompt, personality or skill. Refused with `conflict` when the name is taken there.',
    effect: 'changes',
    verb: 'create',
    resource: 'content',
    audit: ['revision_create', 'decision_sign'],
    on: (meant, kind, draft) => meant.placed(kind, draft),
    also: (meant, kind, draft) => viewing(meant.linked(kind, draft)),
    args: [['kind', kind], ['draft', contentDraft], ['save', saveOptions.optional()], signature],
  }),
  saveContent: command<
    (kind: ContentKind, ref: string, change: ContentChange, save?: SaveOptions, signature?: Signature) => Promise<Saved>
  >({
    about: 'Makes a new revision live. Refused with `conflict` when live is not `save.baseHash` any more.',
    effect: 'changes',
    verb: 'edit',
    resource: 'content',
    audit: ['revision_create', 'decision_sign'],
    on: (meant, kind, ref) => meant.content(kind, ref),
    also: (meant, kind, _ref, change) => viewing(meant.linked(kind, change)),
    args: [['kind', kind], ['ref', text], ['change', contentChange], ['save', saveOptions.optional()], signature],
  }),
  deleteContent: command<(kind: ContentKind, ref: string, signature?: Signature) => Promise<void>>({
    about:
      'Deletes a resource; its revisions stay, and its pending proposals are superseded. Refused with `conflict` while it is used.',
    effect: 'changes',
    verb: 'delete',
    resource: 'content',
    audit: ['prompt_delete', 'personality_delete', 'skill_delete', 'proposal_supersede', 'decision_sign'],
    on: (meant, kind, ref) => meant.content(kind, ref),
    args: [['kind', kind], ['ref', text], signature],
  }),
  contentDetail: command<(kind: ContentKind, ref: string) => Promise<ContentDetail>>({
    about: 'A resource with its content, its document and what refers to it.',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: (meant, kind, ref) => meant.content(kind, ref),
    args: [
      ['kind', kind],
      ['ref', text],
    ],
  }),
  attachPrompt: command<
    (personality: string, prompt: string, position?: number, signature?: Signature) => Promise<Saved>
  >({
    about:
      'Binds a prompt to a personality. `position` from 0, last unless told; a prompt that is bound already is moved only ' +
      'when it is given.',
    effect: 'changes',
    verb: 'edit',
    resource: 'content',
    audit: ['revision_create', 'decision_sign'],
    on: (meant, personality) => meant.content('personality', personality),
    also: (meant, _personality, prompt) => viewing(meant.content('prompt', prompt)),
    args: [['personality', text], ['prompt', text], ['position', count.optional()], signature],
  }),
  detachPrompt: command<(personality: string, prompt: string, signature?: Signature) => Promise<Saved>>({
    about: 'Takes a prompt out of a personality.',
    effect: 'changes',
    verb: 'edit',
    resource: 'content',
    audit: ['revision_create', 'decision_sign'],
    on: (meant, personality) => meant.content('personality', personality),
    args: [['personality', text], ['prompt', text], signature],
  }),
  bindChoices: command<(personality: string) => Promise<readonly BindChoice[]>>({
    about: 'Prompts that a personality binds or may bind, and why it may not bind the others.',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: (meant, personality) => meant.content('personality', personality),
    args: [['personality', text]],
  }),
  compose: command<(target: ComposeTarget) => Promise<Composition>>({
    about: 'Exactly what a session of that project, agent and personality is sent.',
    effect: 'reads',
    verb: 'view',
    resource: 'content',
    audit: [],
    on: (meant, target) => meant.composed(target),
    args: [['target', composeTarget]],
  }),
};
