/** Describes how arguments of commands are understood as the things that rights are for. */
import type { ContentKind } from '../../store/schema/content.ts';
import type { AuditEvent } from '../../store/types.ts';
import type { DocumentKind } from '../apply/kind-names.ts';
import type { ComposeTarget, ContentChange, ContentDraft } from '../content/changes.ts';
import type { AccessVerb, Need } from './need.ts';

/** A thing as rights name it, without what is to be done to it. */
export type Thing = Omit<Need, 'verb'>;

/** Where a prompt, personality or skill is, or is to be. */
export interface PlacedName {
  readonly name: string;
  readonly project?: string | undefined;
  readonly agent?: string | undefined;
}

/** Fields or a document. */
type WithContent = ContentChange | Pick<ContentDraft, 'content' | 'text'>;

/**
 * What an argument that nothing has means stays a name of that kind: who has no right to the kind learns nothing. Where several
 * things are answered, the first is the thing itself and the others are what it belongs to.
 */
export interface Meant {
  /** One that is to be made; "" is no name. Default project: `default`. */
  made(kind: 'server' | 'agent', name: unknown, project: unknown): Thing;
  server(name: string): Thing;
  /** The server, or the model, of an instance, by the instance's id or name, or by the server's or the model's own. */
  instance(name: string): Thing;
  /** What is run for a model is of the kind of servers: whoever may say what runs may run anything. */
  model(name: string, isRun: boolean): readonly Thing[];
  /** Whether the engine runs this model. */
  isRun(name: string): boolean;
  project(name: string): Thing;
  agent(name: string): Thing;
  session(id: string): Thing;
  content(kind: ContentKind, ref: string): readonly Thing[];
  placed(kind: ContentKind, place: PlacedName): readonly Thing[];
  /** The prompts, and the servers of the resources, that a content links. */
  linked(kind: ContentKind, change: WithContent): readonly Thing[];
  /** The same of a proposal, or of the document that stands for what it proposes. */
  linkedBy(proposal: string, text: string | undefined): readonly Thing[];
  composed(target: ComposeTarget): readonly Thing[];
  /** What a proposal would change. */
  proposal(id: string): readonly Thing[];
  proposalItself(id: string): Thing;
  /** What a revision is of. */
  revision(id: string): readonly Thing[];
  /** The role that a binding gives. */
  binding(id: string): Thing;
  tool(server: string, tool: string): readonly Thing[];
  event(event: AuditEvent): Thing;
  /** What a document of that kind and reference is of. */
  document(of: { readonly kind: DocumentKind; readonly ref: string }): readonly Thing[];
}

/** Making or deleting a thing of a project or agent is an edit of that. */
const onOwner: Partial<Record<AccessVerb, AccessVerb>> = { create: 'edit', delete: 'edit' };

/** The first is the thing, the others what it belongs to. */
export function needsOn(verb: AccessVerb, things: readonly Thing[]): readonly Need[] {
  return things.map((thing, index) => ({ verb: index === 0 ? verb : (onOwner[verb] ?? verb), ...thing }));
}

export function viewing(things: readonly Thing[]): readonly Need[] {
  return needsOn('view', things);
}
