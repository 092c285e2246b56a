/** Chooses which of the matched prompts are given in full, within a budget of tokens; the others are named. Pure. */

export interface Choosable {
  readonly ref: string;
  /** 1 to 10. */
  readonly priority: number;
  /** Of its whole text, as `tokensOf` estimates them. */
  readonly tokens: number;
}

/** A prompt of this priority is given in full whatever the budget. */
export const ALWAYS = 10;

export interface Chosen<T> {
  /** Those of priority 10 first, then in the order in which they came. */
  readonly full: readonly T[];
  /** What else was there, in the order in which it came. */
  readonly index: readonly T[];
  /** Of those in full. */
  readonly tokens: number;
}

/** `matched`: best first, each once. One that does not fit leaves its room to the next smaller one. */
export function chooseWithinBudget<T extends Choosable>(matched: readonly T[], budgetTokens: number): Chosen<T> {
  const always = matched.filter(({ priority }) => priority >= ALWAYS);
  let tokens = always.reduce((sum, one) => sum + one.tokens, 0);
  const fitting: T[] = [];
  const index: T[] = [];
  for (const one of matched) {
    if (one.priority >= ALWAYS) continue;
    if (tokens + one.tokens > budgetTokens) {
      index.push(one);
      continue;
    }
    tokens += one.tokens;
    fitting.push(one);
  }
  return { full: [...always, ...fitting], index, tokens };
}
