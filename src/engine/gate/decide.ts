/** Chooses what a session gets when its gate opens: prompts in full within the budget, others by name, and tools. Pure. */
import {
  MAX_CHOICES,
  MAX_CHOSEN_TOOLS,
  type GateChoice,
  type GateDecision,
  type GateSettings,
} from '../../store/schema/gate.ts';
import { ALWAYS, chooseWithinBudget } from '../selection/choose.ts';
import type { Match, Reason } from '../selection/types.ts';

/** A prompt that the session may be given. */
export interface Eligible {
  readonly ref: string;
  readonly semver: string;
  readonly hash: string;
  readonly priority: number;
  readonly tokens: number;
}

export interface DecideInput {
  readonly by: GateDecision['by'];
  readonly at: number;
  readonly asked: GateDecision['asked'];
  readonly prompts: readonly Eligible[];
  /** Best first. */
  readonly matches: readonly Match[];
  /** References that a model has chosen, in its order: then those are given, and other matches are named. */
  readonly chosen?: readonly string[];
  /** References that the session has been given in full, or was told at its begin. */
  readonly given: ReadonlySet<string>;
  /** Names of the tools that fit, best first. */
  readonly found: readonly string[];
  /** Of tools that are never hidden. */
  readonly always: readonly string[];
  readonly toolsOf: number;
  readonly settings: Pick<GateSettings, 'promptTokens' | 'tools'>;
  readonly selection: GateDecision['selection'];
}

const MAX_WHY = 300;
/** Prompts in full, whatever their priority, and their tokens: what is over is named. */
const MAX_FULL = 64;
const MAX_FULL_TOKENS = 100_000;
const MAX_NAMED = MAX_CHOICES - MAX_FULL;

export function decide(input: DecideInput): GateDecision {
  const { by, at, asked, prompts, found, always, toolsOf, settings, selection } = input;
  const choices = choicesOf(input);
  const isAll = settings.tools === 'all' || by === 'operator';
  const names = [...new Set([...always, ...found])].slice(0, MAX_CHOSEN_TOOLS);
  return {
    by,
    at,
    asked,
    prompts: choices,
    promptsOf: prompts.length,
    tools: { names, isAll, of: toolsOf },
    tokens: choices.reduce((sum, { tokens, isFull }) => sum + (isFull ? tokens : 0), 0),
    selection,
  };
}

/** Those of priority 10 first, which are given whatever they cost; then the best that fit, and the rest by name. */
function choicesOf({ prompts, matches, chosen, given, settings }: DecideInput): GateChoice[] {
  const byRef = new Map(prompts.map((prompt) => [prompt.ref, prompt]));
  const matchOf = new Map(matches.map((match) => [match.ref, match]));
  const always = prompts.filter(({ priority }) => priority >= ALWAYS);
  const rowsOf = (refs: readonly string[]): readonly Eligible[] => refs.flatMap((ref) => byRef.get(ref) ?? []);
  const isNew = ({ ref }: Eligible): boolean => !given.has(ref);
  const matched = matches.map(({ ref }) => ref);
  const wanted = [...new Set([...always, ...rowsOf(chosen ?? matched)])].filter(isNew);
  const { full, index } = chooseWithinBudget(wanted, settings.promptTokens);
  const named = [...new Set([...index, ...(chosen === undefined ? [] : rowsOf(matched))])];
  const whole = new Set(withinBounds(full));
  const choice = ({ ref, semver, hash, tokens }: Eligible, isFull: boolean): GateChoice => {
    const match = matchOf.get(ref);
    const reasons = [
      ...(chosen?.includes(ref) === true ? ['model'] : []),
      ...(match === undefined ? [] : [whyWords(match.why)]),
    ];
    const why = reasons.length === 0 ? `priority ${ALWAYS}` : reasons.join(' · ');
    return { ref, semver, hash, score: round(match?.score ?? 0), why: why.slice(0, MAX_WHY), tokens, isFull };
  };
  const rest = [...full, ...named].filter((one) => !whole.has(one) && isNew(one));
  return [
    ...[...whole].map((one) => choice(one, true)),
    ...[...new Set(rest)].slice(0, MAX_NAMED).map((one) => choice(one, false)),
  ];
}

function withinBounds(full: readonly Eligible[]): readonly Eligible[] {
  let left = MAX_FULL_TOKENS;
  return full.slice(0, MAX_FULL).filter(({ tokens }) => {
    if (tokens > left) return false;
    left -= tokens;
    return true;
  });
}

function whyWords(why: readonly Reason[]): string {
  const text = why.map(({ field, term }) => `${field} ${term}`).join(' · ');
  return text.length > MAX_WHY ? `${text.slice(0, MAX_WHY - 1)}…` : text;
}

function round(score: number): number {
  return Math.round(score * 100) / 100;
}
