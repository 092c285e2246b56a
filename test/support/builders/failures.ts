/** Failures in words, as operators meet them. */
import type { FailureView } from '../../../src/engine/index.ts';
import { failureWords, type FailureWords } from '../../../src/engine/instances/failure-words.ts';
import type { StartOutcome } from '../../../src/engine/ports.ts';
import type { Failure } from '../../../src/store/schema/failure.ts';

/** Of `fs-1`, an instance of `fs`. */
export function told(failure: Failure): FailureWords {
  return failureWords(failure, { instance: 'fs-1', server: 'fs' });
}

/** The outcome of a start with its failure in words. */
export function toldOutcome(outcome: StartOutcome): object {
  return outcome.ok ? outcome : { ...outcome, failure: told(outcome.failure) };
}

export function aFailure(facts: Failure): FailureView {
  return { ...told(facts), facts };
}
