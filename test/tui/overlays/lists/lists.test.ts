/** What all lists over the pane have in common. */
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenApp, OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { openListing, typeLine } from '../../../support/worlds/open-listing.ts';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

async function open(list: string, options: OpenAppOptions = {}): Promise<OpenApp> {
  app = await openListing(list, options);
  return app;
}

describe('a new row of a list', () => {
  it.each([
    ['projects', 'default', 'there is a project default'],
    ['agents', 'reviewer', 'there is an agent reviewer'],
    ['tokens', 'ci', 'there is a token ci'],
    ['projects', 'My Ops', 'My Ops is not a name'],
  ])('of %s cannot be called %s: what was typed stays, to be mended', async (list, name, fault) => {
    const page = await open(list);
    await page.press('n');
    await typeLine(page, name);
    expect(page.screen()).toContain(fault);
    expect(page.state().overlay).toMatchObject({ kind: 'ask', field: { text: name } });
    expect(page.engine.asked).toEqual([]);
  });
});

describe('a list in a terminal of 60 columns', () => {
  it('keeps the name and the last column', async () => {
    const page = await open('agents', { columns: 60, rows: 20 });
    expect(page.screen()).toMatch(/NAME .*SUMMARY/);
    expect(page.line('▸')).toMatch(/▸ reviewer .*Reads/);
  });
});

describe('a list in a read-only console', () => {
  it.each(['projects', 'agents', 'tokens'])('refuses to change %s, and says why', async (list) => {
    const page = await open(list, { readOnly: true });
    for (const key of ['n', 'e', 'D']) {
      await page.press(key);
      expect(page.screen()).toContain('the console is read-only');
      expect(page.state().overlay).toMatchObject({ kind: 'listing' });
    }
    expect(page.engine.asked).toEqual([]);
  });
});
