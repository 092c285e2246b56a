/** Keys of Inbox. */
import type { Binding } from '../../keymap.ts';

export const inboxKeymap: readonly Binding[] = [];
