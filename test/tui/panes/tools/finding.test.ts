/** Pane 9: looking for something in a result. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openApp, type OpenApp } from '../../../support/worlds/open-app.tsx';
import { aCatalog, anUpstream, aTool } from '../../../support/worlds/routed-fixture.ts';

const text = Array.from({ length: 300 }, (_, n) => (n % 100 === 50 ? `line ${n} Needle` : `line ${n} hay`)).join('\n');
const esc = '\u001B';

let app: OpenApp;
beforeEach(async () => {
  app = await openApp({
    upstreams: [anUpstream({ tools: 1 })],
    routed: {
      catalog: [aCatalog('fs', [aTool('read_file', { annotations: { readOnlyHint: true } })])],
      call: () => ({ content: [{ type: 'text', text }] }),
    },
  });
  await app.press('9');
  await app.settle();
  await app.press('x', 'a', '\r', '\r');
  await app.settle();
});
afterEach(() => app.close());

const find = (what: string): Promise<void> => app.press('/', ...Array.from(what));

describe('/ in the result of a tool', () => {
  it('shows the first place as it is typed, then the next and the one before, around the end', async () => {
    expect(app.screen()).toContain('/ find');
    await find('needle');
    expect(app.screen()).toContain('line 50 Needle');
    await app.press('\r');
    expect(app.screen()).toContain('find needle 1/3');
    await app.press('n');
    expect(app.screen()).toContain('line 150 Needle');
    expect(app.screen()).toContain('2/3');
    await app.press('n', 'n');
    expect(app.screen()).toContain('line 50 Needle');
    await app.press('N');
    expect(app.screen()).toContain('line 250 Needle');
    expect(app.screen()).toContain('3/3');
  });

  it('ends by Esc before the text is left, and finds again by / and the text that was there', async () => {
    await find('needle');
    await app.press('\r', esc);
    expect(app.screen()).not.toContain('find needle');
    expect(app.screen()).toContain('line 50 Needle');
    await app.press('n');
    expect(app.screen()).toContain('n does nothing here');
    await app.press(esc);
    expect(app.screen()).toContain('/ filter');
  });

  it('says that there is none, and capitals count', async () => {
    await find('NEEDLE');
    expect(app.screen()).toContain('find NEEDLE not found');
    await app.press('\u0015', ...Array.from('Needle'), '\r');
    expect(app.screen()).toContain('1/3');
  });

  it('leaves the filter of the list alone', async () => {
    await find('needle');
    await app.press('\r', esc, esc, '/');
    expect(app.screen()).not.toContain('needle');
  });
});
