/** Holds where the operator stands in Instances and in the detail of one. */
import type { InstanceDetail } from '../../../engine/index.ts';

export const detailTabs = ['Events', 'Spec', 'Env', 'Tools', 'Logs', 'Raw'] as const;
export type DetailTab = (typeof detailTabs)[number];

export interface InstancesState {
  /** Undefined until the operator touched the list: then the first row, the worst one, is meant. */
  readonly selected: string | undefined;
  readonly top: number;
  readonly filter: string;
  readonly problemsOnly: boolean;
  /** Ids marked for a verb that acts on several. */
  readonly marked: ReadonlySet<string>;
  /** Ids of servers whose instances are listed one by one, though all are well. */
  readonly unfolded: ReadonlySet<string>;
  /** What was typed into the form of a new server and not sent, by name of the field. */
  readonly newServer: ReadonlyMap<string, string> | undefined;
}

export const newInstances: InstancesState = {
  selected: undefined,
  top: 0,
  filter: '',
  problemsOnly: false,
  marked: new Set(),
  unfolded: new Set(),
  newServer: undefined,
};

export interface DetailState {
  /** First row on screen of the table of variables. */
  readonly top: number;
  readonly tab: DetailTab;
  /** The instance that `data` and `error` are about. */
  readonly of: string | undefined;
  readonly data: InstanceDetail | undefined;
  readonly error: string | undefined;
}

export const newDetail: DetailState = {
  tab: 'Events',
  top: 0,
  of: undefined,
  data: undefined,
  error: undefined,
};
