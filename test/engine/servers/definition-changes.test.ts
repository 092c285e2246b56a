import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { definitionChanges, loginEffect, needsRestart } from '../../../src/engine/servers/definition-changes.ts';
import { checkedDraft } from '../../../src/engine/servers/checked-draft.ts';
import { draftAfter, type ServerPatch } from '../../../src/engine/servers/server-change.ts';
import { toServerDocument } from '../../../src/engine/servers/server-document.ts';
import type { Server } from '../../../src/store/schema/server.ts';
import { aServer } from '../../support/builders/builders.ts';

const command = aServer({ env: [{ name: 'MODE', value: 'a' }] });
const remote = aServer({
  runtime: 'remote',
  source: { kind: 'url', url: 'https://mcp.example.com/mcp', headers: [{ name: 'X-Team', value: 'a' }] },
});
const image = aServer({ runtime: 'docker', source: { kind: 'image', image: 'acme/fs:1' } });

function after(server: Server, patch: ServerPatch): Server {
  const { id, revision, createdAt, updatedAt } = server;
  return checkedDraft(draftAfter(server, { patch }), { id, revision, createdAt, updatedAt }, server);
}

describe('definitionChanges', () => {
  it.each<[string, Server, ServerPatch, readonly string[]]>([
    ['a context', command, { context: 'files' }, ['context: "" → files, now']],
    ['a prefix', command, { prefix: 'f' }, ['prefix: fs → f, now']],
    ['a probe', command, { health: { tool: 'echo' } }, ['probe tool: tools/list → echo, now']],
    ['limits of calls', command, { calls: { maxInFlight: 2 } }, ['calls in flight: – → 2, now']],
    ['a start timeout', command, { startTimeoutMs: 90_000 }, ['start timeout: 1m → 90s, start']],
    ['replicas', command, { replicas: 3 }, ['replicas: 1 → 3, replicas']],
    ['a variable', command, { env: { MODE: 'b' } }, ['env MODE: a → b, restart']],
    ['a new secret', command, { env: { KEY: 'secret:file/key' } }, ['env KEY: – → secret:file/key, restart']],
    ['a variable less', command, { env: { MODE: null } }, ['env MODE: a → –, restart']],
    ['arguments', command, { args: ['--all', 'a b'] }, ['command: serve → serve --all "a b", restart']],
    ['a folder', command, { cwd: '/srv' }, ['working folder: – → /srv, restart']],
    ['an isolation', command, { isolation: 'shared' }, ['isolation: session → shared, restart']],
    ['what is the default anyway', command, { isolation: 'session' }, []],
    ['limits of what is no container', command, { limits: { pids: 9 } }, ['pids: 256 → 9, start']],
    ['limits of a container', image, { limits: { pids: 9 } }, ['pids: 256 → 9, restart']],
    ['an image', image, { image: 'acme/fs:2' }, ['image: acme/fs:1 → acme/fs:2, restart']],
    [
      'a URL',
      remote,
      { url: 'https://mcp.example.com/v2' },
      ['url: https://mcp.example.com/mcp → https://mcp.example.com/v2, restart'],
    ],
    ['a header', remote, { headers: { 'X-Team': 'b' } }, ['header X-Team: a → b, restart']],
    ['a variable of what runs elsewhere', remote, { env: { A: 'b' } }, ['env A: – → b, now']],
  ])('says of %s what it needs', (_what, server, patch, expected) => {
    const changes = definitionChanges(server, after(server, patch));
    expect(
      changes.map(({ field, before = '–', after: to = '–', effect }) => `${field}: ${before} → ${to}, ${effect}`),
    ).toEqual(expected);
  });

  it('shows no value that looks like a secret, and says that it is another one', () => {
    const before = aServer({
      env: [
        { name: 'API_TOKEN', value: 'short' },
        { name: 'DB', value: 'postgres://ann:pw@db/x' },
        { name: 'ODD', value: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a' },
      ],
    });
    const changes = definitionChanges(before, after(before, { env: { API_TOKEN: 'other', DB: 'x', ODD: 'y' } }));
    expect(changes).toEqual([
      { field: 'env API_TOKEN', before: '(set)', after: '(set), another value', effect: 'restart' },
      { field: 'env DB', before: '(set)', after: 'x', effect: 'restart' },
      { field: 'env ODD', before: '(set)', after: 'y', effect: 'restart' },
    ]);
  });
});

const text = fc.stringMatching(/^[ -z]{0,30}$/);
const name = fc.stringMatching(/^[A-Z_]{1,12}$/);
const servers: fc.Arbitrary<Server> = fc
  .record({
    command: fc.array(text, { minLength: 1, maxLength: 4 }),
    env: fc.uniqueArray(fc.record({ name, value: text }), { selector: (entry) => entry.name, maxLength: 4 }),
    context: text,
    replicas: fc.nat(5),
    isolation: fc.constantFrom('session' as const, 'shared' as const),
  })
  .map(({ command: argv, ...rest }) => aServer({ ...rest, source: { kind: 'command', command: argv } }));

describe('needsRestart', () => {
  it('is told by the changes: never without one, and always with one that says so', () => {
    fc.assert(
      fc.property(servers, servers, (left, right) => {
        const changes = definitionChanges(left, right);
        expect(needsRestart(left, right)).toBe(changes.some(({ effect }) => effect === 'restart'));
      }),
    );
  });
});

describe('toServerDocument', () => {
  it('gives the same definition back when it is read, whatever stands in it', () => {
    fc.assert(
      fc.property(servers, (server) => {
        const { id, revision, createdAt, updatedAt } = server;
        const draft = draftAfter(server, { text: toServerDocument(server) });
        expect(checkedDraft({ ...draft, literal: true }, { id, revision, createdAt, updatedAt }, server)).toEqual(
          server,
        );
      }),
    );
  });

  it('leaves what of a URL looks like a secret out, and keeps it when it comes back', () => {
    const url = 'https://mcp.example.com/t/9f86d081884c7d659a2feaa0c55ad015/mcp?api_key=abc&team=x';
    const server = { ...remote, source: { ...remote.source, url } } as Server;
    const shown = toServerDocument(server);
    expect(shown).toContain('url: https://mcp.example.com/t/…/mcp?api_key=…&team=x');
    expect(draftAfter(server, { text: shown }).source).toMatchObject({ url });
    expect(() => draftAfter(server, { text: shown.replace('/mcp?', '/v2?') })).toThrow('… stands for a part');
  });
});

describe('loginEffect', () => {
  const at = (url: string): Server => ({ ...remote, source: { ...remote.source, url } }) as Server;
  it.each([
    ['https://mcp.example.com/mcp', undefined],
    ['https://mcp.example.com/other?team=1', 'kept'],
    ['https://mcp.example.com:8443/mcp', 'again'],
    ['http://mcp.example.com/mcp', 'again'],
    ['https://mcp.example.org/mcp', 'again'],
  ])('of https://mcp.example.com/mcp → %s is %s', (url, expected) => {
    expect(loginEffect(remote, at(url))).toBe(expected);
  });
});
