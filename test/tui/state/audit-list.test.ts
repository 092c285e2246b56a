import { describe, expect, it } from 'vitest';
import { AuditList } from '../../../src/tui/state/audit-list.ts';
import { anEvent } from '../../support/worlds/fixture-engine.ts';

const events = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => {
    const n = from + index;
    return anEvent(n, { target: n % 3 === 0 ? 'fs/write' : 'fs/read' });
  });

describe('AuditList', () => {
  it('keeps the newest events and forgets the oldest when full', () => {
    const list = new AuditList(100);
    list.append(events(1, 250));
    expect([list.length, list.at(0)?.n, list.at(99)?.n]).toEqual([100, 151, 250]);
    expect(list.ring.get(150)).toBeUndefined();
  });

  it('takes older pages before what it holds, as far as there is room', () => {
    const list = new AuditList(100);
    list.append(events(61, 120));
    expect(list.prepend(events(11, 60).reverse())).toBe(40);
    expect([list.length, list.at(0)?.n]).toEqual([100, 21]);
  });

  it('numbers only matching rows when filtered, and goes on filtering what comes', () => {
    const list = new AuditList(100);
    list.append(events(1, 30));
    list.setFilter('write');
    expect([list.length, list.at(0)?.n, list.at(9)?.n]).toEqual([10, 3, 30]);
    list.append(events(31, 33));
    expect(list.at(list.length - 1)?.n).toBe(33);
    expect([list.rowOf(32), list.shows(32), list.shows(33)]).toEqual([9, false, true]);
    list.setFilter('');
    expect(list.length).toBe(33);
  });

  it('finds sessions, actors and targets that are written with capitals', () => {
    const list = new AuditList(10);
    const named = { session: 'ses_01M8HB486VAK8CFG7BB92BWF9R', actor: 'client:Zed', target: 'prompt/README' };
    list.append([anEvent(1, named), anEvent(2)]);
    for (const filter of [`session:${named.session}`, 'actor:Zed', 'target:README', 'actor:zed target:readme']) {
      list.setFilter(filter);
      expect([filter, list.length]).toEqual([filter, 1]);
    }
  });

  it('forgets filtered rows with their events and finds older ones that match', () => {
    const list = new AuditList(30);
    list.append(events(31, 50));
    list.setFilter('write');
    list.prepend(events(21, 30));
    expect(list.at(0)?.n).toBe(21);
    list.append(events(51, 60));
    expect(list.at(0)?.n).toBe(33);
  });
});
