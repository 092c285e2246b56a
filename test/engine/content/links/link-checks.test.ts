import { beforeEach, describe, expect, it } from 'vitest';
import { LinkChecks } from '../../../../src/engine/content/links/link-checks.ts';
import type { KnownLink } from '../../../../src/engine/content/links/link-reader.ts';
import type { Prompt } from '../../../../src/store/schema/content.ts';
import { FakeClock, settle } from '../../../support/fakes/fake-clock.ts';

let clock: FakeClock;
let prompts: readonly Prompt[];
let known: Map<string, KnownLink>;
let checked: string[];
let failure: KnownLink['failure'];
let most: number;
let checks: LinkChecks;

const aPrompt = (name: string, link?: string | string[]): Prompt =>
  ({
    name,
    scope: 'global',
    content: { summary: '', priority: 5, body: '', ...(link === undefined ? {} : { link }) },
  }) as unknown as Prompt;

beforeEach(() => {
  clock = new FakeClock();
  prompts = [];
  known = new Map();
  checked = [];
  failure = undefined;
  most = 0;
  let running = 0;
  checks = new LinkChecks({
    clock,
    random: () => 0.5,
    prompts: () => prompts,
    reader: {
      known: (link) => known.get(link),
      keep: (links) => known.forEach((_, link) => (links.has(link) ? undefined : known.delete(link))),
      check: async (link) => {
        running += 1;
        most = Math.max(most, running);
        await settle();
        running -= 1;
        checked.push(link);
        known.set(link, {
          at: 0,
          atMs: clock.monotonicMs(),
          isUse: false,
          ...(failure === undefined ? {} : { failure }),
        });
      },
    },
    looked: () => undefined,
  });
});

describe('LinkChecks', () => {
  it('has no timer while nothing links a resource', () => {
    prompts = [aPrompt('a'), aPrompt('b', 'style')];
    checks.start();
    checks.promptsChanged();
    checks.serversChanged();
    expect(clock.pendingTimers).toBe(0);
  });

  it('looks 5 s after the start, then every 5 min', async () => {
    prompts = [aPrompt('a', 'ops/fs:a:1'), aPrompt('b', ['style', 'ops/fs:a:1', 'ops/fs:a:2'])];
    checks.start();
    expect([...checks.uses]).toEqual([
      ['ops/fs:a:1', ['a', 'b']],
      ['ops/fs:a:2', ['b']],
    ]);
    await clock.advance(5_000);
    expect(checked).toEqual(['ops/fs:a:1', 'ops/fs:a:2']);
    await clock.advance(299_999);
    expect(checked).toHaveLength(2);
    await clock.advance(1);
    expect(checked).toHaveLength(4);
  });

  it('looks every 30 s at what is unknown or whose server is down, and at nothing else', async () => {
    prompts = [aPrompt('a', 'ops/fs:a:1'), aPrompt('b', 'ops/db:b:2')];
    failure = { kind: 'down', health: 'unknown', reason: 'x', next: 'y' };
    checks.start();
    await clock.advance(5_000);
    known.set('ops/db:b:2', { at: 0, atMs: clock.monotonicMs(), isUse: true });
    failure = { kind: 'down', health: 'dead', reason: 'x', next: 'y' };
    await clock.advance(30_000);
    expect(checked.splice(0)).toEqual(['ops/fs:a:1', 'ops/db:b:2', 'ops/fs:a:1']);
    failure = { kind: 'error', health: 'dead', reason: 'x', next: 'y' };
    await clock.advance(30_000);
    expect(checked.splice(0)).toEqual(['ops/fs:a:1']);
    await clock.advance(299_999);
    expect(checked).toEqual([]);
    await clock.advance(1);
    expect(checked).toEqual(['ops/fs:a:1', 'ops/db:b:2']);
  });

  it('takes an agent’s read for a look', async () => {
    prompts = [aPrompt('a', 'ops/fs:a:1')];
    checks.start();
    await clock.advance(200_000);
    known.set('ops/fs:a:1', { at: 0, atMs: clock.monotonicMs(), isUse: true });
    await clock.advance(105_000);
    expect(checked).toHaveLength(1);
    await clock.advance(300_000);
    expect(checked).toHaveLength(2);
  });

  it('looks soon at a link that is new, and when servers change, once for changes that come together', async () => {
    checks.start();
    prompts = [aPrompt('a', 'ops/fs:a:1')];
    checks.promptsChanged();
    checks.promptsChanged();
    await clock.advance(200);
    expect(checked).toHaveLength(1);
    checks.serversChanged();
    checks.serversChanged();
    await clock.advance(200);
    expect(checked).toHaveLength(2);
    prompts = [aPrompt('a')];
    checks.promptsChanged();
    expect(known.size).toBe(0);
    await clock.advance(600_000);
    expect(checked).toHaveLength(2);
  });

  it('looks at four links at a time, and at none after its end', async () => {
    prompts = Array.from({ length: 20 }, (_, n) => aPrompt(`p${n}`, `ops/fs:a:${n}`));
    checks.start();
    await checks.look();
    expect(checked).toHaveLength(20);
    expect(most).toBe(4);
    checks.close();
    await clock.advance(600_000);
    expect(checked).toHaveLength(20);
  });
});
