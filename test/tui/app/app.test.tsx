import { afterEach, describe, expect, it } from 'vitest';
import { openApp, type OpenApp } from '../../support/worlds/open-app.tsx';

describe('App', () => {
  let app: OpenApp | undefined;
  afterEach(() => app?.close());

  it('names the failing secret, the countdown and what helps in its first frame', async () => {
    app = await openApp({ columns: 80, rows: 24 });
    const gitea = app.line('gitea-1');
    expect(gitea).toContain('ERROR');
    expect(gitea).toContain('4m12s');
    expect(gitea).toContain('SECRET_UNRESOLVED GITEA_TOKEN');
    expect(app.screen()).toContain('GITEA_TOKEN ← file:gitea-creds  no entry');
  });

  it('says on the row of a missing secret how to set it', async () => {
    app = await openApp({ columns: 200, rows: 24 });
    expect(app.line('gitea-1')).toContain('SECRET_UNRESOLVED GITEA_TOKEN → u secret gitea-creds');
  });

  it('lists what fails first', async () => {
    app = await openApp();
    const names = app.screen().match(/(?:gitea|slack|jira|browser|docs|fs|pg)-\d(?= +(?:img|npx|http|sse))/g);
    expect(names).toEqual(['gitea-1', 'slack-1', 'jira-1', 'browser-1', 'docs-1', 'fs-1', 'fs-2', 'pg-1']);
  });

  it('moves with j and k and by arrows, and keeps the selection by id when the order changes', async () => {
    app = await openApp();
    await app.press('j', 'j', '\u001B[B', 'k');
    expect(app.line('▸')).toContain('jira-1');
    const jira = app.engine.view().instances.get('ins_jira-1');
    if (jira === undefined) throw new Error('no jira-1');
    app.engine.patch({ op: 'put', kind: 'instances', value: { ...jira, health: 'healthy' } });
    await app.pass(200);
    expect(app.line('▸')).toContain('jira-1');
  });

  it('counts down without anything else happening', async () => {
    app = await openApp();
    await app.pass(2000);
    expect(app.line('gitea-1')).toContain('4m10s');
    expect(app.line('slack-1')).toContain('0:16');
  });

  it('shows audit events as they come and pauses following when scrolled', async () => {
    app = await openApp();
    await app.press('5');
    await app.settle();
    expect(app.screen()).toContain('follow ▼');
    await app.press('k', 'k');
    app.emitEvents(214);
    await app.pass(200);
    expect(app.screen()).toContain('214 new below · G resumes follow');
    await app.press('G');
    expect(app.screen()).toContain('follow ▼');
  });
});
