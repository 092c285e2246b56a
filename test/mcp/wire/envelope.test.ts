import { describe, expect, it } from 'vitest';
import { readEnvelope } from '../../../src/mcp/wire/envelope.ts';

const read = (text: string) => readEnvelope(text.slice(0, 512), text.slice(-512));

describe('readEnvelope', () => {
  it.each([
    ['{"jsonrpc":"2.0","id":7,"result":{}}', { id: 7, isResponse: true }],
    ['{"id":7,"jsonrpc":"2.0","error":{"code":1}}', { id: 7, isResponse: true }],
    ['{"result":{"id":3},"jsonrpc":"2.0","id":7}', { id: 7, isResponse: true }],
    ['{"result":{"id":3},"id":7,"jsonrpc":"2.0"}', { id: 7, isResponse: true }],
    [
      '{"method":"tools/call","params":{"id":1},"jsonrpc":"2.0","id":"a b"}',
      { id: 'a b', method: 'tools/call', isResponse: false },
    ],
    ['{"jsonrpc":"2.0","method":"m","id":0,"params":{}}', { id: 0, method: 'm', isResponse: false }],
    ['{"jsonrpc":"2.0","method":"n","params":{"id":5}}', { id: undefined, method: 'n' }],
    ['{"result":{"text":",\\"id\\":5}"}}', { id: undefined }],
    ['{"result":{"a":1,"id":5}}', { id: undefined }],
    ['[{"jsonrpc":"2.0","id":1,"result":{}}]', { id: undefined }],
    ['{"jsonrpc":"2.0","id":7,"method":"ping"}', { id: 7, method: 'ping', isResponse: false }],
    ['{"jsonrpc":"2.0","method":"ping","id":7}', { id: 7, method: 'ping', isResponse: false }],
    ['{"jsonrpc":"2.0","id":7,"result":true}', { id: 7, isResponse: true }],
    ['not json, "id":5}', { id: undefined }],
  ])('finds what stands at the ends of %s', (text, expected) => {
    expect(read(text)).toMatchObject(expected);
  });
});
