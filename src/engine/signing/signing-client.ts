/** Signs, on the side of who decides, what a project demands to be signed: the key never leaves the process that has it. */
import { McptuiError } from '../../kernel/errors.ts';
import type { Json } from '../../kernel/json.ts';
import { commandsByName } from '../commands/by-name.ts';
import type { EngineCommands } from '../commands/table/index.ts';
import type { Engine } from '../engine-api.ts';
import type { Approved, DecisionDraft } from './document.ts';
import type { OpenKey } from './key-file.ts';
import { isSignable, signableArguments } from './signable-names.ts';

/** Opens a key for a decision that has to be signed: by asking for its passphrase, or because it is open already. */
export type KeyFor = (draft: DecisionDraft) => Promise<OpenKey>;

/** A signature was added, and others are still missing: nothing failed, and nothing has changed yet. */
export class StillWaiting extends Error {
  override readonly name = 'StillWaiting';
  readonly approved: Approved;

  constructor({ kind, subject }: DecisionDraft, approved: Approved) {
    const { have, need, signers } = approved;
    super(`${kind} ${subject} is signed: ${have} of ${need} approvals, by ${signers.join(', ')}`);
    this.approved = approved;
  }
}

type Run = (...args: readonly unknown[]) => Promise<unknown>;

export function signingCommands(commands: EngineCommands, keyFor: KeyFor): EngineCommands {
  return commandsByName(async (name, args) => {
    const run = commands[name] as unknown as Run;
    if (!isSignable(name)) return run(...args);
    const count = signableArguments[name];
    if (args[count] !== undefined) return run(...args);
    const given = Array.from({ length: count }, (_, index) => args[index]);
    const draft = await demandedOf(commands, name, given);
    if (draft === null) return run(...args);
    const key = await keyFor(draft);
    const mine = new Set([...draft.signers, key.subject]).size;
    // Typing a passphrase takes a while: time and head are those of the moment of signing.
    const fresh = (await demandedOf(commands, name, given)) ?? draft;
    if (fresh.hash !== draft.hash) {
      throw new McptuiError('conflict', `${draft.kind} ${draft.subject} has changed since it was shown`);
    }
    const signature = key.sign(fresh);
    if (mine >= draft.need) return run(...given, signature);
    throw new StillWaiting(draft, await commands.signDecision(name, given.map(asJson), signature));
  });
}

/** The same engine, whose commands are signed where that is demanded. */
export function signing(engine: Engine, keyFor: KeyFor): Engine {
  return {
    commands: signingCommands(engine.commands, keyFor),
    view: () => engine.view(),
    subscribe: (listener) => engine.subscribe(listener),
    onEvents: (listener) => engine.onEvents(listener),
    onLink: (listener) => engine.onLink(listener),
    close: () => engine.close(),
  };
}

/** An engine of an earlier version demands none. */
async function demandedOf(
  commands: EngineCommands,
  name: Parameters<EngineCommands['decisionDraft']>[0],
  given: readonly unknown[],
): Promise<DecisionDraft | null> {
  try {
    // Over a channel, null arrives as nothing.
    const draft = (await commands.decisionDraft(name, given.map(asJson))) as DecisionDraft | null | undefined;
    return draft ?? null;
  } catch (error) {
    if (error instanceof McptuiError && error.code === 'not-found' && error.message.includes('decisionDraft'))
      return null;
    throw error;
  }
}

const asJson = (value: unknown): Json => (value === undefined ? null : (value as Json));
