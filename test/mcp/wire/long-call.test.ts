/** What is read of a long call without a parse is what a parse of the whole reads. */
import { describe, expect, it } from 'vitest';
import { sourcedPieces, stringifySourced, unreadOf } from '../../../src/mcp/wire/json-source.ts';
import { KEPT_BYTES, readLongCall } from '../../../src/mcp/wire/long-call.ts';
import { mapAt, type WireMap } from '../../../src/mcp/wire/message.ts';
import { prepare, readMessage } from '../../../src/mcp/wire/read-message.ts';
import { fractions } from '../../support/builders/any-json.ts';

const PLAIN = 'plain text ~ '.repeat(20_000);

function callOf(args: string, rest = '"name":"t"'): string {
  return `{"jsonrpc":"2.0","method":"tools/call","params":{${rest},"arguments":${args}},"id":7}`;
}

/** In pieces of this size, as streams cut them. */
function piecesOf(text: string | Buffer, size: number): Buffer[] {
  const bytes = Buffer.from(text);
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
  return pieces;
}

function longCall(text: string | Buffer, size = 8_192): WireMap | undefined {
  const pieces = piecesOf(text, size);
  return readLongCall(pieces, Buffer.byteLength(text));
}

function whole(text: string): WireMap {
  const read = readMessage(text);
  if (read.kind !== 'message' || prepare(read) !== undefined) throw new Error('not a message');
  return read.message;
}

const sent = (message: WireMap): string => Buffer.concat(sourcedPieces(message) as Buffer[]).toString();

describe('readLongCall', () => {
  it('passes arguments on byte for byte, and has a value of them that is cut, wherever the pieces are cut', () => {
    const random = fractions(5);
    for (let run = 0; run < 30; run += 1) {
      const odd = ['é\\n\\u00e9\\"', '', '\\\\', '{[:,"'.slice(0, 4), '🙂'][run % 5] ?? '';
      const args = `{"n": 1e400,"a":["${odd}${PLAIN}${odd}",{"é":-0}] ,"b":"${PLAIN.slice(run)}${odd}"}`;
      const text = callOf(args, '"name":"é","_meta":{"progressToken":1.0}');
      const size = 1 + Math.floor(random() * 30_000);
      const message = longCall(text, size) ?? {};
      const params = mapAt(message, 'params') ?? {};
      expect(JSON.stringify(unreadOf(params)?.begin).length).toBeLessThan(text.length - 2 * KEPT_BYTES);
      const expected = stringifySourced(whole(text));
      expect(sent(message) === expected).toBe(true);
      expect(stringifySourced(message) === expected).toBe(true);
    }
  });

  it('gives the whole value to whoever reads or copies the arguments, and writes it as it came', () => {
    const text = callOf(`{"n":1.0,"a":"${PLAIN}"}`);
    for (const touch of [(params: WireMap) => params, (params: WireMap) => ({ ...params })]) {
      const message = longCall(text) ?? {};
      const params = touch(mapAt(message, 'params') ?? {});
      expect(params['arguments']).toEqual({ n: 1, a: PLAIN });
      expect(unreadOf(params)).toBeUndefined();
      expect(sent({ ...message, params }) === text).toBe(true);
    }
  });

  it('writes other arguments when they were changed', () => {
    const message = longCall(callOf(`{"a":"${PLAIN}"}`)) ?? {};
    const params = mapAt(message, 'params') ?? {};
    params['arguments'] = { b: 1 };
    expect(stringifySourced(message)).toBe(callOf('{"b":1}'));
  });

  const spaces = ' '.repeat(90_000);
  it.each([
    ['a gap between values', callOf(`{"a":1${spaces}}`)],
    ['a gap in numbers', callOf(`{"a":[${'1,'.repeat(50_000)}1]}`)],
    ['a gap in broken JSON', callOf(`{"a":${'['.repeat(90_000)}1}`)],
    ['a gap in a key', callOf(`{"${PLAIN}" :1}`)],
    ['two keys that are alike up to the gap', callOf(`{"${PLAIN}a":1,"${PLAIN}b":2}`)],
    ['a gap in the name', callOf(`{"a":"${PLAIN}"}`, `"name":"${PLAIN}"`)],
    ['a gap behind the arguments', callOf('{}').replace('"id":7', `"more":"${PLAIN}","id":7`)],
    ['a member twice', callOf(`{"a":"${PLAIN}","a":1}`)],
    ['a control character', callOf(`{"a":"${PLAIN}\u0001${PLAIN}`)],
    ['a string without an end', `{"method":"tools/call","id":1,"params":{"arguments":{"a":"${PLAIN}`],
    ['an escape that is none', callOf(`{"a":"${PLAIN}\\x"}`)],
    ['too many levels', callOf(`{"a":"${PLAIN}","b":${'['.repeat(600)}${']'.repeat(600)}}`)],
    ['another method', callOf(`{"a":"${PLAIN}"}`).replace('tools/call', 'prompts/get')],
    ['a notification', callOf(`{"a":"${PLAIN}"}`).replace(',"id":7', '')],
    ['a batch', `[${callOf(`{"a":"${PLAIN}"}`)}]`],
    ['nothing long', callOf('{"a":1}')],
  ])('leaves to be read whole: %s', (_, text) => {
    expect(longCall(text)).toBeUndefined();
  });

  it('leaves to be read whole what is not UTF-8', () => {
    const text = Buffer.from(callOf(`{"a":"${PLAIN}","b":"?"}`));
    text[text.lastIndexOf('?')] = 0xff;
    expect(longCall(text)).toBeUndefined();
  });
});
