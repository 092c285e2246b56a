import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { restWorld, type RestWorld } from '../../../support/worlds/rest-world.ts';

let world: RestWorld;

beforeAll(async () => {
  world = await restWorld();
});
afterAll(() => world.close());

const content = { summary: 'How to write.', priority: 5, body: 'Short words.' };
type Items = { readonly items: readonly Readonly<Record<string, unknown>>[]; readonly next?: string };

describe('REST: prompts', () => {
  it('are made, read, replaced, merged into and deleted', async () => {
    const made = await world.ask('POST /prompts', { body: { name: 'style', content, note: 'first' } });
    expect(made).toMatchObject({ status: 201, body: { ref: 'style', semver: '0.1.0' } });
    expect(made.headers.location).toBe('/api/v1/prompts/style');
    const read = await world.ask('GET /prompts/style');
    expect(read).toMatchObject({ status: 200, body: { ref: 'style', content, kind: 'prompt' } });
    expect(read.headers.etag).toBe(made.headers.etag);
    const ifMatch = { 'if-match': read.headers.etag ?? '' };
    const put = await world.ask('PUT /prompts/style', {
      headers: ifMatch,
      body: { content: { body: 'New.' }, bump: 'minor' },
    });
    expect(put).toMatchObject({ status: 200, body: { semver: '0.2.0' } });
    const stale = await world.ask('PUT /prompts/style', { headers: ifMatch, body: { content: { body: 'Late.' } } });
    expect(stale).toMatchObject({ status: 412, body: { code: 'stale', type: '/api/v1/problems/stale' } });
    const patched = await world.ask('PATCH /prompts/style', {
      headers: { 'content-type': 'application/merge-patch+json' },
      body: { content: { priority: 9 }, note: 'more' },
    });
    expect(patched).toMatchObject({ status: 200, body: { semver: '0.2.1' } });
    expect((await world.ask('GET /prompts/style')).body).toMatchObject({ content: { body: 'New.', priority: 9 } });
    expect(await world.ask('DELETE /prompts/style', { headers: ifMatch })).toMatchObject({ status: 412 });
    expect(await world.ask('DELETE /prompts/style')).toMatchObject({ status: 204, body: undefined });
    expect(await world.ask('GET /prompts/style')).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  it('of a project are named by their reference', async () => {
    await world.ask('POST /projects', { body: { name: 'ops' } });
    const made = await world.ask('POST /prompts', {
      body: { name: 'rules', project: 'ops', text: 'Never on Friday.' },
    });
    expect(made.headers.location).toBe('/api/v1/prompts/project%3Aops%2Frules');
    expect(await world.ask('GET /prompts/project:ops%2Frules')).toMatchObject({
      status: 200,
      body: { project: 'ops' },
    });
  });

  it('go back to an earlier revision, and revisions are listed, read and compared', async () => {
    const { body: saved } = await world.ask('PUT /prompts/rules', { body: { text: 'Never on Monday.' } });
    const { body } = await world.ask('GET /revisions?resourceType=prompt&resourceId=rules');
    const [, first] = (body as Items).items.toSorted((a, b) => String(b['semver']).localeCompare(String(a['semver'])));
    const id = String(first?.['id']);
    expect(await world.ask(`GET /revisions/${id}`)).toMatchObject({
      body: { id, content: { body: 'Never on Friday.' } },
    });
    expect(await world.ask(`GET /revisions/${id}/diff?against=live`)).toMatchObject({ body: { added: 1, removed: 1 } });
    const newest = (saved as { revisionId: string }).revisionId;
    expect(await world.ask(`GET /revisions/${newest}/diff`)).toMatchObject({ body: { left: '0.1.0', right: '0.1.1' } });
    expect(await world.ask(`GET /revisions/${newest}/diff?against=${id}`)).toMatchObject({ body: { right: '0.1.0' } });
    const restored = await world.ask('POST /prompts/rules/restore-revision', { body: { revisionId: id } });
    expect(restored).toMatchObject({ status: 200, body: { semver: '0.1.2' } });
    const undone = await world.ask(`POST /revisions/${(restored.body as { revisionId: string }).revisionId}/undo`);
    expect(undone).toMatchObject({ status: 200, body: { semver: '0.1.3' } });
    const { hash } = undone.body as { hash: string };
    const found = (await world.ask(`GET /revisions?hash=${hash.slice(0, 12)}`)).body as Items;
    expect(found.items.map((row) => row['semver'])).toEqual(['0.1.1', '0.1.3']);
    expect(await world.ask('GET /revisions')).toMatchObject({ status: 400, body: { code: 'malformed' } });
  });
});

describe('REST: lists', () => {
  it('come in pages that a deletion does not shift, and are filtered', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e']) {
      await world.ask('POST /prompts', { body: { name: `page-${name}`, project: 'ops', content } });
    }
    const names = ({ items }: Items) => items.map((row) => String(row['name']));
    const first = (await world.ask('GET /prompts?project=ops&limit=3')).body as Items;
    expect(first.items).toHaveLength(3);
    await world.ask(`DELETE /prompts/${String(first.items[2]?.['id'])}`);
    const second = (await world.ask(`GET /prompts?project=ops&limit=3&cursor=${first.next}`)).body as Items;
    expect(second.next).toBeUndefined();
    expect(new Set([...names(first), ...names(second)])).toEqual(
      new Set(['page-a', 'page-b', 'page-c', 'page-d', 'page-e', 'rules']),
    );
    expect(names((await world.ask('GET /prompts?name=page-e')).body as Items)).toEqual(['page-e']);
  });

  it('refuse parameters that they have not, and cursors that are none', async () => {
    expect(await world.ask('GET /prompts?colour=red')).toMatchObject({
      status: 400,
      body: { code: 'malformed', detail: 'the query: Unrecognized key: "colour"' },
    });
    expect(await world.ask('GET /prompts?cursor=xyz')).toMatchObject({ status: 400 });
    expect(await world.ask('GET /prompts?limit=0')).toMatchObject({ status: 400 });
    expect(await world.ask('GET /prompts?name=a&name=b')).toMatchObject({ status: 400 });
  });
});

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

