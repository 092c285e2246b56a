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

  it('is not there for lists that nobody keeps', async () => {
    expect(await world.ask('GET /tokens?watch')).toMatchObject({ status: 400 });
  });
});
