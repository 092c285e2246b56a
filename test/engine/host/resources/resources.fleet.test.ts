import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectTo } from '../../../support/worlds/offered.ts';
import { restWorld, type RestWorld } from '../../../support/worlds/rest-world.ts';

let world: RestWorld;

beforeAll(async () => {
  world = await restWorld();
});
afterAll(() => world.close());

type Items = { readonly items: readonly Readonly<Record<string, unknown>>[]; readonly next?: string };

describe('REST: servers', () => {
  const source = { kind: 'command', command: ['node', 'server.js'] };

  it('are made, read, replaced and merged into as their document is', async () => {
    const env = { LEVEL: 'debug', TOKEN: 'secret:file/token' };
    const made = await world.ask('POST /servers', {
      body: { name: 'gitea', runtime: 'process', source, env, replicas: 0 },
    });
    expect(made).toMatchObject({ status: 201, body: { name: 'gitea', env: { TOKEN: 'secret:file/token' } } });
    const read = await world.ask('GET /servers/gitea');
    expect(read).toMatchObject({ status: 200, body: { name: 'gitea', source, env, revision: 1 } });
    expect(read.headers.etag).toBe('"1"');
    const patched = await world.ask('PATCH /servers/gitea', {
      body: { env: { LEVEL: null, MODE: 'fast' }, context: 'files' },
    });
    expect(patched).toMatchObject({ status: 200, body: { revision: 2 } });
    const now = await world.ask('GET /servers/gitea');
    expect(now.body).toMatchObject({ env: { TOKEN: 'secret:file/token', MODE: 'fast' }, context: 'files' });
    const put = await world.ask('PUT /servers/gitea', { headers: { 'if-match': '"2"' }, body: read.body });
    expect(put).toMatchObject({ status: 200, body: { revision: 3 } });
    expect(await world.ask('PUT /servers/gitea', { headers: { 'if-match': '"2"' }, body: read.body })).toMatchObject({
      status: 412,
    });
    expect((await world.ask('GET /servers/gitea')).body).toMatchObject({ env });
    expect(await world.ask('GET /servers/gitea/diff?left=1&right=2')).toMatchObject({ status: 200 });
    expect((await world.ask('GET /servers/gitea/revisions')).body).toMatchObject({ items: [{}, {}, {}] });
    const back = await world.ask('POST /servers/gitea/restore-revision', { body: { revision: 2, note: 'back' } });
    expect(back).toMatchObject({ status: 200, body: { revision: 4 } });
    expect((await world.ask('GET /servers?name=gitea')).body).toMatchObject({ items: [{ env: { MODE: '(set)' } }] });
  });

  it('drop `proxyMode`, and say so once in the answer and in the journal', async () => {
    const body = { name: 'old', runtime: 'process', source, replicas: 0, proxyMode: 'direct' };
    const made = await world.ask('POST /servers', { body });
    expect(made).toMatchObject({ status: 201, body: { notes: [expect.stringContaining('proxyMode is dropped')] } });
    expect(JSON.stringify((await world.ask('GET /servers/old')).body)).not.toContain('proxyMode');
    const [event] = (await world.harness.audit('server_create')).filter(({ target }) => target === 'server/old');
    expect(event?.message).toContain('proxyMode is dropped');
    await world.ask('PATCH /servers/old', { body: { proxyMode: 'x', context: 'c' } });
    const [update] = (await world.harness.audit('server_update')).filter(({ target }) => target === 'server/old');
    expect(update?.message).toContain('proxyMode is dropped');
    const project = await world.ask('POST /projects', { body: { name: 'legacy', proxyMode: 'filtered' } });
    expect(project).toMatchObject({
      status: 201,
      body: { name: 'legacy', notes: [expect.stringContaining('proxyMode')] },
    });
    const [created] = (await world.harness.audit('project_create')).filter(({ target }) => target === 'project/legacy');
    expect(created?.message).toContain('proxyMode is dropped');
    await world.ask('PATCH /projects/legacy', { body: { proxyMode: 'direct', instructions: 'x' } });
    const [changed] = (await world.harness.audit('project_update')).filter(({ target }) => target === 'project/legacy');
    expect(changed?.message).toMatch(/^instructions; proxyMode is dropped/);
    await world.ask('DELETE /servers/old');
  });

  it('have instances, which are started and stopped', async () => {
    await world.ask('POST /servers', { body: { name: 'fs', runtime: 'process', source } });
    await world.harness.untilPhase('fs-1', 'running');
    const { items } = (await world.ask('GET /instances?server=fs')).body as Items;
    expect(items).toMatchObject([{ name: 'fs-1', phase: 'running' }]);
    const one = `/instances/${String(items[0]?.['id'])}`;
    expect(await world.ask(`GET ${one}`)).toMatchObject({ status: 200, body: { name: 'fs-1' } });
    expect(await world.ask(`GET ${one}/detail`)).toMatchObject({ status: 200, body: { spec: { name: 'fs' } } });
    expect(await world.ask(`GET ${one}/logs?lines=5`)).toMatchObject({ status: 200, body: { items: [{}] } });
    expect(await world.ask('POST /instances/fs-1/stop')).toMatchObject({ status: 204 });
    expect(await world.ask('POST /instances/fs-1/retry')).toMatchObject({ status: 409, body: { code: 'conflict' } });
    expect(await world.ask('DELETE /servers/fs')).toMatchObject({ status: 204 });
  });
});

