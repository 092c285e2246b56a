import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Masker } from '../../../src/engine/secrets/masker.ts';
import { weakness } from '../../../src/engine/secrets/strength.ts';

const secret = fc
  .string({ minLength: 6, maxLength: 60, unit: 'binary' })
  .filter((text) => weakness(text) === undefined && text.trim().length >= 6);
const around = fc.string({ maxLength: 40, unit: 'binary-ascii' });

/** How programs write it: each must not be found again after masking. */
const forms: Readonly<
  Record<string, (value: string, before: string, after: string) => readonly [text: string, hidden: string]>
> = {
  plain: (value, before, after) => [before + value + after, value],
  JSON: (value, before, after) => [JSON.stringify({ a: before + value + after }), JSON.stringify(value).slice(1, -1)],
  percent: (value, before, after) => [before + encodeURIComponent(value) + after, encodeURIComponent(value)],
  hex: (value, before, after) => {
    const hex = Buffer.from(value).toString('hex');
    return [`${before} ${hex} ${after}`, hex];
  },
  HEX: (value, before, after) => {
    const hex = Buffer.from(value).toString('hex').toUpperCase();
    return [`${before} ${hex} ${after}`, hex];
  },
};
const wellFormed = secret.filter((text) => text.isWellFormed());

describe('Masker', () => {
  it.each(Object.keys(forms))('leaves nothing of a secret in any text: %s', (form) => {
    fc.assert(
      fc.property(wellFormed, around, around, (value, before, after) => {
        const masker = new Masker();
        masker.learn('file/x', value);
        const [text, hidden] = forms[form]!(value, before, after);
        expect(masker.mask(text).replaceAll('[secret file/x]', '\0')).not.toContain(hidden);
      }),
      { numRuns: 200 },
    );
  });

  it.each(['base64', 'base64url'] as const)('leaves at most an edge of it in %s, wherever it stands', (encoding) => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 9 }),
        wellFormed,
        fc.uint8Array({ maxLength: 9 }),
        (before, value, after) => {
          const masker = new Masker();
          masker.learn('file/x', value);
          const masked = masker.mask(Buffer.concat([before, Buffer.from(value), after]).toString(encoding));
          expect(masked).toContain('[secret file/x]');
        },
      ),
      { numRuns: 300 },
    );
  });

  it('gives the same whether a text comes whole or in pieces that are held back', () => {
    fc.assert(
      fc.property(
        wellFormed,
        fc.array(fc.oneof(around, fc.constant(undefined)), { maxLength: 8 }),
        fc.nat(30),
        (value, parts, size) => {
          const masker = new Masker();
          masker.learn('file/x', value);
          const text = parts.map((part) => part ?? value).join('');
          let [held, out] = ['', ''];
          for (let at = 0; at < text.length; at += size + 1) {
            held += text.slice(at, at + size + 1);
            const end = masker.safeEnd(held);
            out += masker.mask(held.slice(0, end));
            held = held.slice(end);
          }
          expect(out + masker.mask(held)).toBe(masker.mask(text));
        },
      ),
      { numRuns: 300 },
    );
  });

  it('throws at no value and no text', () => {
    const any = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });
    fc.assert(
      fc.property(fc.array(any), any, (values, text) => {
        const masker = new Masker();
        for (const value of values) masker.learn('file/x', value);
        expect(typeof masker.mask(text + values.join(''))).toBe('string');
        expect(masker.cut(text, 10).length).toBeLessThanOrEqual(11);
      }),
      { numRuns: 300 },
    );
  });
});
