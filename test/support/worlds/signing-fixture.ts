/** Answers the commands on keys and signatures in memory: nothing has to be signed unless `demand` says what. */
import type { DecisionDraft, EngineCommands } from '../../../src/engine/index.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';

type SigningCommands = Pick<
  EngineCommands,
  'operatorKeys' | 'registerKey' | 'revokeKey' | 'decisionDraft' | 'signDecision'
>;

export interface SigningFixture {
  /** What has to be signed for a command. */
  demand?: (name: string, args: readonly unknown[]) => DecisionDraft | null;
}

export function signingFixture(fixture: SigningFixture, ask: (line: string) => Promise<void>): SigningCommands {
  const none = (name: string): never => {
    throw new McptuiError('not-found', `no key ${name}`);
  };
  return {
    operatorKeys: () => Promise.resolve([]),
    registerKey: async ({ name }) => none(name),
    revokeKey: async (name) => none(name),
    decisionDraft: (name, args) => Promise.resolve(fixture.demand?.(name, args) ?? null),
    async signDecision(name, args) {
      await ask(`signDecision ${name}`);
      const { have = 0, need = 1, signers = [] } = fixture.demand?.(name, args) ?? {};
      return { have: have + 1, need, signers };
    },
  };
}
