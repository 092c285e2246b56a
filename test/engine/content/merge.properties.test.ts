/** Properties of the three-way merge and of content hashes. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { contentHash } from '../../../src/engine/content/content-hash.ts';
import { hasMarkers, mergeTexts } from '../../../src/engine/content/merge.ts';
import { compareSemver, nextSemver, readSemver } from '../../../src/engine/content/semver.ts';
import type { Json } from '../../../src/kernel/json.ts';

/** Few different lines, so that they repeat themselves as prose does. */
const text = fc
  .array(fc.constantFrom('', 'a', 'b', 'c', 'a word', '# head', '- item'), { maxLength: 12 })
  .map((lines) => lines.map((line) => `${line}\n`).join(''));
const merged = (base: string, live: string, proposed: string) =>
  mergeTexts(base, { text: live, label: 'live' }, { text: proposed, label: 'proposed' });

describe('mergeTexts', () => {
  it('gives the other side where one has changed nothing, and the one text where both did the same', () => {
    fc.assert(
      fc.property(text, text, (base, other) => {
        expect(merged(base, base, other)).toEqual({ kind: 'clean', text: other });
        expect(merged(base, other, base)).toEqual({ kind: 'clean', text: other });
        expect(merged(base, other, other)).toEqual({ kind: 'clean', text: other });
      }),
    );
  });

  it('is the same from both sides when it is clean, and a conflict from both sides otherwise', () => {
    fc.assert(
      fc.property(text, text, text, (base, one, other) => {
        const there = merged(base, one, other);
        const back = merged(base, other, one);
        expect(back.kind).toBe(there.kind);
        expect(there.kind === 'conflict' || back.text === there.text).toBe(true);
      }),
    );
  });

  it('keeps edits at both ends', () => {
    fc.assert(
      fc.property(text, (middle) => {
        const base = `first\n${middle}x\ny\nlast\n`;
        const { kind, text: whole } = merged(base, base.replace('first', 'FIRST'), base.replace('last', 'LAST'));
        expect(kind).toBe('clean');
        expect(whole).toBe(`FIRST\n${middle}x\ny\nLAST\n`);
      }),
    );
  });

  it('has markers exactly when there is a conflict', () => {
    fc.assert(
      fc.property(text, text, text, (base, one, other) => {
        const { kind, text: whole } = merged(base, one, other);
        expect(hasMarkers(whole)).toBe(kind === 'conflict');
      }),
    );
  });
});

describe('contentHash', () => {
  it('does not know the order of keys, and knows everything else', () => {
    const shuffled = (value: Json): Json => {
      if (Array.isArray(value)) return value.map((item: Json) => shuffled(item));
      if (typeof value !== 'object' || value === null) return value;
      const entries = Object.entries(value as Record<string, Json>).toReversed();
      return Object.fromEntries(entries.map(([key, item]) => [key, shuffled(item)]));
    };
    const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as Json);
    fc.assert(
      fc.property(json, json, (one, other) => {
        expect(contentHash(shuffled(one))).toBe(contentHash(one));
        const isSame = JSON.stringify(sorted(one)) === JSON.stringify(sorted(other));
        expect(contentHash(one) === contentHash(other)).toBe(isSame);
      }),
    );
  });

  function sorted(value: Json): Json {
    if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value as Record<string, Json>).toSorted(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
  }
});

describe('nextSemver', () => {
  const part = fc.nat(1_000);
  const version = fc.tuple(part, part, part).map((parts) => parts.join('.'));

  it('is above the live one, whatever is asked for', () => {
    fc.assert(
      fc.property(version, fc.constantFrom(undefined, 'major', 'minor', 'patch'), (live, bump) => {
        const next = nextSemver(live, bump === undefined ? {} : { bump });
        expect(compareSemver(next, live)).toBeGreaterThan(0);
      }),
    );
  });

  it('orders as numbers do, and reads anything', () => {
    fc.assert(
      fc.property(version, version, fc.string(), (one, other, any) => {
        expect(Math.sign(compareSemver(one, other))).toBe(-Math.sign(compareSemver(other, one)) + 0);
        expect(readSemver(any)).toMatch(/^\d+\.\d+\.\d+$/);
      }),
    );
  });
});
