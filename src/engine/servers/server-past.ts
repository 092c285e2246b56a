/** Looks into the past of a server: its revisions, and what differs between two of them. */
import type { Shape } from '../../store/schema/index.ts';
import type { Server } from '../../store/schema/server.ts';
import type { Database } from '../../store/types.ts';
import { diffTexts } from '../content/diff.ts';
import type { DiffView } from '../content/types.ts';
import { serverNamed } from './definitions.ts';
import { toServerDocument } from './server-document.ts';
import {
  formerServerId,
  revisionDefinition,
  revisionNumbered,
  revisionsOf,
  type RevisionRow,
} from './server-revisions.ts';
import { liveServer } from './update-server.ts';

/** A server that is there, or was. */
export interface ServerPast {
  readonly live: Server | undefined;
  /** Newest first; none for one from before there were revisions that nobody has edited since. */
  readonly rows: readonly RevisionRow[];
}

/** @throws McptuiError `not-found` */
export function serverPast(db: Database<Shape>, name: string): ServerPast {
  const live = liveServer(db, name);
  const serverId = live?.id ?? formerServerId(db, name) ?? serverNamed(db, name).id;
  return { live, rows: revisionsOf(db, serverId) };
}

/** Values that are not shown are marked where they differ. @throws McptuiError `not-found`, `unavailable` */
export async function diffServer(
  db: Database<Shape>,
  name: string,
  left: number | undefined,
  right: number | undefined,
): Promise<DiffView> {
  const { live, rows } = serverPast(db, name);
  const newest = rows[0]?.number ?? live?.revision ?? 1;
  const at = async (number: number): Promise<Server | undefined> => {
    if (live !== undefined && number === live.revision) return live;
    return number === 0 ? undefined : revisionDefinition(db, revisionNumbered(rows, name, number));
  };
  const to = right ?? newest;
  const from = left ?? to - 1;
  const [before, after] = [await at(from), await at(to)];
  const label = (number: number): string => (number === live?.revision ? `${number}, live` : String(number));
  return diffTexts(
    { label: from === 0 ? 'nothing' : label(from), text: before === undefined ? '' : toServerDocument(before) },
    { label: label(to), text: after === undefined ? '' : toServerDocument(after, before) },
  );
}
