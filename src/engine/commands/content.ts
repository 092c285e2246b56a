/** Handles the commands on prompts, personalities and skills. */
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { ContentKind, PersonalityContent } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import { bindChoices, withBinding, withoutBinding } from '../content/bindings.ts';
import type { ContentChange, ContentDraft, SaveOptions } from '../content/changes.ts';
import { composeFor } from '../content/composing.ts';
import { contentDetail } from '../content/details.ts';
import { fromDocument } from '../content/document.ts';
import { placeOf } from '../content/draft-place.ts';
import type { Links } from '../content/links/links.ts';
import { kindRef } from '../content/refs.ts';
import { removeContent } from '../content/remove.ts';
import { rowNamed, rowsOf, type ContentRow } from '../content/rows.ts';
import { saveContent } from '../content/save.ts';
import type { Saved } from '../content/types.ts';
import type { contentEntries } from './table/content.ts';
import type { CommandsOf } from './table/entry.ts';

export interface Announcer {
  /** Something that agents or consoles see has changed. */
  readonly contentChanged: () => void;
}

export interface ContentParts extends Announcer {
  /** `operator:ann` */
  readonly actor: string;
  readonly clock: Clock;
  readonly db: Database<Shape>;
  readonly ids: Ids;
  readonly links: Pick<Links, 'stateOf' | 'tokensOf' | 'atBegin'>;
}

/** Waits for a change, then tells of it; one that fails changed nothing. */
export function announcing({ contentChanged }: Announcer): <T>(work: Promise<T>) => Promise<T> {
  return async (work) => {
    const result = await work;
    contentChanged();
    return result;
  };
}

export function contentCommands(parts: ContentParts): CommandsOf<typeof contentEntries> {
  const { db, actor } = parts;
  const changing = announcing(parts);

  function save(kind: ContentKind, ref: string, change: (live: ContentRow) => unknown, options: SaveOptions = {}) {
    return changing(
      db.transact((tx): Saved => {
        const live = rowNamed(tx, kind, ref);
        const content = change(live);
        return saveContent(tx, parts, { kind, live, place: live, name: live.name, content, author: actor, options });
      }),
    );
  }

  function create(kind: ContentKind, draft: ContentDraft, options: SaveOptions = {}): Promise<Saved> {
    return changing(
      db.transact((tx): Saved => {
        const place = placeOf(tx, kind, draft);
        const ref = kindRef(kind, { ...place, name: draft.name, id: '' });
        if (rowsOf(tx, kind).some((row) => kindRef(kind, row) === ref)) {
          throw new McptuiError('conflict', `${kind} ${ref} exists`, { hint: `mcptui edit ${kind} ${ref}` });
        }
        const content = draft.content ?? fromDocument(kind, draft.text ?? '');
        return saveContent(tx, parts, {
          kind,
          live: undefined,
          place,
          name: draft.name,
          content,
          author: actor,
          options,
        });
      }),
    );
  }

  const prompt = (ref: string): string => {
    const row = rowNamed(db, 'prompt', ref);
    return kindRef('prompt', row);
  };
  const bindings = (row: ContentRow): PersonalityContent => row.content as PersonalityContent;

  return {
    createContent: create,
    saveContent: (kind, ref, change, options) => save(kind, ref, (live) => changed(kind, live, change), options),
    deleteContent: (kind, ref) =>
      changing(db.transact((tx) => removeContent(tx, parts, kind, rowNamed(tx, kind, ref)))),
    contentDetail: async (kind, ref) => contentDetail(db, kind, ref, parts.links),

    attachPrompt: async (personality, ref, position) =>
      save('personality', personality, (row) => ({
        ...bindings(row),
        prompts: withBinding(bindings(row).prompts, prompt(ref), position),
      })),
    detachPrompt: async (personality, ref) =>
      save('personality', personality, (row) => ({
        ...bindings(row),
        prompts: withoutBinding(bindings(row).prompts, prompt(ref)),
      })),
    bindChoices: async (personality) => bindChoices(db, rowNamed(db, 'personality', personality)),
    compose: async (target) => composeFor(db, target, 'all', (text, row) => parts.links.atBegin(text, row)),
  };
}

function changed(kind: ContentKind, live: ContentRow, change: ContentChange): unknown {
  return 'text' in change ? fromDocument(kind, change.text, live.content) : change.content;
}
