/** Journals which revision of a prompt or skill a session has read. */
import type { JsonObject } from '../../../kernel/json.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { SessionInfo } from '../../../mcp/types/session.ts';
import type { Prompt } from '../../../store/schema/content.ts';
import type { Shape } from '../../../store/schema/index.ts';
import type { Database } from '../../../store/types.ts';
import { actorOf } from '../../access/actor.ts';
import type { Causes } from '../causes.ts';
import { refOf } from '../refs.ts';
import type { ContentRow } from '../rows.ts';

export interface RecordReadParts {
  readonly db: Pick<Database<Shape>, 'record'>;
  readonly causes: Causes;
  readonly logger: Logger;
}

/** By whom, which event made it, and what it had of servers: told later, so that reading never waits. */
export function recordRead(
  { db, causes, logger }: RecordReadParts,
  session: SessionInfo,
  row: ContentRow | Prompt,
  kind: 'prompt' | 'skill',
  links?: readonly JsonObject[],
): void {
  const target = `${kind}/${refOf(row, row.name)}`;
  const { id, semver, hash } = row.current;
  causes
    .ofRevision(id, target)
    .then((cause) =>
      db.record({
        kind: 'content_read',
        actor: actorOf(session),
        target,
        outcome: 'ok',
        session: session.id,
        message: semver,
        ...(cause === undefined ? {} : { cause }),
        detail: { revision: id, hash, ...(links === undefined ? {} : { links }) },
      }),
    )
    .catch((error: unknown) => logger.warn({ err: error }, 'a read is not in the audit log'));
}
