/** Pane 6: sessions on the left, upstreams beside or below them; timeline, disconnecting, caches, copying. */
import { afterEach, describe, expect, it } from 'vitest';
import { aFailedInstance, anInstance, fixtureNow } from '../../../support/builders/console-builders.ts';
import { aMissingSecret } from '../../../support/builders/secrets.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { aFailingUpstream, anUpstream } from '../../../support/worlds/routed-fixture.ts';
import { sessionsFor } from '../../../support/worlds/screen-fixture.ts';

let app: OpenApp;
afterEach(() => app.close());

const upstreams = [anUpstream(), aFailingUpstream(), anUpstream({ server: 'memory', errors5m: 2 })];

async function open(options: OpenAppOptions = {}): Promise<void> {
  app = await openApp({ sessions: sessionsFor(2, fixtureNow), upstreams, ...options });
  await app.press('6');
}

describe('the Sessions pane', () => {
  it('shows at 120 columns who is connected and how each upstream does, what fails first', async () => {
    await open();
    const lines = app.screen().split('\n');
    expect(lines[3]).toMatch(/SESSION +CLIENT +AGENT +CALLS +ERR +IDLE.*│ Upstreams · 1 failing/);
    expect(lines[4]).toMatch(/▸ ses_1 +claude-code 2\.1 +- +38 +0 +4s .*│ +UPSTREAM +TOOLS +CACHE +P50 +P95 +ERR\/5M/);
    expect(lines[5]).toMatch(/ses_2 +cursor 3\.0 +- +39 +1 +8s .*✗ gitea +- +negative 22s +- +- +12/);
    expect(lines[6]).toMatch(/● fs +11 +fresh 4m +9ms +31ms +0/);
    expect(lines[7]).toMatch(/● memory +11 +fresh 4m +9ms +31ms +2/);
  });

  it('goes with u from an upstream that fails for a secret to that secret', async () => {
    await open({ instances: [aFailedInstance()], secrets: [aMissingSecret({ id: 'file/gitea-creds' })] });
    await app.press('u');
    expect(app.screen()).toContain('this list is of sessions: Tab goes to the upstreams');
    await app.press('\t', 'u');
    expect(app.line('▸')).toMatch(/gitea-creds +file/);
  });

  it('keeps a peek of two upstreams under a heading at 80×24 and shows them all with +', async () => {
    await open({ columns: 80, rows: 24 });
    expect(app.line('Sessions ─')).toContain('2 connected');
    expect(app.line('├')).toMatch(/Upstreams · 1 failing ─+ 3 upstreams · \+ shows them/);
    expect(app.line('✗')).toContain('gitea');
    expect(app.line('UPSTREAM')).toMatch(/UPSTREAM +STATE +INST/);
    await app.press('\t');
    expect(app.screen()).toContain('there is no detail beside this list: + shows it');
    await app.press('+');
    expect(app.line('┌')).toContain('Upstreams');
    expect(app.screen()).toMatch(/UPSTREAM +STATE +INST +TOOLS/);
    expect(app.screen()).not.toContain('claude-code 2.1  default');
  });

  it('lists those that are over for state:ended, says how each ended, and disconnects none of them', async () => {
    const [live, over] = sessionsFor(2, fixtureNow);
    const ended = { ...over!, endedAt: fixtureNow - 120_000, reason: 'the client closed the stream' };
    await open({ sessions: [live!], endedSessions: [ended] });
    expect(app.screen()).toContain('1 connected · /state:ended (1)');
    await app.press('/', ...Array.from('state:ended'), '\r');
    expect(app.line('▸')).toMatch(/ses_2 +cursor 3\.0 .* ended/);
    expect(app.screen()).toMatch(/ended 2m\d*s? ago: the client closed the stream/);
    await app.press('X');
    expect(app.screen()).toContain('cursor 3.0 is not connected any more');
    await app.press('\r');
    expect(app.screen()).toContain('filter session:ses_2');
  });

  it('marks an upstream whose instances are not well as pane 1 does', async () => {
    await open({
      upstreams: [
        anUpstream({ server: 'jira', health: 'unhealthy' }),
        anUpstream({ server: 'slow', health: 'degraded' }),
      ],
    });
    expect(app.line('jira')).toMatch(/▲ jira/);
    await app.press('+');
    expect(app.screen()).toMatch(/▲ jira +unhealthy +1/);
    expect(app.screen()).toMatch(/● slow +degraded +1/);
  });

  it('turns stale when nobody asked for a while', async () => {
    await open();
    expect(app.line('● fs')).toContain('fresh 4m');
    await app.pass(61_000);
    expect(app.line('● fs')).toContain('stale 5m');
  });

  it('names the instances that the session under the keys has for itself', async () => {
    const lease = { sessionId: 'ses_2', client: 'cursor 3.0', since: fixtureNow };
    await open({ instances: [anInstance(), anInstance({ name: 'fs-2', lease })] });
    expect(app.line('└')).not.toContain('has for itself');
    await app.press('j');
    expect(app.line('└')).toContain('has for itself: fs-2');
  });

  it('opens the timeline of a session, and of an upstream the calls of its tools', async () => {
    await open();
    await app.press('j', '\r');
    expect(app.screen()).toContain('filter session:ses_2');
    await app.press('6', '\t', 'j', '\r');
    expect(app.screen()).toContain('filter kind:tool_call target:fs/');
  });

  it('says in the foot why the upstream under the keys does not answer', async () => {
    await open();
    await app.press('\t');
    expect(app.line('└')).toContain('SECRET_UNRESOLVED: GITEA_TOKEN: file: no entry');
    expect(app.styled()).toContain('\u001B[7m▸ ✗ gitea');
  });

  it('asks before it disconnects, and does it on y alone', async () => {
    await open();
    await app.press('X');
    expect(app.screen()).toContain('Disconnect claude-code 2.1?');
    expect(app.screen()).toContain('connects again by itself');
    await app.press('\r');
    expect(app.engine.asked).toEqual([]);
    await app.press('X', 'y');
    expect(app.engine.asked).toEqual(['disconnectSession ses_1']);
    await app.settle();
    expect(app.screen()).toContain('claude-code 2.1 is disconnected');
  });

  it('drops the caches of the upstream under the keys, else of all', async () => {
    await open();
    await app.press('i', '\t', 'j', 'i');
    await app.settle();
    expect(app.engine.asked).toEqual(['dropLists all', 'dropLists fs']);
    expect(app.screen()).toContain('lists of fs dropped');
  });

  it('changes nothing when it is read-only', async () => {
    await open({ readOnly: true });
    await app.press('X', 'i');
    expect(app.screen()).toContain('the console is read-only');
    expect(app.state().overlay).toBeUndefined();
    expect(app.engine.asked).toEqual([]);
  });

  it('copies how another agent is launched like this one', async () => {
    const sessions = sessionsFor(1, fixtureNow).map((one) => ({ ...one, project: 'ops', agent: 'reviewer' }));
    await open({ sessions });
    await app.press('y');
    expect(app.screen()).toContain('connect Claude');
    await app.press('c');
    await app.press('y', 'm');
    expect(app.copied).toEqual([
      'claude mcp add mcptui -- mcptui proxy --project ops --agent reviewer',
      '{"mcpServers":{"mcptui":{"command":"mcptui","args":["proxy","--project","ops","--agent","reviewer"]}}}',
    ]);
  });

  it('says how to connect an agent when none is', async () => {
    await open({ sessions: [] });
    expect(app.screen()).toContain('no agent is connected · y copies how to connect one');
    await app.press('X');
    expect(app.screen()).toContain('no session is connected');
    await app.press('y', 'c');
    expect(app.copied).toEqual(['claude mcp add mcptui -- mcptui proxy']);
  });

  it('makes what clients and servers call themselves harmless', async () => {
    const [one] = sessionsFor(1, fixtureNow);
    await open({
      sessions: [{ ...one!, client: '\u001B[2Jevil\u202E' }],
      upstreams: [aFailingUpstream({ reason: 'a\u001B]0;b\u0007' })],
      columns: 160,
    });
    await app.press('\t');
    expect(app.screen()).toContain('\\x1b[2Jevil\\u202e');
    expect(app.screen()).toContain('a\\x1b]0;b\\x07');
  });

  it('moves through 100,000 sessions', async () => {
    await open({ sessions: sessionsFor(100_000, fixtureNow), upstreams: [] });
    expect(app.line('Sessions ─')).toContain('100000 connected');
    await app.press('G');
    expect(app.line('▸')).toContain('_100000');
  });
});
