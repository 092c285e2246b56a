/** The scan of long answers agrees with `JSON.parse` on what is JSON, and finds the members that a parse finds. */
import { describe, expect, it } from 'vitest';
import type { AnswerScan } from '../../../src/mcp/wire/answer-scan.ts';
import { largeAnswer } from '../../../src/mcp/wire/answers.ts';
import { judgeScan, scanned } from '../../../src/mcp/wire/judge-scan.ts';
import { anyValue, fractions } from '../../support/builders/any-json.ts';

/** In pieces of `size` bytes. */
function pieces(bytes: Buffer, size: number): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
  return parts;
}

const scan = (text: string | Buffer, size = 1_000_000): AnswerScan => scanned(pieces(Buffer.from(text), size));

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe('AnswerScan', () => {
  it('takes what JSON.parse takes and finds its members, whatever the pieces', () => {
    const random = fractions(1);
    for (let run = 0; run < 500; run += 1) {
      const value = { ...(anyValue(random, 3) as object), id: anyValue(random, 2) };
      const text = JSON.stringify(value, undefined, Math.floor(random() * 3));
      const bytes = Buffer.from(text);
      const found = scan(text, 1 + Math.floor(random() * 9));
      expect([text, found.fault]).toEqual([text, undefined]);
      const members = found.members.map(({ start, end }) => JSON.parse(bytes.toString('utf8', start, end)) as unknown);
      expect(members).toEqual(Object.values(JSON.parse(text) as object));
    }
  });

  it('refuses what JSON.parse refuses: valid texts with a byte changed, taken out or put in', () => {
    const random = fractions(2);
    const characters = ',:"{}[]0-.eE\\ux\u0001\t tn'.split('');
    let refused = 0;
    for (let run = 0; run < 5_000; run += 1) {
      const text = JSON.stringify(anyValue(random, 3));
      const at = Math.floor(random() * (text.length + 1));
      const put = random() < 0.3 ? '' : (characters[Math.floor(random() * characters.length)] ?? '');
      const edited = text.slice(0, at) + put + text.slice(random() < 0.5 ? at : at + 1);
      if (!edited.isWellFormed()) continue;
      const isJson = parses(edited);
      if (!isJson) refused += 1;
      expect([edited, scan(edited, 1 + Math.floor(random() * 7)).fault === undefined]).toEqual([edited, isJson]);
    }
    expect(refused).toBeGreaterThan(1_000);
  });

  it.each([
    '',
    ' ',
    '{',
    '{"a"',
    '{"a":',
    '{"a":1',
    '{"a":1,}',
    '[1,]',
    '01',
    '-',
    '1.',
    '1e',
    '1e+',
    '.5',
    '+1',
    'nul',
    'truex',
    '"\\x"',
    '"\\u12g4"',
    '{"a":1}{',
    '{"a" 1}',
    "{'a':1}",
    '{"a":1 "b":2}',
    '[1 2]',
    '\uFEFF{}',
    '{"a":"\u001b"}',
    '"a\nb"',
  ])('refuses %j', (text) => expect(scan(text).fault).toBeDefined());

  it.each(['0', '-0', '1.0', '1e400', '-1.5E-3', '"\\u00e9\\"\\\\"', ' [ ] ', '\t{ }\r', 'null', '[[],{},""]'])(
    'takes %j',
    (text) => expect(scan(text, 1).fault).toBeUndefined(),
  );

  it('takes 512 levels and refuses 513, of whatever kind', () => {
    const deep = (count: number): string => '['.repeat(count) + ']'.repeat(count);
    expect(scan(deep(512)).fault).toBeUndefined();
    expect(scan(deep(513)).fault).toContain('nested deeper than 512 levels');
    expect(scan('{"a":'.repeat(600) + '1' + '}'.repeat(600)).fault).toContain('nested deeper');
    expect(scan('['.repeat(1_000_000)).fault).toContain('nested deeper');
  });

  it('refuses what is not UTF-8, also where pieces cut a character', () => {
    const text = Buffer.from('{"a":"é日😀"}');
    for (let size = 1; size < 8; size += 1) expect(scanned(pieces(text, size)).fault).toBeUndefined();
    for (const bad of [[0xff], [0xc0, 0xaf], [0xe6, 0x97], [0xed, 0xa0, 0x80], [0xf5, 0x80, 0x80, 0x80]]) {
      const line = Buffer.concat([Buffer.from('{"a":"'), Buffer.from(bad), Buffer.from('"}')]);
      for (let size = 1; size < 8; size += 1) expect(scanned(pieces(line, size)).fault).toContain('UTF-8');
    }
  });

  it('finds what may not stand in long strings wherever it is, and whatever the alignment', () => {
    for (const bad of ['\u0001', '\u001f', '\\x']) {
      for (let at = 0; at < 40; at += 1) {
        const text = `{"a":"${'é'.repeat(150)}${'x'.repeat(at)}${bad}${'y'.repeat(400)}"}`;
        for (const size of [1_000_000, 301, 7]) expect(scan(text, size).fault).toBeDefined();
        const good = text.replace(bad, '\u007f\\"');
        for (const size of [1_000_000, 301, 7]) expect(scan(good, size).fault).toBeUndefined();
      }
    }
  });

  it('is linear: a megabyte of brackets, escapes or quotes is read in one pass', () => {
    for (const unit of ['\\"', '\\\\', '\\u0041']) expect(scan(`"${unit.repeat(200_000)}"`).fault).toBeUndefined();
    expect(scan(`[${'{},'.repeat(300_000)}{}]`).fault).toBeUndefined();
  });
});

