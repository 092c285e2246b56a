/** Holds where the operator stands in Secrets. */
import { newList, type ListState } from '../list.ts';

export interface SecretsState extends ListState {
  /** Only what does not resolve, or is held with its old value. */
  readonly problemsOnly: boolean;
  /** First line of the detail on screen. */
  readonly place: { readonly top: number };
  /** Grows when the engine has to ask for each again. */
  readonly asked: number;
}

export const newSecrets: SecretsState = { ...newList, problemsOnly: false, place: { top: 0 }, asked: 0 };
