/** Where the operator stands in Personalities. */
import { newList, type ListState } from '../../list.ts';

export type PersonalitiesState = ListState;

export const newPersonalities: PersonalitiesState = newList;