describe('judgeScan', () => {
  const judge = (text: string): unknown => {
    const body = judgeScan(scan(text));
    return typeof body === 'string' ? body : text.slice(body.start, body.end);
  };

  it.each([
    ['{"jsonrpc":"2.0","id":1,"result":{"a":1}}', '{"a":1}'],
    ['{"result":{"a":1},"error":null,"id":1,"jsonrpc":"2.0"}', '{"a":1}'],
    ['{"error":{"code":1},"result":null,"id":1}', '{"code":1}'],
    ['{"\\u0072esult":{},"id":1}', '{}'],
    ['{"id":1,"result":{},"method":"sampling/createMessage","params":{}}', 'it has a member "method"'],
    ['{"id":1,"result":{},"result":{"b":1}}', 'it has "result" twice'],
    ['{"id":1,"id":2,"result":{}}', 'it has "id" twice'],
    ['{"id":1,"result":{},"\\u0072esult":{}}', 'it has "result" twice'],
    ['{"id":1,"result":{},"error":{}}', 'it has both a result and an error'],
    ['{"id":1,"result":null}', 'it has neither a result nor an error'],
    ['{"id":1,"error":"no"}', 'its error is no object'],
    ['{"id":1,"result":{"resultType":"a","resultType":"b"}}', 'its result has "resultType" twice'],
    ['[1]', 'it is no object'],
  ])('of %s says %j', (text, expected) => expect(judge(text)).toBe(expected));
});

describe('largeAnswer', () => {
  it.each([
    ['{"resultType":"x","a":1,"b":[2]}', '{"a":1,"b":[2]}'],
    ['{"a":1,"resultType":{"x":[1,2]},"b":1}', '{"a":1,"b":1}'],
    ['{ "a":1 , "result\\u0054ype":"x" }', '{ "a":1  }'],
    ['{"resultType":1}', '{}'],
    ['{"isError":true,"resultType":1}', '{"isError":true}'],
    ['{"n":1.0,"big":9007199254740993}', '{"n":1.0,"big":9007199254740993}'],
  ])('passes %s on as %s, with the agent’s id last', (result, expected) => {
    const text = `{"jsonrpc":"2.0","id":7,"result":${result}}`;
    for (let size = 1; size < 90; size += 1) {
      const parts = pieces(Buffer.from(text), size);
      const found = scanned(parts);
      const body = judgeScan(found);
      if (typeof body === 'string') throw new Error(body);
      const out = Buffer.concat(largeAnswer(parts, text.length, found, body).withId('"x"')).toString('utf8');
      expect(out).toBe(`{"result":${expected},"jsonrpc":"2.0","id":"x"}`);
    }
  });

  it('tells of `isError` wherever it stands in the result, and nowhere else', () => {
    const told = (result: string): boolean => {
      const parts = [Buffer.from(`{"id":1,"result":${result}}`)];
      const found = scanned(parts);
      return largeAnswer(parts, 0, found, { key: 'result', start: 0, end: 0 }).isToolError;
    };
    expect([
      told('{"content":[],"isError":true}'),
      told('{"isError": true ,"content":[]}'),
      told('{"a":1,"isError":true,"b":1}'),
    ]).toEqual([true, true, true]);
    expect([told('{"isError":false}'), told('{"a":{"isError":true}}'), told('[{"isError":true}]')]).toEqual([
      false,
      false,
      false,
    ]);
  });
});
