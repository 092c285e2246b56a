/** What holds for every command of the table, whichever channel carries it. */
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandsMarkdown } from '../../../scripts/commands-page.ts';
import { commandsByName } from '../../../src/engine/commands/by-name.ts';
import { readOnly } from '../../../src/engine/commands/read-only.ts';
import { commandNames, entryOf, isReading, type CommandName } from '../../../src/engine/commands/table/index.ts';
import { apiListener } from '../../../src/engine/host/api.ts';
import { operatorsServer } from '../../../src/engine/host/sockets.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import { HttpEndpoint } from '../../../src/mcp/downstream/http/http-endpoint.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { fixtureEngine } from '../../support/worlds/fixture-engine.ts';
import { send } from '../../support/worlds/http-client.ts';

/** Values of every type; for each argument of the table one fits and another does not. */
const values: readonly unknown[] = [
  'prompt',
  'view',
  7,
  -1.5,
  true,
  null,
  [],
  [1],
  {},
  { name: 'a' },
  { text: 'a' },
  { hash: 'a' },
  { text: 'a', onto: 'b' },
  { rules: [{ verbs: ['view'], kinds: ['*'] }] },
  { name: 'a', subject: 'user:a', publicKey: 'a', proof: 'a' },
  { key: '0'.repeat(32), at: 1, head: `1:${'0'.repeat(64)}`, value: `${'A'.repeat(86)}==` },
  'revokeKey',
  { unheardOf: 1 },
];

/** An argument that its schema takes, and those that it refuses. */
function sorted(name: CommandName, index: number): { readonly fits: unknown; readonly wrong: readonly unknown[] } {
  const schema = entryOf(name).args[index]?.[1];
  const isFit = (value: unknown): boolean => schema?.safeParse(value ?? undefined).success === true;
  return { fits: values.find(isFit), wrong: values.filter((value) => !isFit(value)) };
}

describe('the table of commands', () => {
  it('says for each what it does, what it needs and what the journal is told', () => {
    const unlike = commandNames.filter((name) => {
      const { about, effect, verb, audit } = entryOf(name);
      // A cancelled call journals itself, by its end.
      const isJournalled = effect === 'changes' && name !== 'cancelCall';
      return (
        !/^[A-Z].*\.$/s.test(about) || (verb === 'view') !== (effect === 'reads') || audit.length > 0 !== isJournalled
      );
    });
    expect(unlike).toEqual([]);
  });

  it('is what docs/commands.md says', () => {
    expect(readFileSync(new URL('../../../docs/commands.md', import.meta.url), 'utf8')).toBe(commandsMarkdown());
  });

  it('lets a read-only console use exactly the commands that read', async () => {
    const asked: string[] = [];
    const commands = commandsByName(async (name) => void asked.push(name));
    const { commands: offered } = readOnly({ ...fixtureEngine(), commands });
    for (const name of [...commandNames, 'unheardOf' as CommandName, 'toString' as CommandName]) {
      const run = offered[name] as () => Promise<unknown>;
      const outcome = await run().then(
        () => 'done',
        (error: unknown) => (error as { code?: unknown }).code,
      );
      expect([name, outcome]).toEqual([name, isReading(name) ? 'done' : 'denied']);
    }
    expect(asked).toEqual(commandNames.filter(isReading));
  });
});

describe('commands over HTTP', () => {
  let harness: Harness;
  let server: ReturnType<typeof operatorsServer>;
  let url: string;

  beforeAll(async () => {
    harness = await engineHarness();
    const parts = { agents: harness.engine.router.agents, clock: systemClock, logger: silentLogger, nonce: () => 'x' };
    server = operatorsServer(harness.engine, apiListener(harness.engine, new HttpEndpoint(parts), systemClock));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1/commands`;
  });
  afterAll(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await harness.close();
  });

  const refusal = async (name: string, args: readonly unknown[]): Promise<readonly [number, unknown]> => {
    const { status, text } = await send(`${url}/${name}`, { body: JSON.stringify(args) });
    return [status, (JSON.parse(text) as { error?: unknown }).error];
  };

  it('refuse each wrong value of each argument by its name', async () => {
    for (const name of commandNames) {
      const { args } = entryOf(name);
      for (const [index, [argument]] of args.entries()) {
        const before = args.slice(0, index).map((_, place) => sorted(name, place).fits);
        const { wrong } = sorted(name, index);
        expect([name, argument, wrong.length > 3]).toEqual([name, argument, true]);
        for (const value of wrong) {
          const message = expect.stringMatching(new RegExp(`^${name}: ${argument}[.:]`)) as string;
          const expected = [
            value,
            400,
            { code: 'invalid', message, hint: expect.stringContaining(argument) as string },
          ];
          expect([value, ...(await refusal(name, [...before, value]))]).toEqual(expected);
        }
      }
    }
  });

  it('refuse one argument too many', async () => {
    for (const name of commandNames) {
      const fitting = entryOf(name).args.map((_, place) => sorted(name, place).fits);
      expect(await refusal(name, [...fitting, 'more'])).toMatchObject([400, { code: 'invalid' }]);
    }
  });

  it('refuse an argument that is left out', async () => {
    expect(await refusal('start', [])).toEqual([
      400,
      { code: 'invalid', message: 'start: name: expected string, received undefined', hint: 'its arguments: name' },
    ]);
  });

  it('name the command that was probably meant', async () => {
    expect(await refusal('strat', ['fs'])).toEqual([
      404,
      { code: 'not-found', message: 'no command strat', hint: 'did you mean start?' },
    ]);
    expect(await refusal('constructor', [])).toMatchObject([404, { hint: 'docs/commands.md lists them all' }]);
  });
});
