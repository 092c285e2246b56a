/** The lists of roles and bindings. */
import { afterEach, describe, expect, it } from 'vitest';
import type { OpenApp } from '../../../support/worlds/open-app.tsx';
import { openListing, typeLine } from '../../../support/worlds/open-listing.ts';

const enter = '\r';
const esc = '\u001B';
const down = '\u001B[B';

let app: OpenApp | undefined;
afterEach(() => {
  app?.close();
  app = undefined;
});

describe(':roles', () => {
  it('lists what there is, and shows with enter the rules of one and who has it', async () => {
    app = await openListing('roles');
    await app.engine.commands.createBinding('user:bob', 'reviewer', { projects: ['ops'] });
    expect(app.line('reviewer ')).toMatch(/reviewer +mcptui +0 +\d+ /);
    while (!/▸ reviewer /.test(app.screen())) await app.press(down);
    await app.press(enter);
    await app.settle();
    expect(app.screen()).toContain('role reviewer');
    expect(app.screen()).toMatch(/allows +view \*/);
    expect(app.screen()).toContain('approve prompt,personality');
    expect(app.line('user:bob')).toContain('@ops');
  });

  it('says of a built-in one that it is not deleted, and where one is made', async () => {
    app = await openListing('roles');
    await app.press('D');
    expect(app.screen()).toContain('is built in: it is not deleted');
    await app.press('n');
    expect(app.screen()).toContain('mcptui create role NAME --allow');
    expect(app.engine.asked).toEqual([]);
  });
});

describe(':bindings', () => {
  it('gives a role step by step, lists who has what, and takes it away after a question', async () => {
    app = await openListing('bindings');
    expect(app.screen()).toContain('there is no binding · n makes one');
    await app.press('n');
    await typeLine(app, 'user:bob');
    await app.settle();
    expect(app.screen()).toContain('Which role does user:bob get?');
    await app.press(...Array.from('reviewer'), enter);
    expect(app.screen()).toContain('Where is user:bob reviewer?');
    await app.press(enter);
    await app.settle();
    expect(app.engine.asked).toEqual(['createBinding user:bob reviewer']);
    expect(app.line('user:bob')).toMatch(/▸ user:bob +reviewer +\S+ .* ann/);
    await app.press('D');
    await app.pass(300);
    expect(app.screen()).toContain('Take reviewer of user:bob away?');
    await app.press(esc);
    expect(app.engine.asked).toHaveLength(1);
    await app.press('D');
    await app.pass(300);
    await app.press('y');
    await app.settle();
    expect(app.engine.asked.at(-1)).toBe('deleteBinding b1');
    expect(app.screen()).toContain('there is no binding');
  });
});
