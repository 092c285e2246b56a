/** Keys of Prompts. */
import type { Binding } from '../../keymap.ts';

export const promptsKeymap: readonly Binding[] = [];
