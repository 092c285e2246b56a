/** Where the operator stands in Prompts. */
import { newList, type ListState } from '../../list.ts';

export type PromptsState = ListState;

export const newPrompts: PromptsState = newList;
