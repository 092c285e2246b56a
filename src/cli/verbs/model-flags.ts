/** Names the flags of models, and reads their values. */
import { InvalidArgumentError, Option, type Command } from 'commander';
import { wholeReferenceIn, type SecretReference } from '../../kernel/secret-reference.ts';
import { duration, wholeNumber } from '../flag-values.ts';

export interface ModelFlags {
  readonly url?: string;
  readonly model?: string;
  readonly tier: 'fast' | 'heavy' | 'both';
  readonly key?: SecretReference;
  readonly timeout?: number;
  readonly dailyTokens?: number;
  readonly allowPrivate?: boolean;
  readonly warm?: 'need' | 'always';
  readonly idle?: number;
}

export function withModelFlags(command: Command, isNew: boolean): Command {
  const tier = new Option('--tier <tier>', 'quick and small, slow and good, or both').choices([
    'fast',
    'heavy',
    'both',
  ]);
  return command
    .option('--model <name>', 'as its API calls it; a managed one may do without')
    .addOption(isNew ? tier.default('both') : tier)
    .option('--url <url>', 'where it answers; default: where its kind usually does')
    .option('--key <secret>', 'secret:BACKEND/NAME', secretRef)
    .option('--timeout <duration>', 'most time of one answer; 30s', duration)
    .option('--daily-tokens <n>', 'of a day; then the rules answer', wholeNumber)
    .option('--allow-private', 'at a private address that is not this machine’s')
    .addOption(new Option('--warm <when>', 'managed: runs when needed, or always').choices(['need', 'always']))
    .option('--idle <duration>', 'managed: stops after so long without a question; 15m', duration);
}

/** @throws InvalidArgumentError for a value itself: it would stand in the shell's history */
function secretRef(text: string): ModelFlags['key'] {
  const ref = wholeReferenceIn(text);
  if (ref === undefined) throw new InvalidArgumentError('use secret:BACKEND/NAME, such as secret:file/model-key');
  return ref;
}
