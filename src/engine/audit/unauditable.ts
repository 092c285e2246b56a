/** Tells why calls could not be audited now. Pure. */
import type { StoreState } from '../../store/types.ts';

/** Undefined while the journal takes traces. */
export function unauditable(state: StoreState): string | undefined {
  if (state.kind === 'ok' || state.kind === 'degraded') return undefined;
  return `they could not be audited, which this engine requires (${state.reason})`;
}
