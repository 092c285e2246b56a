/** A text block in a result that stays as it was written otherwise. */
import { describe, expect, it } from 'vitest';
import { withTextBlock } from '../../../src/mcp/calls/note-block.ts';

const block = '{"type":"text","text":"read \\"this\\""}';

describe('withTextBlock', () => {
  it.each([
    ['{"content":[{"type":"text","text":"]"}]}', `{"content":[{"type":"text","text":"]"},${block}]}`],
    ['{"content":[]}', `{"content":[${block}]}`],
    ['{ "content" : [ ] , "isError":false}', `{ "content" : [ ${block}] , "isError":false}`],
    ['{"_meta":{"n":1.0e2},"content":[1]}', `{"_meta":{"n":1.0e2},"content":[1,${block}]}`],
  ])('%s', (result, noted) => {
    expect(withTextBlock(result, 'read "this"')).toBe(noted);
    expect(JSON.parse(noted)).toBeTruthy();
  });

  it.each([
    '{"content":[],"structuredContent":{}}',
    '{"content":"text"}',
    '{}',
    '{"content":[],"content":[]}',
    '[]',
    'null',
    '{"content":[',
  ])('leaves %s as it is', (result) => {
    expect(withTextBlock(result, 'x')).toBeUndefined();
  });
});
