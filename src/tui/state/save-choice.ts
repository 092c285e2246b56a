/** Holds how the next save of a document becomes a revision. */
import type { Bump } from '../../text/versions.ts';

export const bumps: readonly Bump[] = ['patch', 'minor', 'major'];

export interface SaveChoice {
  readonly bump: Bump;
  readonly note: string;
}

export const plainSave: SaveChoice = { bump: 'patch', note: '' };

export function nextBump(bump: Bump): Bump {
  return bumps[(bumps.indexOf(bump) + 1) % bumps.length] ?? 'patch';
}
