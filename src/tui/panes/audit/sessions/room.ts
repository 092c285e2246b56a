/** Shares out the Audit pane: the timeline alone, or with the sessions beside it, or above it where it is narrow. */
import { layoutOf, type Placed } from '../../../kit/layout.ts';
import type { UiState } from '../../../state/ui-store.ts';

export interface AuditRoom {
  /** Rows of the list of sessions without its heading; 0 while they are hidden. */
  readonly sessions: number;
  /** Columns of that list where it stands beside the timeline; 0 where it stands above it. */
  readonly beside: number;
  /** Rows of the timeline without its heading. */
  readonly timeline: number;
}

/** Where a timeline of this width still tells what happened. */
const leastTimeline = 66;
const leastBeside = 50;

export function auditRoom(state: Placed & Pick<UiState, 'audit'>): AuditRoom {
  const layout = layoutOf({ ...state, zoomed: false });
  if (state.audit.sessions === undefined) return { sessions: 0, beside: 0, timeline: layout.list };
  const { columns, body } = layout;
  const beside = Math.max(leastBeside, Math.floor(columns * 0.3));
  // Borders and headings; beside each other the timeline has its title above its heading.
  if (columns - 3 - beside >= leastTimeline) return { sessions: body - 3, beside, timeline: body - 4 };
  const both = Math.max(2, body - 5);
  const sessions = Math.max(1, Math.floor(both * 0.35));
  return { sessions, beside: 0, timeline: both - sessions };
}
