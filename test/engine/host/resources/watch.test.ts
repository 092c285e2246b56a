/** What a watch of a list tells. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Incoming } from '../../../support/worlds/http-client.ts';
import { restWorld, type RestWorld } from '../../../support/worlds/rest-world.ts';
import { until } from '../../../support/until.ts';

let world: RestWorld;
const open: Incoming[] = [];

beforeAll(async () => {
  world = await restWorld();
  await world.ask('POST /projects', { body: { name: 'ops' } });
  await world.ask('POST /projects', { body: { name: 'web' } });
  await world.ask('POST /prompts', { body: { name: 'rules', project: 'ops', text: 'x' } });
  await world.ask('POST /prompts', { body: { name: 'style', project: 'web', text: 'x' } });
});
afterEach(() => {
  for (const incoming of open.splice(0)) incoming.destroy();
});
afterAll(() => world.close());

describe('?watch', () => {
  const lines = (incoming: Incoming): { all: () => readonly unknown[] } => {
    open.push(incoming);
    const all = () =>
      incoming.received
        .split('\n')
        .slice(0, -1)
        .map((line): unknown => JSON.parse(line));
    return { all };
  };

  it('tells what is there, then each change, of what passes the filter', async () => {
    const incoming = await world.open('GET /prompts?watch&project=web', {
      headers: { accept: 'application/x-ndjson' },
    });
    expect(incoming.response.headers['content-type']).toBe('application/x-ndjson');
    const { all } = lines(incoming);
    await until(() => all().length === 2, 'the list');
    expect(all()).toMatchObject([{ type: 'put', item: { name: 'style' } }, { type: 'synced' }]);
    await world.ask('POST /prompts', { body: { name: 'elsewhere', project: 'ops', text: 'x' } });
    await world.ask('POST /prompts', { body: { name: 'here', project: 'web', text: 'x' } });
    await until(() => all().length === 3, 'the new one');
    const { id } = (all()[2] as { readonly item: { readonly id: string } }).item;
    await world.ask('DELETE /prompts/here');
    await until(() => all().length === 4, 'its end');
    expect(all().slice(2)).toMatchObject([
      { type: 'put', item: { name: 'here' } },
      { type: 'delete', id },
    ]);
  });

  it('shows what its reader may view, and ends with its token', async () => {
    const token = await world.token('watcher', { roles: ['viewer'], projects: ['ops'] });
    const incoming = await world.open('GET /projects?watch=true', { token });
    const { all } = lines(incoming);
    await until(() => all().length === 2, 'the list');
    expect(all()).toMatchObject([{ item: { name: 'ops' } }, { type: 'synced' }]);
    await world.removeToken('watcher');
    await until(() => incoming.isEnded, 'the end');
  });

  const roleOf = (name: string) => ({ name, rules: [{ verbs: ['view'], kinds: ['prompt'] }] });

  it.each([
    ['roles', 'POST /roles', roleOf('reader'), 'DELETE /roles/reader', { name: 'reader' }],
    ['tokens', 'POST /tokens', { name: 'ci' }, 'DELETE /tokens/ci', { name: 'ci' }],
    ['bindings', 'POST /bindings', { subject: 'user:bob', role: 'viewer' }, '', { subject: 'user:bob' }],
    [
      'models',
      'POST /models',
      { name: 'm', kind: 'ollama', model: 'q', tier: 'fast' },
      'DELETE /models/m',
      { name: 'm' },
    ],
  ])('tells what is new among %s, and what goes', async (list, make, body, end, item) => {
    const { all } = lines(await world.open(`GET /${list}?watch`));
    await until(() => all().some((line) => (line as { type: string }).type === 'synced'), 'the list');
    const before = all().length;
    expect(await world.ask(make, { body })).toMatchObject({ status: 201 });
    await until(() => all().length > before, 'the new one');
    expect(all()[before]).toMatchObject({ type: 'put', item });
    if (end === '') return;
    expect(await world.ask(end)).toMatchObject({ status: 204 });
    await until(() => all().length > before + 1, 'its end');
    expect(all().at(-1)).toMatchObject({ type: 'delete' });
  });

  it('tells a token of what it may see, whose events it may not', async () => {
    await world.ask('POST /roles', { body: { name: 'roles-only', rules: [{ verbs: ['view'], kinds: ['role'] }] } });
    const token = await world.token('narrow', { roles: ['roles-only'] });
    const { all } = lines(await world.open('GET /roles?watch', { token }));
    await until(() => all().some((line) => (line as { type: string }).type === 'synced'), 'the list');
    const before = all().length;
    await world.ask('POST /roles', { body: roleOf('seen-by-narrow') });
    await until(() => all().length > before, 'the new one');
    expect(all()[before]).toMatchObject({ type: 'put', item: { name: 'seen-by-narrow' } });
  });

  it('tells the last events, then each that comes, of what passes the filter, each once and in order', async () => {
    await world.ask('POST /projects', { body: { name: 'one' } });
    const { all } = lines(await world.open('GET /audit/events?watch&kind=project_create&limit=2'));
    await until(() => all().length === 3, 'the last ones');
    expect(all().map((line) => (line as { type: string }).type)).toEqual(['put', 'put', 'synced']);
    await world.ask('POST /agents', { body: { name: 'unwatched' } });
    for (const name of ['two', 'three']) await world.ask('POST /projects', { body: { name } });
    await until(() => all().length === 5, 'the new ones');
    const targets = all()
      .slice(3)
      .map((line) => (line as { item: { target: string } }).item.target);
    expect(targets).toEqual(['project/two', 'project/three']);
  });

  it('is not there for lists that nobody keeps', async () => {
    expect(await world.ask('GET /audit/sessions?watch')).toMatchObject({ status: 400 });
  });
});
