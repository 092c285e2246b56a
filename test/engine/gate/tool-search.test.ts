/** Which tools fit a task among those of a session. */
import { describe, expect, it } from 'vitest';
import { findTools, toolsFor } from '../../../src/engine/gate/tool-search.ts';

const tool = (server: string, name: string, description: string) => ({
  name: `${server}__${name}`,
  server,
  tool: name,
  item: { name, description, inputSchema: { type: 'object', properties: { path: { type: 'string' } } } },
});
const shop = [
  tool('shop', 'list_orders', 'Lists the orders of a day'),
  tool('shop', 'refund', 'Pays an order back'),
  tool('shop', 'send_mail', 'Writes to a customer'),
  tool('shop', 'count_stock', 'Counts what is there'),
];

describe('toolsFor', () => {
  it('finds tools by words of the task, best first', () => {
    expect(toolsFor({ tags: ['refund'] }, shop)[0]).toBe('shop__refund');
    expect(toolsFor({ tags: [], words: 'write a mail to the customer' }, shop)).toEqual(['shop__send_mail']);
  });

  it('is not led by a word that most tools have', () => {
    expect(toolsFor({ tags: ['shop'], words: 'count the stock of the shop' }, shop)).toEqual(['shop__count_stock']);
  });

  it('finds all of a server whose name alone was said', () => {
    expect(toolsFor({ tags: ['shop'] }, shop)).toHaveLength(4);
    const two = [...shop, ...shop.map(({ tool: name }) => tool('graph', name, 'Of a graph'))];
    expect(toolsFor({ tags: ['graph'] }, two).every((name) => name.startsWith('graph__'))).toBe(true);
  });

  it('finds nothing for words that no tool has', () => {
    expect(toolsFor({ tags: ['kubernetes'] }, shop)).toEqual([]);
  });
});

describe('findTools', () => {
  it('keeps to a limit', () => {
    expect(findTools('shop', shop, 2)).toHaveLength(2);
  });
});
