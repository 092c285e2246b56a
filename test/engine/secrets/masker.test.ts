import { describe, expect, it } from 'vitest';
import { Masker } from '../../../src/engine/secrets/masker.ts';
import { seededRandom } from '../../support/builders/random.ts';
import { tooLong, weakness } from '../../../src/engine/secrets/strength.ts';

function knowing(...values: readonly string[]): Masker {
  const masker = new Masker();
  for (const [index, value] of values.entries()) masker.learn(`s${index}`, value);
  return masker;
}

const VALUE = 'K/9x+ü"\\<z&Q7/rrT!~';
const bytes = Buffer.from(VALUE);
const json = JSON.stringify(VALUE).slice(1, -1);
const every = (make: (code: string) => string): string =>
  VALUE.split('')
    .map((char) => `\\u${make(char.charCodeAt(0).toString(16).padStart(4, '0'))}`)
    .join('');

describe('Masker', () => {
  const masker = knowing(VALUE);

  it.each([
    ['as it is', VALUE],
    ['in JSON', json],
    ['in JSON with escaped slashes', json.replaceAll('/', '\\/')],
    ['in JSON of ASCII alone', json.replace('ü', '\\u00fc')],
    ['in JSON of ASCII alone, in capitals', json.replace('ü', '\\u00FC')],
    ['in JSON for HTML', json.replace('<', '\\u003c').replace('&', '\\u0026')],
    ['in JSON with every character escaped', every((code) => code)],
    ['in JSON with every character escaped in capitals', every((code) => code.toUpperCase())],
    ['percent-encoded', encodeURIComponent(VALUE)],
    ['percent-encoded in small letters', encodeURIComponent(VALUE).replace(/%../g, (code) => code.toLowerCase())],
    ['in a form', new URLSearchParams({ v: VALUE }).toString().slice(2)],
    ['in markup', VALUE.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;')],
    [
      'in markup, all but letters and digits as numbers',
      VALUE.replace(/[^A-Za-z0-9]/g, (char) => `&#x${char.charCodeAt(0).toString(16)};`),
    ],
    ['percent-encoded with every byte', [...bytes].map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join('')],
    ['in hex', bytes.toString('hex')],
    ['in hex in capitals', bytes.toString('hex').toUpperCase()],
    ['in base64', bytes.toString('base64')],
    ['in base64url', bytes.toString('base64url')],
  ])('hides a value %s', (_how, text) => {
    const masked = masker.mask(`a ${text} b`);
    expect(masked.replaceAll('=', '')).toBe('a [secret s0] b');
  });

  it.each([0, 1, 2, 3, 4, 5])('hides a value in base64 behind %i other bytes, but for its edges', (offset) => {
    for (const encoding of ['base64', 'base64url'] as const) {
      const text = Buffer.concat([Buffer.alloc(offset, 'u'), bytes, Buffer.from(':tail')]).toString(encoding);
      const masked = masker.mask(text);
      expect(masked).toContain('[secret s0]');
      const inner = bytes.toString(encoding).slice(4, -4);
      for (let at = 0; at + 6 <= inner.length; at++) expect(masked).not.toContain(inner.slice(at, at + 6));
    }
  });

  it('hides values of 64 KiB and 2,000 of them, and never throws', () => {
    const long = Array.from({ length: 65_536 }, (_, i) => String.fromCharCode(33 + ((i * 7919) % 90))).join('');
    const many = Array.from({ length: 2_000 }, (_, i) => `value-number-${i}-of-many`);
    const all = knowing(long, ...many);
    expect(all.mask(`x ${long} y value-number-1999-of-many`)).toBe('x [secret s0] y [secret s2000]');
    for (const odd of [
      '\ud800 lone half',
      '\0\0\0\0\0\0\0',
      '((((((((',
      '$&$`$1$$$&',
      'x\u2028\u2029\u2028\u2029\u2028\u2029x',
    ]) {
      const one = knowing(odd);
      expect(one.mask(`a${odd}b`)).toContain('[secret s0]');
    }
  });

  it('takes the longest of those that begin at the same place', () => {
    const masked = knowing('abcdefgh', 'abcdefghijkl').mask('abcdefghijkl abcdefghi');
    expect(masked).toBe('[secret s1] [secret s0]i');
  });

  it('leaves values alone that are too short or a common word', () => {
    const weak = knowing('on', 'short', 'password', 'Production', '     ', '');
    const text = 'the password of production is on, in short:      !';
    expect(weak.mask(text)).toBe(text);
  });

  it('forgets a value once eight newer ones have its name', () => {
    const masker = new Masker();
    for (let i = 0; i < 9; i++) masker.learn('oauth/x', `token-of-refresh-${i}!`);
    expect(masker.mask('token-of-refresh-0! token-of-refresh-1!')).toBe('token-of-refresh-0! [secret oauth/x]');
    masker.learn('oauth/x', 'token-of-refresh-1!');
    masker.learn('oauth/x', 'token-of-refresh-9!');
    expect(masker.mask('token-of-refresh-1! token-of-refresh-2!')).toBe('[secret oauth/x] token-of-refresh-2!');
  });

  it('masks before it cuts, wherever the value is', () => {
    const secret = 'Zq81-Lm40-Tr77-Wx02-Bn56';
    const masker = knowing(secret);
    for (let before = 430; before < 560; before++) {
      const kept = masker.cut(`${'x'.repeat(before)}${secret}${'y'.repeat(3_000)}`);
      expect(kept.length).toBeLessThanOrEqual(500);
      expect(kept).not.toContain(secret.slice(0, 6));
    }
    const crowded = masker.cut(`${secret} `.repeat(2_000));
    expect(crowded).not.toContain('Zq81');
    expect(masker.cut('short')).toBe('short');
  });

  it('masks a stream that is cut anywhere as it masks the whole', () => {
    const secret = 'Zq81-Lm40-Tr77';
    const masker = knowing(secret, 'qqqqqqqqqq-1');
    const pieces = ['a', 'Zq81-', 'qqqq', ' ', secret, '-1', 'Zq81-Lm40-Tr7'];
    for (let seed = 1; seed <= 300; seed++) {
      const random = seededRandom(seed);
      const text = Array.from({ length: random.below(30) }, () => random.pick(pieces)).join('');
      let [out, rest, at] = ['', '', 0];
      while (at < text.length) {
        const size = 1 + random.below(20);
        rest += text.slice(at, at + size);
        at += size;
        const end = masker.safeEnd(rest);
        out += masker.mask(rest.slice(0, end));
        rest = rest.slice(end);
        expect(rest.length).toBeLessThanOrEqual(masker.overlap);
      }
      expect(out + masker.mask(rest), `seed ${seed}`).toBe(masker.mask(text));
    }
  });
});

describe('weakness', () => {
  it('says why a value is not masked', () => {
    expect(weakness('a2c4e')).toBe('it is shorter than 6 characters');
    expect(weakness('Password')).toBe('it is a common word');
    expect(weakness('hunter2!')).toBeUndefined();
  });
});

describe('tooLong', () => {
  it('refuses more than 64 KiB with a way out', () => {
    expect(tooLong('x'.repeat(65_536))).toBeUndefined();
    expect(tooLong('x'.repeat(65_537))).toContain('keep it in a file and give the server its path');
  });
});
