/** Carries out what has to be signed once it is, in the name of who has signed; all else as it comes. */
import type { EngineCommands } from '../commands/table/index.ts';
import type { Principal } from '../rights/need.ts';
import type { Signature } from './document.ts';
import { signableArguments, signableNames, type SignableName } from './signable-names.ts';
import type { Signing } from './signing.ts';

type Run = (...args: readonly unknown[]) => Promise<unknown>;

/** `handlersOf` makes the handlers in the name of an actor. */
export function signedCommands(
  plain: EngineCommands,
  { signing, caller }: { readonly signing: Signing; readonly caller: Principal },
  handlersOf: (actor: string) => EngineCommands,
): EngineCommands {
  const signed = (name: SignableName): readonly [string, Run] => {
    const count = signableArguments[name];
    return [
      name,
      async (...all) => {
        const args = all.slice(0, count);
        const demanded = signing.demanded(name, args);
        if (demanded === undefined) return (plain[name] as unknown as Run)(...args);
        const { by } = await signing.accept(
          demanded,
          all[count] as Signature | undefined,
          { name, args, caller },
          true,
        );
        const answer = await (handlersOf(by)[name] as unknown as Run)(...args);
        await signing.spend(demanded);
        return answer;
      },
    ];
  };
  return { ...plain, ...Object.fromEntries(signableNames.map(signed)) };
}
