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
