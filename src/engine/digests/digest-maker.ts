/** Makes of one prompt what models make of it: a line of summary, and chapters. */
import { defined } from '../../kernel/defined.ts';
import { messageOf } from '../../kernel/errors.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { MAX_TITLE } from '../../kernel/markdown-lines.ts';
import type { Digest } from '../../store/schema/digest.ts';
import { chaptersOf, MAX_SUMMARY } from '../content/summary.ts';
import type { SystemText } from '../content/system-rules.ts';
import type { Read } from '../models/answer-lines.ts';
import type { BookOutcome } from '../models/model-book.ts';
import type { BackgroundAsker } from '../models/model-turns.ts';
import type { ModelRequest } from '../models/types.ts';
import { chaptersRequest, MAX_MADE_CHAPTERS, readChapters, readSummary, summaryRequest } from './digest-requests.ts';
import type { Wanted } from './wanted.ts';

/** What the models are told to do. */
export interface Instructions {
  readonly summary: string;
  readonly chapters: string;
}

export type Made =
  | { readonly kind: 'made'; readonly digest: Pick<Digest, 'model' | 'summary' | 'chapters' | 'failed'> }
  /** Somebody else wanted the model: later. */
  | { readonly kind: 'gave-way' }
  /** No answer, which may be the text's fault (`isLong`) or the model's. */
  | { readonly kind: 'no-answer'; readonly reason: string; readonly isLong: boolean };

export interface DigestMakerParts {
  readonly models: Pick<BackgroundAsker, 'ask'>;
  /** Known secret values are masked in what is sent, and in what comes back. */
  readonly mask: (text: string) => string;
}

export function digestInstructions(told: SystemText): Instructions {
  return {
    summary: told('prompt-summary', { maxChars: String(MAX_SUMMARY) }),
    chapters: told('prompt-chapters', { maxChapters: String(MAX_MADE_CHAPTERS), maxChars: String(MAX_TITLE) }),
  };
}

/** Never rejects. */
export async function makeDigest(
  { models, mask }: DigestMakerParts,
  wanted: Wanted,
  instructions: Instructions,
  signal: AbortSignal,
): Promise<Made> {
  try {
    const body = mask(wanted.body);
    const steps: readonly Step[] = [
      ...(wanted.summary ? [summaryStep(instructions.summary, body)] : []),
      ...(wanted.chapters ? [chaptersStep(instructions.chapters, wanted.body, body)] : []),
    ];
    let digest: { model?: string; summary?: string; chapters?: Digest['chapters']; failed?: string } = {};
    for (const step of steps) {
      if ('failed' in step) {
        digest.failed ??= step.failed;
        continue;
      }
      const outcome = await models.ask(wanted.policy, 'fast', step.request, signal);
      if (outcome === undefined) return { kind: 'gave-way' };
      if (!outcome.ok && outcome.kind !== 'garbage') return noAnswer(outcome);
      const read = outcome.ok ? step.read(outcome.outcome.answer.value) : { ok: false as const, reason: '' };
      const model = outcome.model ?? '';
      if (read.ok) digest = { ...digest, ...defined(read.value), model };
      else digest.failed ??= outcome.ok ? `model ${model}: ${read.reason}` : outcome.reason;
    }
    const { summary, failed, ...others } = digest;
    return {
      kind: 'made',
      digest: {
        ...others,
        ...(summary === undefined ? {} : { summary: mask(summary) }),
        ...(failed === undefined ? {} : { failed: mask(failed).slice(0, 500) }),
      },
    };
  } catch (error) {
    return { kind: 'made', digest: { failed: mask(messageOf(error)).slice(0, 500) } };
  }
}

type Step =
  | {
      readonly request: ModelRequest;
      readonly read: (answer: JsonObject) => Read<Pick<Digest, 'summary' | 'chapters'>>;
    }
  | { readonly failed: string };

function summaryStep(instructions: string, body: string): Step {
  return {
    request: summaryRequest(instructions, body, chaptersOf(body)),
    read(answer) {
      const read = readSummary(answer);
      return read.ok ? { ok: true, value: { summary: read.value } } : read;
    },
  };
}

/** A secret value that takes several lines would make the numbers of the lines others. */
function chaptersStep(instructions: string, own: string, masked: string): Step {
  const lines = linesOf(masked);
  if (lines.length !== linesOf(own).length)
    return { failed: 'a secret value that is known takes several of its lines' };
  return {
    request: chaptersRequest(instructions, lines),
    read(answer) {
      const read = readChapters(answer, lines.length);
      return read.ok ? { ok: true, value: { chapters: [...read.value] } } : read;
    },
  };
}

/** A line end at the text's end begins no further line. */
function linesOf(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.trimEnd());
  return text.endsWith('\n') ? lines.slice(0, -1) : lines;
}

function noAnswer({ reason, kind }: Extract<BookOutcome, { readonly ok: false }>): Made {
  return { kind: 'no-answer', reason, isLong: kind === 'late' || kind === 'refused' };
}
