/** Keys of Personas. */
import type { Binding } from '../../keymap.ts';

export const personalitiesKeymap: readonly Binding[] = [];
