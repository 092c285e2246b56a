import { afterEach, describe, expect, it } from 'vitest';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

const at = (button: number, row: number, end = 'M'): string => `\u001B[<${button};10;${row + 1}${end}`;

describe('the mouse', () => {
  let app: OpenApp;
  afterEach(() => app.close());
  const rowOf = (name: string): number =>
    app
      .screen()
      .split('\n')
      .findIndex((line) => line.includes(` ${name} `));
  const turnOn = async (): Promise<void> => {
    await app.send(':');
    await app.send('mouse');
    await app.press('\r');
    await app.settle();
  };

  it('does nothing until :mouse turns it on', async () => {
    app = await openApp();
    await app.send(at(0, rowOf('docs-1')));
    await app.send(at(65, 10));
    expect(app.line('▸')).toContain('gitea-1');
  });

  it('selects the row that is clicked, and moves three rows a notch', async () => {
    app = await openApp();
    await turnOn();
    expect(app.screen()).toContain('mouse on');
    await app.send(at(0, rowOf('docs-1')));
    expect(app.line('▸')).toContain('docs-1');
    await app.send(at(64, 10));
    expect(app.line('▸')).toContain('slack-1');
    await app.send(at(65, 10));
    expect(app.line('▸')).toContain('docs-1');
    // Let go, dragged, the second button, beyond the list.
    await app.send(at(0, rowOf('pg-1'), 'm') + at(32, rowOf('pg-1')) + at(2, rowOf('pg-1')) + at(0, 0) + at(0, 33));
    expect(app.line('▸')).toContain('docs-1');
  });

  it('answers no question', async () => {
    app = await openApp({ hosting: true });
    await turnOn();
    await app.pass(300);
    await app.press('q');
    await app.pass(300);
    await app.send(at(0, 33) + at(65, 33));
    expect(app.left).toEqual([]);
    expect(app.state().overlay).toMatchObject({ kind: 'question' });
  });
});
