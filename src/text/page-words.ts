/** Says what became of a long answer: in pages, or whole and why. Pure. */
import { count } from './format.ts';

/** From the detail of a call's trace; undefined where the answer was not long, or its project gives none in pages. */
export function pagesLine(detail: unknown): string | undefined {
  const pages = memberOf(detail, 'pages');
  const failed = memberOf(pages, 'failed');
  if (typeof failed === 'string') return `given whole: ${failed}`;
  const id = memberOf(pages, 'id');
  const [number, tokens, withheld] = ['count', 'tokens', 'withheldTokens'].map((key) => memberOf(pages, key));
  if (typeof id !== 'string' || typeof number !== 'number') return undefined;
  const [summary, noSummary] = ['summary', 'noSummary'].map((key) => memberOf(pages, key));
  const first =
    typeof summary === 'string'
      ? `a summary by model ${summary} of ${count(number)} pages given`
      : `page 1 of ${count(number)} given`;
  const why = typeof noSummary === 'string' ? ` (no summary: ${noSummary})` : '';
  const given = `${first}${why}, ≈${shown(withheld)} of ≈${shown(tokens)} tokens withheld`;
  const project = memberOf(detail, 'project');
  return `${given}: mcptui get page ${id}${typeof project === 'string' ? ` -p ${project}` : ''}`;
}

function memberOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
}

function shown(value: unknown): string {
  return typeof value === 'number' ? count(value) : '?';
}
