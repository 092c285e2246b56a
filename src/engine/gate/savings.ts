/** Estimates what a gate has saved an agent: the tools that it is listed, beside all that it would have been. Pure. */
import { tokensOf } from '../../kernel/tokens.ts';
import type { OfferedTool } from '../../mcp/types/catalog.ts';
import type { GateSavings, GateState } from './types.ts';

/** By definition, which is the same object until the server's list changes. */
const known = new WeakMap<object, number>();

/** `isAlways`: never hidden. */
export function savingsOf(
  state: GateState,
  tools: readonly OfferedTool[],
  isAlways: (name: string) => boolean,
): GateSavings {
  const open = state.kind === 'open' ? state.tools : new Set<string>();
  let listed = 0;
  let all = 0;
  for (const { name, item } of tools) {
    const tokens = tokensOfItem(item);
    all += tokens;
    if (open === 'all' || open.has(name) || isAlways(name)) listed += tokens;
  }
  const given = state.kind === 'open' ? state.decisions.reduce((sum, { tokens }) => sum + tokens, 0) : 0;
  return { listedTokens: listed, allTokens: all, promptTokens: given };
}

function tokensOfItem(item: object): number {
  let tokens = known.get(item);
  if (tokens === undefined) known.set(item, (tokens = tokensOf(JSON.stringify(item))));
  return tokens;
}
