import { describe, expect, it } from 'vitest';
import { endsOf, readEnvelope, spliceId, spliceSmall, stringifyWithId } from '../../src/mcp/envelope.ts';

const read = (text: string) => readEnvelope(text.slice(0, 512), text.slice(-512));

describe('readEnvelope', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":7,"result":{}}', { id: 7, isResponse: true, at: 'head' }],
    ['{"id":7,"jsonrpc":"2.0","error":{"code":1}}', { id: 7, isResponse: true, isError: true, at: 'head' }],
    ['{"result":{"id":3},"jsonrpc":"2.0","id":7}', { id: 7, isResponse: true, at: 'tail' }],
    ['{"result":{"id":3},"id":7,"jsonrpc":"2.0"}', { id: 7, isResponse: true, at: 'tail' }],
    [
      '{"method":"tools/call","params":{"id":1},"jsonrpc":"2.0","id":"a b"}',
      { id: 'a b', method: 'tools/call', isResponse: false },
    ],
    ['{"jsonrpc":"2.0","method":"m","id":0,"params":{}}', { id: 0, method: 'm', isResponse: false }],
    ['{"jsonrpc":"2.0","method":"n","params":{"id":5}}', { id: undefined, method: 'n', at: 'unknown' }],
    ['{"result":{"text":",\\"id\\":5}"}}', { id: undefined, at: 'unknown' }],
    ['{"result":{"a":1,"id":5}}', { id: undefined, at: 'unknown' }],
    ['[{"jsonrpc":"2.0","id":1,"result":{}}]', { id: undefined, at: 'unknown' }],
    ['{"jsonrpc":"2.0","id":7,"method":"ping"}', { id: 7, method: 'ping', isResponse: false, at: 'head' }],
    ['{"jsonrpc":"2.0","method":"ping","id":7}', { id: 7, method: 'ping', isResponse: false, at: 'unknown' }],
    ['{"jsonrpc":"2.0","id":7,"result":true}', { id: 7, isResponse: true, at: 'head' }],
    ['not json, "id":5}', { id: undefined, at: 'unknown' }],
  ])('finds what stands at the ends of %s', (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });
});

describe('spliceId', () => {
  const long = 'é'.repeat(5000);
  it.each([
    `{"jsonrpc":"2.0","id":7,"result":{"t":"${long}"}}`,
    `{ "id": 7, "result":{"t":"${long}"} , "jsonrpc":"2.0" } `,
    `{"result":{"t":"${long}"},"jsonrpc":"2.0","id":7}`,
    `{"error":{"message":"${long}"},"id":7,"jsonrpc":"2.0"}\r`,
  ])('puts the id in without touching the rest, whatever the pieces', (text) => {
    const bytes = Buffer.from(text);
    for (const size of [1, 3, 100, 5000, 100_000]) {
      const parts: Buffer[] = [];
      for (let at = 0; at < bytes.length; at += size) parts.push(bytes.subarray(at, at + size));
      const { head, tail } = endsOf(parts);
      const out = spliceId(parts, bytes.length, readEnvelope(head, tail), '"new id"');
      const line = Buffer.concat(out ?? []).toString('utf8');
      expect(line).not.toContain('\n');
      expect(JSON.parse(line)).toEqual({ ...(JSON.parse(text) as object), id: 'new id' });
    }
  });

  it('makes the new id the last member, so that it wins over any other', () => {
    const text = `{"jsonrpc":"2.0","id":7,"result":"${long}","id":8}`;
    const parts = [Buffer.from(text)];
    const { head, tail } = endsOf(parts);
    const out = spliceId(parts, Buffer.byteLength(text), readEnvelope(head, tail), '1');
    expect(JSON.parse(Buffer.concat(out ?? []).toString('utf8'))).toMatchObject({ id: 1 });
  });
});

describe('spliceSmall', () => {
  it('keeps every byte but the id, and gives up on other orders', () => {
    expect(spliceSmall('{"result":{"n":1.0},"jsonrpc":"2.0","id":12}', 12, '"x"')).toBe(
      '{"result":{"n":1.0},"jsonrpc":"2.0","id":"x"}',
    );
    expect(spliceSmall('{"jsonrpc":"2.0","id":12,"result":{"n":1.0}}', 12, '0')).toBe(
      '{"jsonrpc":"2.0","result":{"n":1.0},"id":0}',
    );
    expect(spliceSmall('{"result":{"n":1.0},"id":12,"jsonrpc":"2.0"}', 12, '0')).toBe(
      '{"result":{"n":1.0},"jsonrpc":"2.0","id":0}',
    );
    expect(spliceSmall('{"id":12,"jsonrpc":"2.0","result":{}}', 12, '0')).toBeUndefined();
  });
});

describe('stringifyWithId', () => {
  it('replaces the id', () => {
    expect(stringifyWithId({ id: 1, result: {} }, '"a"')).toBe('{"result":{},"id":"a"}');
    expect(stringifyWithId({ id: 1 }, '2')).toBe('{"id":2}');
  });
});
