/** The line between list and detail, moved by < and >. */
import { afterEach, describe, expect, it } from 'vitest';
import { layoutOf } from '../../../src/tui/kit/layout.ts';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

let app: OpenApp;
afterEach(() => app.close());

const layout = () => layoutOf(app.state());

/** How many rows there are, and how wide those of the pane. */
function shape(): { readonly rows: number; readonly widths: readonly number[] } {
  const lines = app.screen().split('\n');
  return { rows: lines.length, widths: [...new Set(lines.slice(2, -2).map((line) => line.length))] };
}

describe('< and >', () => {
  it('move it by rows where the detail stands below', async () => {
    app = await openApp();
    const before = layout();
    await app.press('<');
    expect(layout()).toMatchObject({ list: before.list - 1, detail: before.detail + 1 });
    await app.press('>', '>');
    expect(layout()).toMatchObject({ list: before.list + 1, detail: before.detail - 1 });
    expect(shape()).toEqual({ rows: 36, widths: [120] });
  });

  it('move it by four columns where it stands beside, in this pane alone', async () => {
    app = await openApp({ columns: 140 });
    await app.press('2');
    const before = layout();
    await app.press('>');
    expect(layout().beside).toBe(before.beside - 4);
    expect(shape()).toEqual({ rows: 36, widths: [140] });
    await app.press('3');
    expect(app.state().tables.personalities.split).toBe(0);
  });

  it('stop where one of the two has its least, and count no key beyond', async () => {
    app = await openApp();
    await app.press(...Array.from({ length: 60 }, () => '>'));
    expect(layout().detail).toBe(3);
    expect(app.screen()).toContain('the detail keeps this room');
    const at = app.state().tables.instances.split;
    await app.press('<');
    expect(app.state().tables.instances.split).toBe(at - 1);
    expect(layout().detail).toBe(4);
    await app.press(...Array.from({ length: 60 }, () => '<'));
    expect(layout().list).toBe(4);
    expect(shape()).toEqual({ rows: 36, widths: [120] });
  });

  it('give a short screen a detail in place of its peek, and back', async () => {
    app = await openApp({ columns: 80, rows: 24 });
    expect(layout().detail).toBe(3);
    await app.press('<', '<', '<');
    expect(layout().detail).toBe(6);
    expect(shape()).toEqual({ rows: 24, widths: [80] });
    await app.press('>', '>', '>', '>');
    expect(layout().detail).toBe(3);
    expect(shape()).toEqual({ rows: 24, widths: [80] });
  });

  it.each(['1', '2', '3', '4', '5', '6', '7', '9'])('leave pane %s whole at both ends', async (pane) => {
    app = await openApp({ columns: 160 });
    await app.press(pane);
    for (const split of [-60, 60]) {
      const { tables } = app.state();
      const moved = Object.entries(tables).map(([id, table]) => [id, { ...table, split }]);
      app.ui.set({ tables: { ...tables, ...Object.fromEntries(moved) } });
      await app.settle();
      expect(shape()).toEqual({ rows: 36, widths: [160] });
    }
  });

  it('say why they do nothing', async () => {
    app = await openApp({ columns: 70, rows: 20 });
    await app.press('<');
    expect(app.screen()).toContain('there is no detail beside this list');
    await app.press('+', '>');
    expect(app.screen()).toContain('only the detail is shown');
  });
});