describe('REST: models, secrets, roles, tokens', () => {
  it('models are changed as their document is', async () => {
    const body = { name: 'small', kind: 'ollama', model: 'm', tier: 'fast', key: 'secret:env/KEY' };
    expect(await world.ask('POST /models', { body })).toMatchObject({ status: 201, body: { key: 'secret:env/KEY' } });
    const read = await world.ask('GET /models/small');
    expect(read).toMatchObject({ status: 200, body: { kind: 'ollama', key: 'secret:env/KEY' } });
    expect(await world.ask('PATCH /models/small', { body: { tier: 'both' } })).toMatchObject({
      body: { tier: 'both' },
    });
    const headers = { 'if-match': read.headers.etag ?? '' };
    expect(await world.ask('PUT /models/small', { headers, body })).toMatchObject({ status: 412 });
    expect(await world.ask('PUT /models/small', { body: read.body })).toMatchObject({
      status: 200,
      body: { tier: 'fast' },
    });
    expect(await world.ask('GET /models')).toMatchObject({ body: { items: [{ name: 'small' }] } });
    expect(await world.ask('POST /models', { body: { ...body, name: 'b', key: 'sk-123' } })).toMatchObject({
      status: 422,
    });
    expect(await world.ask('DELETE /models/small')).toMatchObject({ status: 204 });
    const run = { source: { kind: 'command', command: ['llama'] }, runtime: 'process', env: { A: 'b' } };
    const managed = { name: 'big', kind: 'managed', tier: 'heavy', run };
    expect(await world.ask('POST /models', { body: managed })).toMatchObject({
      status: 201,
      body: { kind: 'managed' },
    });
    expect(await world.ask('DELETE /models/big')).toMatchObject({ status: 204 });
  });

  it('secrets are set and named, never shown', async () => {
    const value = 'a value of some length';
    const made = await world.ask('POST /secrets', { body: { name: 'token', value } });
    expect(made).toMatchObject({ status: 201 });
    expect(made.headers.location).toBe('/api/v1/secrets/file%2Ftoken');
    expect(await world.ask('POST /secrets', { body: { name: 'token', value } })).toMatchObject({ status: 409 });
    expect(await world.ask('PUT /secrets/file%2Ftoken', { body: { value: `${value}!` } })).toMatchObject({
      status: 200,
    });
    expect(await world.ask('PUT /secrets/env%2Fx', { body: { value } })).toMatchObject({ status: 422 });
    const list = await world.ask('GET /secrets');
    expect(list.body).toMatchObject({ items: [{ name: 'file/token', backend: 'file' }] });
    expect(JSON.stringify(list.body)).not.toContain('of some length');
    expect(await world.ask('GET /secrets/file%2Ftoken')).toMatchObject({ status: 200 });
    expect(await world.ask('DELETE /secrets/file%2Ftoken')).toMatchObject({ status: 409 });
    expect(await world.ask('DELETE /secrets/file%2Ftoken?force=true')).toMatchObject({ status: 200 });
  });

  it('roles are bound, and tokens are made and rotated', async () => {
    const rules = [{ verbs: ['run'], kinds: ['server'] }];
    expect(await world.ask('POST /roles', { body: { name: 'caller', rules } })).toMatchObject({ status: 201 });
    expect(await world.ask('PATCH /roles/caller', { body: { summary: 'Calls.' } })).toMatchObject({
      body: { summary: 'Calls.', rules },
    });
    const bound = await world.ask('POST /bindings', {
      body: { subject: 'agent:bot', role: 'caller', projects: ['ops'] },
    });
    expect(bound).toMatchObject({ status: 201, body: { subject: 'agent:bot' } });
    expect(await world.ask('GET /bindings?role=caller')).toMatchObject({ body: { items: [{ projects: ['ops'] }] } });
    const where = String(bound.headers.location).replace('/api/v1', '');
    expect(await world.ask(`GET ${where}`)).toMatchObject({ status: 200 });
    expect(await world.ask(`DELETE ${where}`)).toMatchObject({ status: 204 });
    expect(await world.ask('DELETE /roles/caller')).toMatchObject({ status: 204 });
    expect(await world.ask('DELETE /roles/admin')).toMatchObject({ status: 400 });
    const token = await world.ask('POST /tokens', { body: { name: 'ci', subject: 'service:ci', roles: ['viewer'] } });
    expect(token).toMatchObject({ status: 201, body: { name: 'ci', token: expect.any(String) } });
    expect(await world.ask('POST /tokens/ci/rotate')).toMatchObject({
      status: 200,
      body: { token: expect.any(String) },
    });
    expect(await world.ask('GET /tokens/ci')).toMatchObject({ status: 200, body: { subject: 'service:ci' } });
    expect(await world.ask('DELETE /tokens/ci')).toMatchObject({ status: 204 });
  });
});

