/** What is read of a message agrees with `JSON.parse`, and what is written of it again is what came. */
import { describe, expect, it } from 'vitest';
import { stringifySourced } from '../../../src/mcp/wire/json-source.ts';
import { prepare, readMessage } from '../../../src/mcp/wire/read-message.ts';
import { anyValue, fractions } from '../../support/builders/any-json.ts';

describe('readMessage', () => {
  it('finds each member of a message and of its params, and as many keys as a parse', () => {
    const random = fractions(3);
    for (let run = 0; run < 500; run += 1) {
      const value = { ...(anyValue(random, 3) as object), params: { ...(anyValue(random, 3) as object) }, method: 'm' };
      const text = JSON.stringify(value, undefined, Math.floor(random() * 3));
      const read = readMessage(text);
      if (read.kind !== 'message') throw new Error(text);
      const values = (members: typeof read.members): unknown[] =>
        members.map(({ start, end }) => JSON.parse(text.slice(start, end)) as unknown);
      expect(values(read.members)).toEqual(Object.values(JSON.parse(text) as object));
      expect(values(read.params)).toEqual(Object.values(value.params));
      expect([text, prepare(read)]).toEqual([text, undefined]);
      expect(JSON.parse(stringifySourced(read.message))).toEqual(JSON.parse(text));
    }
  });

  it('refuses a member that is there twice, wherever it is', () => {
    const random = fractions(4);
    for (let run = 0; run < 200; run += 1) {
      const inner = JSON.stringify({ ...(anyValue(random, 2) as object), twin: anyValue(random, 1), twice: 1 });
      const twins = inner.replace('"twice"', '"tw\\u0069n"');
      for (const text of [
        `{"method":"m","params":{"a":[${twins}]}}`,
        `{"method":"m","params":${twins}}`,
        `{"method":"m","x":${twins}}`,
      ]) {
        const read = readMessage(text);
        if (read.kind !== 'message') throw new Error(text);
        expect(prepare(read)).toMatchObject({ error: { code: -32600 } });
      }
    }
  });

  it.each([
    '',
    '{',
    '{"a"',
    '{"a":',
    '{"params":{',
    '{"params":{"a":[}',
    '{"a":1}}',
    'nul',
    '{"a":"\\"}',
    '[',
    '[1',
    '{"a":1,}',
  ])('is told that %j is no JSON', (text) =>
    expect(readMessage(text)).toMatchObject({ kind: 'unreadable', error: { code: -32700 } }),
  );

  it('never throws, whatever a text is changed to', () => {
    const random = fractions(5);
    for (let run = 0; run < 3_000; run += 1) {
      const text = JSON.stringify({ id: anyValue(random, 1), method: 'm', params: anyValue(random, 3) });
      const at = Math.floor(random() * text.length);
      const edited =
        text.slice(0, at) + '{}[]",:\\ 1'.charAt(Math.floor(random() * 10)) + text.slice(random() < 0.5 ? at : at + 1);
      let isJson = true;
      try {
        JSON.parse(edited);
      } catch {
        isJson = false;
      }
      const read = readMessage(edited);
      expect([edited, read.kind === 'unreadable' && read.error.code === -32700]).toEqual([edited, !isJson]);
    }
  });
});
