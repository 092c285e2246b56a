/** The list of tokens. */
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenApp, OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { openListing, typeLine } from '../../../support/worlds/open-listing.ts';

const enter = '\r';
const esc = '\u001B';
const down = '\u001B[B';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

async function open(list: string, options: OpenAppOptions = {}): Promise<OpenApp> {
  app = await openListing(list, options);
  return app;
}

describe(':tokens', () => {
  it('lists what each is good for', async () => {
    const page = await open('tokens');
    expect(page.line('ci ')).toMatch(/▸ ci +operator +mcp, api +- +ops +never +never +1d/);
    expect(page.line('laptop')).toMatch(/laptop +- +mcp +- +all +never +never +3d/);
    await page.press('e');
    expect(page.screen()).toContain('a token is not edited');
  });

  it('makes a ticket that proves an agent', async () => {
    const page = await open('tokens');
    await page.press('n');
    await typeLine(page, 'desk');
    expect(page.screen()).toMatch(/a ticket of agent \w+/);
    while (!/▸.*a ticket of agent/.test(page.screen())) await page.press(down);
    await page.press(enter);
    await page.settle();
    expect(page.engine.asked.at(-1)).toMatch(/^createToken desk \{"subject":"agent:\w+","isTicket":true\}$/);
  });

  it('shows a new one once: it can be copied, and is in no state, notice or message, then or later', async () => {
    const page = await open('tokens');
    Object.assign(page.engine.commands, { createToken: async () => 'mcptui_canary4417' });
    await page.press('n');
    await typeLine(page, 'phone');
    expect(page.screen()).toContain('What is token phone good for?');
    await page.press(enter);
    await page.settle();
    expect(page.screen()).toContain('mcptui_canary4417');
    expect(JSON.stringify(page.state())).not.toContain('canary4417');
    await page.press('y');
    expect(page.copied).toEqual(['mcptui_canary4417']);
    await page.press(enter);
    expect(page.screen()).toContain('mcptui_canary4417');
    await page.press(esc);
    expect(page.screen()).not.toContain('canary4417');
    expect(page.state().overlay).toMatchObject({ kind: 'listing', of: 'tokens' });
    expect(JSON.stringify([page.state(), page.state().messages])).not.toContain('canary4417');
  });

  it('shows a token whole where it is wider than the screen', async () => {
    const page = await open('tokens', { columns: 60, rows: 20 });
    const token = `mcptui_${'a1b2c3d4'.repeat(12)}`;
    Object.assign(page.engine.commands, { createToken: async () => token });
    await page.press('n');
    await typeLine(page, 'phone');
    await page.press(enter);
    await page.settle();
    const shown = page.screen().replaceAll(/[^\w]/g, '');
    expect(shown).toContain(token);
  });

  it('makes one for a project alone or for an operator, and revokes one by its typed name', async () => {
    const page = await open('tokens');
    const make = async (name: string, downs: number): Promise<void> => {
      await page.press('n');
      await typeLine(page, name);
      await page.press(...Array.from({ length: downs }, () => down), enter);
      await page.settle();
      await page.press(esc);
    };
    await make('one', 1);
    await make('ops', 4);
    await page.press('D');
    expect(page.screen()).toContain('Revoke token ci?');
    await typeLine(page, 'ci');
    expect(page.engine.asked).toEqual([
      'createToken one {"projects":["default"]}',
      'createToken ops {"isOperator":true}',
      'removeToken ci',
    ]);
    expect(page.screen()).toContain('token ci is revoked');
  });
});
