/** Makes jobs for an editor of the engine's documents: what is live, and what becomes of a save. */
import type { ContentKind, ContentView, EngineCommands, Saved } from '../../../engine/index.ts';
import { McptuiError } from '../../../kernel/errors.ts';
import type { Ui, Said } from '../../kit/ui.ts';
import { nextVersion, type Bump } from '../../../text/versions.ts';
import { undoDeletion, undoRevisions } from '../../kit/undo-revision.ts';
import type { EditJob } from './edit-content.ts';
import { type SaveChoice, bumps } from '../../state/save-choice.ts';

/** Where a new document belongs, and the text it begins with. */
export interface NewContent {
  readonly kind: ContentKind;
  readonly ref: string;
  readonly template: string;
}

/** @throws McptuiError `unavailable` until the engine is there */
export function commandsOf(ui: Ui): EngineCommands {
  if (ui.commands === undefined) throw new McptuiError('unavailable', 'the engine is still starting');
  return ui.commands;
}

/** `saved` as a notice that `z` can take back. */
export function saidOfSave(kind: ContentKind, { ref, semver, revisionId }: Saved, did = 'saved'): Said {
  if (revisionId === undefined) return ['info', `${ref}: the content is the same, nothing was recorded`];
  return [
    'ok',
    `${ref} ${semver} ${did}`,
    undoRevisions([{ kind, ref, semver, revisionId }], {
      label: `${ref} ${semver}`,
      said: `${ref}: ${semver} is taken back`,
      again: `${ref}: the content of ${semver} is live again`,
    }),
  ];
}

/** Deletes it; its history stays, so that `z` brings it back. */
export function deleteContent(ui: Ui, kind: ContentKind, { ref, semver }: ContentView): void {
  ui.run(
    `deleting ${ref} …`,
    () => ['ok', `${kind} ${ref} is deleted`, undoDeletion(kind, ref, semver)],
    (commands) => commands.deleteContent(kind, ref),
  );
}

/** How a choice is told to the engine. */
export function saveOptions({ bump, note }: SaveChoice): { bump: SaveChoice['bump']; note?: string } {
  return { bump, ...(note === '' ? {} : { note }) };
}

/** Lists the version that each bump would make. */
function versionsAfter(semver: string): Readonly<Record<Bump, string>> {
  const [patch, minor, major] = bumps.map((bump) => nextVersion(semver, bump));
  return { patch: patch ?? '', minor: minor ?? '', major: major ?? '' };
}

/**
 * The live document; `saved` is called once it went well.
 * @throws McptuiError `not-found`, `unavailable`
 */
export async function contentJob(
  ui: Ui,
  kind: ContentKind,
  ref: string,
  choice: SaveChoice,
  saved: () => void,
): Promise<EditJob> {
  const { view, text } = await commandsOf(ui).contentDetail(kind, ref);
  return {
    title: `${kind} ${ref}`,
    fileName: `${kind}-${view.name}.md`,
    text,
    choice,
    versions: versionsAfter(view.semver),
    diff: (next) => commandsOf(ui).diffText(kind, ref, next),
    async save(next, how) {
      const options = { ...saveOptions(how), baseHash: view.hash };
      const answer = await commandsOf(ui).saveContent(kind, ref, { text: next }, options);
      saved();
      return saidOfSave(kind, answer);
    },
    renew: () => contentJob(ui, kind, ref, choice, saved),
  };
}

/** A document that is not there yet; `created` is called once it is. */
export function newContentJob(
  ui: Ui,
  { kind, ref, template }: NewContent,
  choice: SaveChoice,
  created: () => void,
): EditJob {
  const { name, ...place } = placeOf(kind, ref);
  const job: EditJob = {
    title: `new ${kind} ${ref}`,
    fileName: `${kind}-${name}.md`,
    text: template,
    choice,
    async save(text, { note }) {
      const draft = { name, ...place, text };
      const saved = await commandsOf(ui).createContent(kind, draft, note === '' ? {} : { note });
      created();
      return saidOfSave(kind, saved, 'created');
    },
    renew: () => Promise.resolve(job),
  };
  return job;
}

/** `project:ops/deploy` → name and project; `reviewer/careful` → name and agent of a personality. */
function placeOf(
  kind: ContentKind,
  ref: string,
): { readonly name: string; readonly project?: string; readonly agent?: string } {
  const slash = ref.indexOf('/');
  if (slash === -1) return { name: ref };
  const name = ref.slice(slash + 1);
  const owner = ref.slice(0, slash);
  if (kind === 'personality') return { name, agent: owner };
  const [scope, of = ''] = owner.split(':', 2);
  return scope === 'agent' ? { name, agent: of } : { name, project: of };
}
