/** Finds which of the things with a URI have changed since the last look. Rows that are the same object are not looked into. */
import { append } from '../../../kernel/append.ts';
import type { Skill } from '../../../store/schema/content.ts';
import type { Shape } from '../../../store/schema/index.ts';
import type { Database } from '../../../store/types.ts';
import { promptText } from '../rows.ts';
import { skillPaths } from '../skill-document.ts';
import { promptUri, proposalUri, skillUri } from './uris.ts';

type Kind = 'prompts' | 'skills' | 'proposals';
type Row = Shape[Kind];

export class Readable {
  readonly #db: Database<Shape>;
  readonly #rows: Readonly<Record<Kind, Map<string, Row>>> = {
    prompts: new Map(),
    skills: new Map(),
    proposals: new Map(),
  };
  readonly #compared = new Map<Kind, readonly unknown[]>();
  /** Texts of prompts with a link, which change with their target. */
  #linked = new Map<string, string>();

  constructor(db: Database<Shape>) {
    this.#db = db;
    this.changed();
  }

  /** URIs of what is new, different or gone. */
  changed(): readonly string[] {
    const uris = new Set<string>();
    for (const kind of ['prompts', 'skills', 'proposals'] as const) {
      for (const row of this.#differing(kind)) for (const uri of urisOf(kind, row)) uris.add(uri);
    }
    if (this.#linked.size > 0 || uris.size > 0) this.#compareLinked(uris);
    return [...uris];
  }

  #differing(kind: Kind): readonly Row[] {
    const records: readonly Row[] = this.#db.collection(kind).all();
    if (this.#compared.get(kind) === records) return [];
    this.#compared.set(kind, records);
    const known = this.#rows[kind];
    // As it was, too: a skill may have lost a file.
    const differing: Row[] = [];
    for (const row of records) {
      const before = known.get(row.id);
      if (before === row) continue;
      append(differing, before === undefined ? [row] : [before, row]);
      known.set(row.id, row);
    }
    if (known.size === records.length) return differing;
    const ids = new Set(records.map(({ id }) => id));
    const gone = [...known.values()].filter(({ id }) => !ids.has(id));
    for (const { id } of gone) known.delete(id);
    return [...differing, ...gone];
  }

  #compareLinked(uris: Set<string>): void {
    const prompts = this.#db.collection('prompts').all();
    const now = new Map<string, string>();
    for (const row of prompts) {
      if (row.content.link !== undefined) now.set(promptUri(row, row.name), promptText(prompts, row));
    }
    for (const [uri, text] of now) if (this.#linked.get(uri) !== text) uris.add(uri);
    this.#linked = now;
  }
}

function urisOf(kind: Kind, row: Row): readonly string[] {
  if (kind === 'proposals') return [proposalUri(row.id)];
  if (kind === 'prompts') return [promptUri(row, row.name)];
  const skill = row as Skill;
  return skillPaths(skill.content).map((path) => skillUri(skill, skill.name, path));
}
