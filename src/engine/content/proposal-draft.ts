/** Lists what a queue of proposals needs, and what is filed in it. */
import type { Clock } from '../../kernel/clock.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { ContentKind } from '../../store/schema/content.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Causes } from './causes.ts';
import type { Place } from './refs.ts';

export interface ProposalParts {
  readonly db: Database<Shape>;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly causes: Causes;
  /** Whether a text holds the value of a secret that is known here. */
  readonly holdsSecret: (text: string) => boolean;
}

export interface ProposalDraft {
  readonly kind: ContentKind;
  readonly place: Place;
  readonly name: string;
  /** Not yet checked. */
  readonly content: unknown;
  readonly reason: string;
  readonly author: string;
  readonly session?: string;
}