describe('REST: projects, agents, personalities', () => {
  it('a PUT says all of it, a PATCH only what it names', async () => {
    await world.ask('POST /projects', { body: { name: 'web', instructions: 'Be kind.', gate: { promptTokens: 500 } } });
    const patched = await world.ask('PATCH /projects/web', { body: { gate: { tools: 'selected' } } });
    expect(patched.body).toMatchObject({ instructions: 'Be kind.', gate: { promptTokens: 500, tools: 'selected' } });
    const before = await world.ask('GET /projects/web');
    const put = await world.ask('PUT /projects/web', {
      headers: { 'if-match': before.headers.etag ?? '' },
      body: { pages: { kind: 'sections', overrides: { 'fs/read': 'off' } } },
    });
    expect(put.body).toMatchObject({
      instructions: '',
      gate: { promptTokens: 8000, tools: 'all' },
      pages: { kind: 'sections' },
    });
    const bare = await world.ask('PUT /projects/web', { body: {} });
    expect(bare.body).toMatchObject({ pages: { kind: 'passthrough', overrides: {} } });
    expect(await world.ask('DELETE /projects/web')).toMatchObject({ status: 204 });
  });

  it('agents wear personalities, which bind prompts', async () => {
    expect(await world.ask('POST /agents', { body: { name: 'reviewer', project: 'ops' } })).toMatchObject({
      status: 201,
    });
    const body = { name: 'careful', agent: 'reviewer', content: { prompts: [] } };
    expect(await world.ask('POST /personalities', { body })).toMatchObject({ status: 201 });
    const bind = await world.ask('PUT /personalities/reviewer%2Fcareful/prompts/rules', { body: { position: 0 } });
    expect(bind).toMatchObject({ status: 200, body: { ref: 'reviewer/careful' } });
    expect(await world.ask('PATCH /agents/reviewer', { body: { defaultPersonality: 'careful' } })).toMatchObject({
      status: 200,
      body: { defaultPersonality: 'careful', project: 'ops' },
    });
    expect(await world.ask('PUT /agents/reviewer', { body: { project: 'ops', summary: 'Reads.' } })).toMatchObject({
      status: 200,
      body: { defaultPersonality: null, summary: 'Reads.' },
    });
    const agent = await world.ask('GET /agents/reviewer');
    expect(agent).toMatchObject({ status: 200, body: { name: 'reviewer' } });
    const gone = await world.ask('DELETE /personalities/careful/prompts/rules');
    expect(gone).toMatchObject({ status: 200 });
    expect(await world.ask('DELETE /personalities/careful')).toMatchObject({ status: 204 });
    expect(
      await world.ask('DELETE /agents/reviewer', { headers: { 'if-match': agent.headers.etag ?? '' } }),
    ).toMatchObject({
      status: 204,
    });
    const skill = {
      name: 'deploy',
      content: { files: { 'SKILL.md': '---\nname: deploy\ndescription: Deploys.\n---\nDo.' } },
    };
    expect(await world.ask('POST /skills', { body: skill })).toMatchObject({ status: 201 });
    expect(await world.ask('GET /skills/deploy')).toMatchObject({ status: 200, body: { kind: 'skill' } });
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
    expect(await world.ask('GET /audit/events?kind=project_create')).toMatchObject({ body: { items: [{}, {}, {}] } });
  });
});