describe('REST: audit', () => {
  it('pages through events from the newest to the first', async () => {
    const seen: number[] = [];
    let cursor = '';
    for (let page = 0; page < 100; page += 1) {
      const { body } = await world.ask(`GET /audit/events?limit=50${cursor}`);
      const { items, next } = body as Items;
      seen.push(...items.map((event) => event['n'] as number));
      if (next === undefined) break;
      cursor = `&before=${next}`;
    }
    expect(seen).toEqual(seen.toSorted((a, b) => b - a));
    expect(seen.at(-1)).toBe(1);
  });

  it('keeps events of one kind', async () => {
    for (const name of ['one', 'two']) await world.ask('POST /projects', { body: { name } });
    const { body } = await world.ask('GET /audit/events?kind=project_create');
    const targets = (body as Items).items.map((event) => event['target']);
    expect(targets).toEqual(expect.arrayContaining(['project/one', 'project/two']));
    expect((body as Items).items.every((event) => event['kind'] === 'project_create')).toBe(true);
  });

  it('tells what an agent saw by a moment, to those who may view the journal of its project', async () => {
    await world.ask('POST /projects', { body: { name: 'seen' } });
    const { agent } = await connectTo(world.harness, { project: 'seen' });
    const { result } = await agent.request('tools/list');
    await world.harness.db.flush();
    const [session] = ((await world.ask('GET /audit/sessions?project=seen')).body as Items).items;
    const path = `/audit/sessions/${String(session?.['id'])}/saw`;
    const told = (await world.ask(`GET ${path}?what=tools&texts=true`)).body as Items;
    expect(told.items).toMatchObject([{ what: 'tools', text: JSON.stringify(result) }]);
    expect((await world.ask(`GET ${path}?n=1`)).body).toMatchObject({ project: 'seen', items: [] });
    expect((await world.ask(`GET ${path}?at=2020-01-01T00:00:00Z`)).body).toMatchObject({ items: [] });
    expect(await world.ask(`GET ${path}?at=yesterday`)).toMatchObject({ status: 400 });
    expect(await world.ask('GET /audit/sessions/ses_none/saw')).toMatchObject({ status: 404 });
    await world.harness.engine.commands.createBinding('user:elsewhere', 'viewer', { projects: ['one'] });
    const token = await world.token('elsewhere', { subject: 'user:elsewhere' });
    expect(await world.ask(`GET ${path}`, { token })).toMatchObject({ status: 403 });
  });
});
