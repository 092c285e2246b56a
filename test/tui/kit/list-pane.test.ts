import { afterEach, describe, expect, it } from 'vitest';
import { aPrompt } from '../../support/builders/content-builders.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../support/worlds/open-app.tsx';

const esc = '\u001B';

describe('a list', () => {
  let app: OpenApp;
  afterEach(() => app.close());

  const open = async (pane: string, options: OpenAppOptions = {}): Promise<void> => {
    app = await openApp(options);
    await app.press(pane);
    await app.settle();
  };

  it('hides a column by c and space; what it leaves goes to the column that grows', async () => {
    await open('5');
    expect(app.line('KIND')).toContain('ACTOR');
    const width = app.line('KIND').length;
    await app.press('c', 'j', ' ');
    expect(app.line('[ ] ACTOR')).toContain('▸');
    await app.press(esc);
    expect(app.line('KIND')).not.toContain('ACTOR');
    expect(app.line('KIND')).toHaveLength(width);
    await app.press('c', 'j', ' ', esc);
    expect(app.line('KIND')).toContain('ACTOR');
  });

  it('takes the whole width by W, its detail below it, and gives it back', async () => {
    await open('6', { rows: 40 });
    expect(app.line('SESSION')).toContain('Upstreams');
    expect(app.line('SESSION')).not.toContain('OPEN');
    await app.press('W');
    expect(app.line('SESSION')).not.toContain('Upstreams');
    expect(app.line('SESSION')).toContain('OPEN');
    expect(app.screen()).toContain('├ Upstreams');
    await app.press('W');
    expect(app.line('SESSION')).toContain('Upstreams');
  });

  it('keeps columns of instances that would give way at 80 columns', async () => {
    app = await openApp({ columns: 80, rows: 24 });
    expect(app.line('NAME')).not.toContain('PROBES');
    await app.press('W');
    expect(app.line('NAME')).toContain('PROBES');
    for (const line of app.screen().split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it('names the key that helps where the next step of a failing row has no room', async () => {
    app = await openApp();
    expect(app.line('gitea-1')).toContain('SECRET_UNRESOLVED GITEA_TOKEN → u secret');
  });

  it.each(['1', '2', '3', '4', '5', '6', '7', '9'])(
    'tells in pane %s of a field that it does not have',
    async (pane) => {
      await open(pane, { columns: 160 });
      await app.press('/', ...Array.from('nofield:x'));
      expect(app.screen()).toContain('(no field nofield here: ');
      await app.press('\r');
      expect(app.screen()).toContain('no field nofield here: (fields: ');
    },
  );

  it('tells of a value that a field does not have, and what was probably meant', async () => {
    await open('1', { columns: 160 });
    await app.press('/', ...Array.from('state:eror'));
    expect(app.screen()).toContain('filter state:eror (no state eror: did you mean error?)');
    await app.press('\r');
    expect(app.screen()).toContain('(state: pending, starting, running, error, stopping, stopped)');
  });

  it.each(['1', '2', '5'])('goes on in pane %s though a regular expression would take for ever', async (pane) => {
    await open(pane, { columns: 160, content: { prompts: [aPrompt({ summary: 'a'.repeat(80) })] } });
    await app.press('/', ...Array.from('/^(([a-z]|.)*)*!!$/'));
    expect(app.screen()).toContain('(this regular expression takes too long');
  });

  it('says where rows have one order only, or no columns', async () => {
    await open('5');
    await app.press('o');
    expect(app.screen()).toContain('the rows here have one order only');
    await app.press('8', 'c');
    expect(app.screen()).toContain('there is no table here');
  });

  it('is sorted by o and turned round by O, with the selection where it was', async () => {
    await open('3', { content: { prompts: [aPrompt()] } });
    await app.press('o');
    expect(app.screen()).toContain('sorted by name');
    await app.press('O', 'o');
    expect(app.state().tables.personalities).toMatchObject({ sort: 'PROMPTS', reverse: true });
  });
});
