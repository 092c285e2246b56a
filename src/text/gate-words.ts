/** Says why a session sees what it sees: the state of its gate, and each decision that opened or widened it. Pure. */
import type { GateDecision, GateReport, GateSavings, GateView, PageSavings } from '../engine/index.ts';
import { decisionWords } from '../engine/index.ts';
import { count, duration } from './format.ts';

/** `-`: its project has no gate. */
export function gateWord(gate: GateView | undefined): 'open' | 'gated' | '-' {
  return gate?.state ?? '-';
}

/** A label and its text; a text of several lines has one pair each, the later ones without a label. */
export type GateLine = readonly [label: string, text: string];

/** Named prompts of one decision that are shown in full length. */
const MAX_NAMED = 20;
const MAX_TOOLS = 40;

export function gateLines(report: GateReport): readonly GateLine[] {
  const { gate, decisions, savings, pages } = report;
  const ofPages: readonly GateLine[] = pages === undefined ? [] : [['pages', pagesWords(pages)]];
  if (decisions.length === 0) {
    const how =
      gate === undefined
        ? `project ${report.project} is not gated: the session sees all of it`
        : 'the session has neither called begin_session nor a tool yet';
    return [['gate', gate?.state === 'gated' ? `gated: ${how}` : how], ...ofPages];
  }
  const lines = decisions.flatMap((decision, index): readonly GateLine[] => [
    ...(index === 0 ? [] : [['', ''] as const]),
    ...linesOf(decision),
  ]);
  const ofTokens: readonly GateLine[] = savings === undefined ? [] : [['tokens', savingsWords(savings)]];
  const saved = [...ofTokens, ...ofPages];
  return saved.length === 0 ? lines : [...lines, ['', ''], ...saved];
}

/** `3 long answers in 7 pages · ≈81,000 tokens withheld`. */
function pagesWords({ answers, pages, withheldTokens }: PageSavings): string {
  const long = answers === 1 ? '1 long answer' : `${count(answers)} long answers`;
  return `${long} in ${count(pages)} ${pages === 1 ? 'page' : 'pages'} · ≈${count(withheldTokens)} tokens withheld`;
}

/** `≈1,200 of ≈58,000 of tools are listed · ≈2,140 of prompts given`. */
function savingsWords({ listedTokens, allTokens, promptTokens }: GateSavings): string {
  return `≈${count(listedTokens)} of ≈${count(allTokens)} of tools are listed · ≈${count(promptTokens)} of prompts given`;
}

function linesOf(decision: GateDecision): readonly GateLine[] {
  const { at, asked, prompts, promptsOf, tools, tokens, selection } = decision;
  const full = prompts.filter(({ isFull }) => isFull);
  const named = prompts.filter(({ isFull }) => !isFull);
  const left = promptsOf - prompts.length;
  return [
    ['at', new Date(at).toISOString()],
    ['gate', decisionWords(decision)],
    ...(asked.description === undefined ? [] : [['asked', `"${asked.description.replace(/\s+/g, ' ')}"`] as const]),
    ...(asked.tags.length === 0 ? [] : [['tags', asked.tags.join(', ')] as const]),
    ['chosen', selectionWords(selection)],
    ['given', `${full.length} of ${promptsOf} prompts in full, ≈${count(tokens)} tokens`],
    ...full.map(({ ref, semver, score, why }): GateLine => ['', `${ref} ${semver} · score ${score} · ${why}`]),
    ...(named.length === 0 ? [] : [['named', `${named.length} more that match, by name`] as const]),
    ...named.slice(0, MAX_NAMED).map(({ ref, score, why }): GateLine => ['', `${ref} · score ${score} · ${why}`]),
    ...(named.length > MAX_NAMED ? [['', `and ${named.length - MAX_NAMED} more`] as const] : []),
    ['left out', left === 1 ? '1 prompt that does not match' : `${left} prompts that do not match`],
    ['tools', `${tools.isAll ? tools.of : tools.names.length} of ${tools.of} are listed`],
    ...(tools.names.length === 0 ? [] : [['', toolNames(tools.names)] as const]),
  ];
}

/** `by tags in 2 ms`, `by model small-1 in 640 ms`, `by tags in 4000 ms: the model was late`. */
function selectionWords({ by, model, ms, fallback }: GateDecision['selection']): string {
  if (by === 'operator') return 'by an operator: all';
  const who = model === undefined ? by : `${by} ${model}`;
  return `by ${who} in ${duration(ms)}${fallback === undefined ? '' : `: ${fallback}`}`;
}

function toolNames(names: readonly string[]): string {
  const more = names.length > MAX_TOOLS ? `, and ${names.length - MAX_TOOLS} more` : '';
  return `best: ${names.slice(0, MAX_TOOLS).join(', ')}${more}`;
}
