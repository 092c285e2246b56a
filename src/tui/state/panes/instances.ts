/** Holds where the operator stands in Instances and in the detail of one. */
import type { InstanceDetail, LogLine } from '../../../engine/index.ts';
import type { Viewport } from '../viewport.ts';

export const detailTabs = ['Events', 'Spec', 'Env', 'Tools', 'Logs', 'Raw'] as const;
export type DetailTab = (typeof detailTabs)[number];

export interface InstancesState {
  /** Undefined until the operator touched the list: then the first row, the worst one, is meant. */
  readonly selected: string | undefined;
  readonly top: number;
  readonly filter: string;
  readonly problemsOnly: boolean;
}

export const newInstances: InstancesState = {
  selected: undefined,
  top: 0,
  filter: '',
  problemsOnly: false,
};

export interface DetailState extends Viewport {
  readonly tab: DetailTab;
  /** The instance that `data`, `logs` and `error` are about. */
  readonly of: string | undefined;
  readonly data: InstanceDetail | undefined;
  readonly logs: readonly LogLine[] | undefined;
  readonly error: string | undefined;
}

export const newDetail: DetailState = {
  tab: 'Events',
  top: 0,
  left: 0,
  of: undefined,
  data: undefined,
  logs: undefined,
  error: undefined,
};
