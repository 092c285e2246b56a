import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandNames, entryOf, type CommandName } from '../../../src/engine/commands/table/index.ts';
import { needsOn } from '../../../src/engine/rights/meant.ts';
import type { Need } from '../../../src/engine/rights/need.ts';
import { needsWorld, type NeedsWorld } from '../../support/worlds/needs-world.ts';

let world: NeedsWorld;
beforeAll(async () => {
  world = await needsWorld();
});
afterAll(() => world.harness.close());

function words({ verb, kind, name, project }: Need): string {
  const shown = name ?? (project === undefined ? undefined : '-');
  return [verb, kind, shown, project === undefined ? undefined : `@${project}`]
    .filter((part) => part !== undefined)
    .join(' ');
}

describe('what commands need', () => {
  it('is written down for every command', () => {
    expect(Object.keys(world.needs).toSorted()).toEqual([...commandNames].toSorted());
  });

  it('follows from the table of commands', () => {
    const { meant } = world.harness.engine.rights;
    const found = Object.fromEntries(
      Object.entries(world.needs).map(([name, [args]]) => {
        const { verb, on, also } = entryOf(name as CommandName);
        const given = args as never[];
        return [name, [...needsOn(verb, on(meant, ...given)), ...(also?.(meant, ...given) ?? [])].map(words)];
      }),
    );
    const wanted = Object.fromEntries(Object.entries(world.needs).map(([name, [, needs]]) => [name, needs]));
    expect(found).toEqual(wanted);
  });
});
