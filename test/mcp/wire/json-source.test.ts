import { describe, expect, it } from 'vitest';
import { sourcedPieces, stringifySourced } from '../../../src/mcp/wire/json-source.ts';
import { prepare, readMessage } from '../../../src/mcp/wire/read-message.ts';
import type { WireMap } from '../../../src/mcp/wire/message.ts';

function requestOf(text: string): WireMap {
  const read = readMessage(text);
  if (read.kind !== 'message') throw new Error(`${read.kind}: ${text.slice(0, 100)}`);
  expect(prepare(read)).toBeUndefined();
  return read.message;
}

describe('a request in pieces', () => {
  const long = 'ä\\u0000€'.repeat(50_000);

  it.each([
    [
      'one long argument',
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"t","arguments":{"a":"${long}"}}}`,
    ],
    [
      'two, and what is behind them',
      `{"id":1.0,"params":{"arguments":{"a":1e400,"b":"${long}"},"other":["${long}", 2]},"method":"x","jsonrpc":"2.0"}`,
    ],
    ['long names', `{"method":"m","params":{"${long}":{},"b":"${long}","arguments":[ "${long}" ]},"id":"\\u0000"}`],
  ])('is the same bytes: %s', (_, text) => {
    const message = requestOf(text);
    message['id'] = 77;
    const pieces = sourcedPieces(message);
    expect(typeof pieces).not.toBe('string');
    expect(Buffer.concat(pieces as Buffer[]).toString()).toBe(stringifySourced(message));
  });

  it('is one text when it is short', () => {
    const message = requestOf('{"method":"m","params":{"arguments":{"a":1.50}},"id":1}');
    expect(sourcedPieces(message)).toBe('{"method":"m","params":{"arguments":{"a":1.50}},"id":1}');
  });
});
