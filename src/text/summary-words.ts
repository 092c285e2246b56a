/** Says where a prompt's summary is from, and how far models are with summing prompts up. Pure. */
import type { DigestProgress, PromptView } from '../engine/index.ts';
import { count } from './format.ts';

/** `by model small`, `its first words: model small: its summary is missing`; "" of its own. */
export function summarySource({ summaryBy, summaryModel, summaryWhy }: PromptView): string {
  if (summaryBy === 'model') return `by model ${summaryModel ?? '?'}`;
  if (summaryBy !== 'rules') return '';
  return summaryWhy === undefined ? 'its first words' : `its first words: ${summaryWhy}`;
}

/** `summed up 12 of 80 · 3 failed: why`; undefined when all is done, or nothing is to be. */
export function progressWords(progress: DigestProgress | undefined): string | undefined {
  if (progress === undefined) return undefined;
  const { done, of, failed, why, waits } = progress;
  if (done === of) return undefined;
  const failing = failed === 0 ? '' : ` · ${count(failed)} failed${why === undefined ? '' : `: ${why}`}`;
  return `summed up ${count(done)} of ${count(of)}${failing}${waits === undefined ? '' : ` · waits: ${waits}`}`;
}
