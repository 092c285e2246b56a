/** Adds the built-in projects and the engine's own prompts where they are missing. */
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database, Transaction } from '../../store/types.ts';
import { BUILT_IN_PROJECTS, SYSTEM_PROJECT } from './built-in-projects.ts';
import { rowsOf } from './rows.ts';
import { saveContent } from './save.ts';
import { builtInContent, systemPrompts, type SystemPrompt } from './system-texts.ts';

export interface BuiltInParts {
  readonly db: Database<Shape>;
  readonly clock: Clock;
  readonly ids: Ids;
}

/** Adds what is missing, in one record; writes nothing when all is there. */
export async function ensureBuiltIns(parts: BuiltInParts): Promise<void> {
  const { db } = parts;
  const projects = new Set(
    db
      .collection('projects')
      .all()
      .map((row) => row.name),
  );
  const known = new Set(systemNames(db));
  const isWhole = BUILT_IN_PROJECTS.every((name) => projects.has(name)) && known.size === names.length;
  if (!isWhole) await db.transact((tx) => addMissing(tx, parts));
}

const names = Object.keys(systemPrompts) as readonly SystemPrompt[];

function systemNames(from: Pick<Database<Shape>, 'collection'> | Transaction<Shape>): readonly string[] {
  return rowsOf(from, 'prompt')
    .filter((row) => row.project === SYSTEM_PROJECT && row.name in systemPrompts)
    .map((row) => row.name);
}

function addMissing(tx: Transaction<Shape>, { clock, ids }: BuiltInParts): void {
  const projects = tx.collection('projects');
  for (const name of BUILT_IN_PROJECTS) {
    if (projects.all().some((row) => row.name === name)) continue;
    projects.insert({ id: ids.next('prj'), name, instructions: '', gated: false, createdAt: clock.now() });
  }
  const there = new Set(systemNames(tx));
  for (const name of names.filter((candidate) => !there.has(candidate))) {
    saveContent(
      tx,
      { clock, ids },
      {
        kind: 'prompt',
        live: undefined,
        place: { scope: 'project', project: SYSTEM_PROJECT },
        name,
        content: builtInContent(name),
        author: 'engine',
        options: { note: 'built in' },
      },
    );
  }
}
