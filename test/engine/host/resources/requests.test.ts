/** How requests are refused, and whom the guard lets through. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../../src/engine/commands/routes/index.ts';
import { isReading } from '../../../../src/engine/commands/table/index.ts';
import { operationsOf, type Operation } from '../../../../src/engine/host/resources/match.ts';
import { answerResource } from '../../../../src/engine/host/resources/answer.ts';
import { problemsOf } from '../../../../src/engine/host/resources/openapi.ts';
import { problems } from '../../../../src/engine/host/resources/problem.ts';
import type { Served } from '../../../../src/engine/rights/served.ts';
import { McptuiError } from '../../../../src/kernel/errors.ts';
import { restWorld, type RestWorld } from '../../../support/worlds/rest-world.ts';

const operations = operationsOf(routes);

let world: RestWorld;

beforeAll(async () => {
  world = await restWorld();
  await world.ask('POST /projects', { body: { name: 'ops' } });
  await world.ask('POST /projects', { body: { name: 'web' } });
  await world.ask('POST /prompts', { body: { name: 'rules', project: 'ops', text: 'x' } });
  await world.ask('POST /prompts', { body: { name: 'style', project: 'web', text: 'x' } });
});
afterAll(() => world.close());

describe('requests that cannot be answered', () => {
  const rows: readonly [what: string, ask: Parameters<RestWorld['ask']>[1], status: number, code: string][] = [
    ['GET /nothing', {}, 404, 'not-found'],
    ['GET /prompts/', {}, 404, 'not-found'],
    ['GET /prompts/%ff', {}, 400, 'malformed'],
    ['DELETE /prompts', {}, 405, 'no-method'],
    ['GET /prompts', { headers: { accept: 'text/html' } }, 406, 'not-acceptable'],
    ['POST /prompts', { body: '{"name":' }, 400, 'malformed'],
    ['POST /prompts', { body: '[]' }, 422, 'invalid'],
    ['POST /prompts', { body: `${'['.repeat(600)}${']'.repeat(600)}` }, 400, 'malformed'],
    ['POST /prompts', { body: '{}', headers: { 'content-type': 'text/plain' } }, 415, 'unsupported-type'],
    ['POST /prompts', { body: { name: 'x', content: { body: 'x', colour: 1 } } }, 422, 'invalid'],
    ['POST /prompts', { body: { name: 'x', text: 'x', scope: 'project' } }, 422, 'invalid'],
    ['POST /prompts', { body: { name: 'rules', project: 'ops', text: 'x' } }, 409, 'conflict'],
    ['POST /prompts', { body: { name: 'new', text: 'x' }, headers: { 'if-match': '*' } }, 412, 'stale'],
    ['PUT /prompts/rules', { body: { text: 'x' }, headers: { 'if-match': 'x' } }, 400, 'malformed'],
    ['PUT /prompts/rules', { body: { text: 'x' }, headers: { 'if-match': 'W/"x"' } }, 412, 'stale'],
    ['PUT /prompts/none', { body: { text: 'x' }, headers: { 'if-match': '"x"' } }, 404, 'not-found'],
    ['POST /instances/fs/start', { body: { foo: 1 } }, 422, 'invalid'],
    ['GET /prompts', { token: 'none' }, 401, 'unauthorized'],
    ['DELETE /prompts/x', { token: 'none' }, 401, 'unauthorized'],
    ['GET /prompts', { headers: { 'x-mcptui-folder': '%2Felsewhere' } }, 421, 'misdirected'],
    ['GET /prompts', { token: 'none', headers: { origin: 'https://evil.example' } }, 403, 'denied'],
  ];

  it.each(rows)('%s', async (what, ask, status, code) => {
    const answer = await world.ask(what, ask);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer).toMatchObject({ status, body: { status, code, type: `/api/v1/problems/${code}` } });
  });

  it('names the methods that a path has', async () => {
    const { headers, body } = await world.ask('POST /prompts/rules', { body: {} });
    expect(headers.allow).toBe('GET, PUT, PATCH, DELETE');
    expect(body).toMatchObject({ hint: 'it has GET, PUT, PATCH, DELETE' });
  });

  it('names the unknown field, and those that there are', async () => {
    const { body } = await world.ask('PATCH /prompts/rules', { body: { content: { priority: 3, colour: 'red' } } });
    expect(body).toMatchObject({ detail: 'content: Unrecognized key: "colour"' });
    const project = await world.ask('PATCH /projects/ops', { body: { colour: 'red' } });
    expect(project.body).toMatchObject({
      detail: 'the body: Unrecognized key: "colour"',
      hint: expect.stringContaining('there are instructions, gated') as string,
    });
    const source = { kind: 'command', command: ['x'], colour: 1 };
    const server = await world.ask('POST /servers', { body: { name: 'a', runtime: 'process', source } });
    expect(server.body).toMatchObject({ detail: 'source: Unrecognized key: "colour"' });
  });

  it.each(['content-length', 'chunked'])('counts the bytes of a body (%s)', async (way) => {
    const headers: Record<string, string> = way === 'chunked' ? { 'transfer-encoding': 'chunked' } : {};
    const body = JSON.stringify({ name: 'big', text: 'x'.repeat(5 * 1024 * 1024) });
    expect(await world.ask('POST /prompts', { body, headers })).toMatchObject({
      status: 413,
      body: { code: 'too-large' },
    });
  });

  it('tells what is away or late, and of a bug its kind alone', async () => {
    const bugs: string[] = [];
    const answer = async (error: Error) => {
      const failing = async () => {
        throw error;
      };
      const served = { commands: { models: failing } } as unknown as Served;
      const report = (where: string): void => void bugs.push(where);
      const answered = await answerResource(new Request('http://x/api/v1/models'), served, { report });
      return [answered.status, ((await answered.json()) as { readonly detail: string }).detail];
    };
    expect(await answer(new McptuiError('unavailable', 'the disk is full'))).toEqual([503, 'the disk is full']);
    expect(await answer(new McptuiError('timeout', 'no answer'))).toEqual([504, 'no answer']);
    expect(await answer(new TypeError('hunter2'))).toEqual([500, 'an error in mcptui: TypeError']);
    expect(bugs).toEqual(['GET on a resource']);
  });

  it('are told with each status that is documented', () => {
    const told = new Set<number>([...rows.map(([, , status]) => status), 403, 413, 500, 503, 504]);
    const documented = new Set(operations.flatMap((one) => problemsOf(one).map((code) => problems[code][0] as number)));
    expect([...documented].filter((status) => !told.has(status))).toEqual([]);
  });
});

describe('a route and its command', () => {
  /** Some value of each field, so that the guard is asked and nothing before it refuses. */
  const bodies: Readonly<Record<string, object>> = {
    'POST /servers': { name: 'a', runtime: 'process', source: { kind: 'command', command: ['x'] } },
    'PUT /servers/{id}': { name: 'x', runtime: 'process', source: { kind: 'command', command: ['x'] } },
    'POST /servers/{id}/restore-revision': { revision: 1 },
    'POST /models': { name: 'a', kind: 'ollama', model: 'm', tier: 'fast' },
    'PUT /models/{id}': { kind: 'ollama', model: 'm', tier: 'fast' },
    'POST /projects': { name: 'a' },
    'POST /agents': { name: 'a' },
    'POST /roles': { name: 'a', rules: [{ verbs: ['view'], kinds: ['*'] }] },
    'PUT /roles/{id}': { rules: [{ verbs: ['view'], kinds: ['*'] }] },
    'POST /bindings': { subject: 'user:ann', role: 'viewer' },
    'POST /tokens': { name: 'a' },
    'POST /secrets': { name: 'a', value: 'value' },
    'PUT /secrets/{id}': { value: 'value' },
  };
  const bodyOf = ({ method, path }: Operation): object => {
    const known = bodies[`${method} ${path}`];
    if (known !== undefined) return known;
    if (path.endsWith('/restore-revision')) return { revisionId: '0.1.0' };
    if (/^\/(?:proposals|promptrequests)$/.test(path)) return { kind: 'prompt', name: 'a', text: 'x', reason: 'why' };
    if (path.endsWith('/approve')) return { hash: 'x' };
    if (path.endsWith('/reject')) return { reason: 'no' };
    if (path.endsWith('/comments')) return { text: 'x' };
    if (/^\/(?:prompts|skills|personalities)$/.test(path)) return { name: 'a', text: 'x' };
    if (/^\/(?:prompts|skills|personalities|proposals|promptrequests)\/\{id\}$/.test(path)) return { text: 'x' };
    return {};
  };
  const changing = operations.filter(({ route, method }) => {
    return method !== 'GET' && route.kind === 'call' && !isReading(route.command);
  });

  it('a viewer’s token is refused each change', async () => {
    const token = await world.token('looks', { roles: ['viewer'] });
    const proposal = await world.ask('POST /proposals', {
      body: { kind: 'prompt', name: 'rules', project: 'ops', text: 'other', reason: 'why' },
    });
    const { id } = proposal.body as { readonly id: string };
    const { body: agent } = await world.ask('POST /agents', { body: { name: 'bot' } });
    expect(agent).toMatchObject({ name: 'bot' });
    await world.ask('POST /servers', { body: { ...bodies['POST /servers'], name: 'fs', replicas: 0 } });
    await world.ask('POST /models', { body: { ...bodies['POST /models'], name: 'small' } });
    const named: Readonly<Record<string, string>> = {
      prompts: 'rules',
      proposals: id,
      promptrequests: id,
      projects: 'ops',
      agents: 'bot',
      servers: 'fs',
      models: 'small',
      roles: 'viewer',
    };
    const outcomes: (readonly [what: string, status: number])[] = [];
    for (const operation of changing) {
      const { method, path } = operation;
      const where = path.replace('{id}', named[path.split('/')[1] ?? ''] ?? 'x').replace('{prompt}', 'rules');
      const sent = method === 'DELETE' ? {} : { body: method === 'PATCH' ? {} : bodyOf(operation) };
      const { status } = await world.ask(`${method} ${where}`, { token, ...sent });
      outcomes.push([`${method} ${path}`, status]);
    }
    // What a merge is made on is read first: where there is nothing, there is nothing to merge into.
    const unlike = outcomes.filter(([what, status]) => status !== 403 && !(what.startsWith('PATCH') && status === 404));
    expect(unlike).toEqual([]);
  });

  it('nobody without a token is let in over TCP', async () => {
    const { status } = await world.ask('GET /prompts', { token: 'none' });
    expect(status).toBe(401);
  });

  it('a token that is for MCP alone is told so, as a problem too; commands by name keep their own form', async () => {
    const token = await world.token('mcp-only', {});
    const { status, headers, body } = await world.ask('GET /prompts', { token });
    expect([status, headers['content-type']]).toEqual([403, 'application/problem+json']);
    expect(body).toMatchObject({ code: 'denied', detail: 'this token is for /mcp, not for /api/v1/prompts' });
    const command = await world.ask('POST /commands/models', { token, body: [] });
    expect(command).toMatchObject({ status: 403, body: { error: { code: 'denied' } } });
  });

  it('shows in lists and alone what may be viewed, and nothing else', async () => {
    const token = await world.token('ops-viewer', { roles: ['viewer'], projects: ['ops'] });
    const { body } = await world.ask('GET /prompts', { token });
    expect(body).toMatchObject({ items: [{ name: 'rules' }] });
    expect(await world.ask('GET /tokens', { token })).toMatchObject({ status: 200, body: { items: [] } });
    expect(await world.ask('GET /secrets', { token })).toMatchObject({ status: 200, body: { items: [] } });
    expect(await world.ask('GET /prompts/style', { token })).toMatchObject({ status: 403, body: { code: 'denied' } });
    expect(await world.ask('GET /projects', { token })).toMatchObject({ body: { items: [{ name: 'ops' }] } });
  });

  it('a reviewer decides by token, and nobody on their own', async () => {
    const ask = { body: { kind: 'prompt', name: 'rules', project: 'ops', text: 'newer', reason: 'why' } };
    const writer = await world.token('writer', { subject: 'user:wim', roles: ['editor', 'reviewer'] });
    const filed = await world.ask('POST /proposals', { ...ask, token: writer });
    expect(filed).toMatchObject({ status: 201, body: { author: 'user:wim', state: 'pending' } });
    const where = String(filed.headers.location).replace('/api/v1', '');
    const own = await world.ask(`POST ${where}/approve`, {
      token: writer,
      headers: { 'if-match': filed.headers.etag ?? '' },
    });
    expect(own).toMatchObject({ status: 403 });
    const reviewer = await world.token('reviewer', { subject: 'user:rita', roles: ['reviewer'] });
    const shown = await world.ask(`GET ${where}`, { token: reviewer });
    const edited = await world.ask(`PUT ${where}`, { token: writer, body: { text: 'newest' } });
    expect(edited).toMatchObject({ status: 200 });
    const headers = { 'if-match': shown.headers.etag ?? '' };
    expect(await world.ask(`POST ${where}/approve`, { token: reviewer, headers })).toMatchObject({ status: 412 });
    const again = await world.ask(`GET ${where.replace('proposals', 'promptrequests')}`, { token: reviewer });
    const approved = await world.ask(`POST ${where}/approve`, {
      token: reviewer,
      headers: { 'if-match': again.headers.etag ?? '' },
    });
    expect(approved).toMatchObject({ status: 200, body: { ref: 'project:ops/rules' } });
    expect((await world.ask(`GET ${where}`)).body).toMatchObject({ state: 'approved', decision: { by: 'user:rita' } });
    expect(await world.ask(`POST ${where}/reject`, { token: reviewer, body: { reason: 'late' } })).toMatchObject({
      status: 409,
    });
    expect(await world.ask('GET /proposals?state=approved')).toMatchObject({
      body: { items: [{ author: 'user:wim' }] },
    });
  });

  it('a proposal is commented, rejected, opened again and withdrawn', async () => {
    const body = { kind: 'prompt', name: 'later', project: 'ops', text: 'one', reason: 'why' };
    const { body: filed } = await world.ask('POST /promptrequests', { body });
    const where = `/promptrequests/${(filed as { readonly id: string }).id}`;
    expect(await world.ask(`POST ${where}/comments`, { body: { text: 'hm' } })).toMatchObject({ status: 204 });
    expect(await world.ask(`POST ${where}/reject`, { body: {} })).toMatchObject({ status: 422 });
    expect(await world.ask(`POST ${where}/reject`, { body: { reason: 'no' } })).toMatchObject({ status: 204 });
    expect(await world.ask(`POST ${where}/reopen`)).toMatchObject({ status: 204 });
    expect(await world.ask(`POST ${where}/rebase`)).toMatchObject({ status: 409 });
    expect(await world.ask(`DELETE ${where}`)).toMatchObject({ status: 204 });
    expect((await world.ask(`GET ${where}`)).body).toMatchObject({ state: 'withdrawn', comments: [{ text: 'hm' }] });
  });
});
