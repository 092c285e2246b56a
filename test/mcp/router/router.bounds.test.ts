/** What servers say is bounded: lists in count, size, depth and time, their words in length; others never notice. */
import { afterEach, describe, expect, it } from 'vitest';
import {
  eventually,
  Harness,
  tool,
  type FakeServer,
  type Message,
  type Peer,
} from '../../support/worlds/mcp-harness.ts';

let harness: Harness;
afterEach(() => harness.close());

const toolNames = async (agent: Peer): Promise<unknown[]> =>
  ((await agent.request('tools/list'))['result'] as { tools: Message[] }).tools.map(({ name }) => name);

/** Answers `tools/list` with the text of a result. */
const listing =
  (result: (server: FakeServer) => string) =>
  (message: Message, server: FakeServer): 'ignore' | undefined => {
    if (message['method'] !== 'tools/list') return undefined;
    server.sendLine(`{"jsonrpc":"2.0","id":${String(message['id'])},"result":${result(server)}}`);
    return 'ignore';
  };

const failureOf = (server: string): string | undefined =>
  harness.router.operators.upstreams().find((upstream) => upstream.server === server)?.list.failure;

const deep = '['.repeat(5_000) + ']'.repeat(5_000);

describe('createRouter: a list without measure', () => {
  it.each<[string, string, RegExp]>([
    ['200,000 empty items', `{"tools":[${'{},'.repeat(199_999)}{}]}`, /limit of 10000 items/],
    ['10,001 numbers', `{"tools":[${'1,'.repeat(10_000)}1]}`, /limit of 10000 items/],
    ['an item of 5,000 levels', `{"tools":[{"name":"t","inputSchema":${deep}}]}`, /nested/],
    ['a member of 5,000 levels', `{"tools":[],"extra":${deep}}`, /nested/],
    ['17 MiB', `{"tools":[{"name":"t","description":"${'x'.repeat(17 * 1024 * 1024)}"}]}`, /limit of 16777216 bytes/],
  ])('of %s fails with a reason, and others are listed', { timeout: 120_000 }, async (_what, result, reason) => {
    harness = new Harness();
    await harness.server('good', { tools: [tool('t')] });
    await harness.server('bad', { on: listing(() => result) });
    const agent = await harness.agent();
    expect(await toolNames(agent)).toEqual(['good__t']);
    expect(failureOf('bad')).toMatch(reason);
    expect(harness.observed.bugs).toEqual([]);
  });

  it('ends at the items of all pages together, and at their bytes', { timeout: 120_000 }, async () => {
    harness = new Harness();
    let page = 0;
    const items = (): string => JSON.stringify(Array.from({ length: 900 }, (_, index) => tool(`t${page}_${index}`)));
    const many = await harness.server('many', {
      on: listing(() => `{"tools":${items()},"nextCursor":"${(page += 1)}"}`),
    });
    const text = 'x'.repeat(1024 * 1024);
    const big = await harness.server('big', {
      on: listing(() => `{"tools":[{"name":"t${page}","description":"${text}"}],"nextCursor":"${(page += 1)}"}`),
    });
    await toolNames(await harness.agent());
    await eventually(() => failureOf('many') !== undefined && failureOf('big') !== undefined, 'both have failed');
    expect([failureOf('many'), failureOf('big')]).toEqual([
      expect.stringContaining('10000 items'),
      expect.stringContaining('16777216 bytes'),
    ]);
    expect(many.of('tools/list').length).toBeLessThan(20);
    expect(big.of('tools/list').length).toBeLessThan(25);
  });

  it('has one deadline over all its pages', async () => {
    harness = new Harness({ listDeadlineMs: 100 });
    let page = 0;
    await harness.server('slow', {
      on(message, server) {
        if (message['method'] !== 'tools/list') return undefined;
        page += 1;
        setTimeout(() => server.result(message['id'], { tools: [], nextCursor: String(page) }), 40);
        return 'ignore';
      },
    });
    await eventually(() => failureOf('slow') !== undefined, 'the end');
    expect(failureOf('slow')).toMatch(/longer than 200ms|timeout/);
    // Twice: the list of its tools is read for the agents and for the console.
    expect(page).toBeLessThanOrEqual(12);
  });

  it('takes null for no cursor, and keeps what was known when a later fetch fails', async () => {
    harness = new Harness();
    let isGood = true;
    const server = await harness.server('a', {
      on: listing(() =>
        isGood ? '{"tools":[{"name":"t"}],"nextCursor":null}' : `{"tools":[${'{},'.repeat(20_000)}{}]}`,
      ),
    });
    const agent = await harness.agent();
    expect(await toolNames(agent)).toEqual(['a__t']);
    expect(server.of('tools/list')).toHaveLength(1);
    expect(await agent.request('tools/list', { cursor: null })).toHaveProperty('result');
    isGood = false;
    server.notify('notifications/tools/list_changed');
    await eventually(() => failureOf('a') !== undefined, 'the failure');
    expect(await toolNames(agent)).toEqual(['a__t']);
  });
});

describe('createRouter: the lists of an isolated server', () => {
  it('never come from an instance that a session has used', async () => {
    harness = new Harness({ listTtlMs: 1 });
    await harness.fleet(
      'a',
      {
        on(message, server) {
          if (message['method'] === 'tools/list')
            return { result: { tools: [tool(server.calls.length > 0 ? 'poisoned' : 't')] } };
          return undefined;
        },
      },
      { maxInstances: 1 },
    );
    const first = await harness.agent();
    expect(await toolNames(first)).toEqual(['a__t']);
    await first.request('tools/call', { name: 'a__t' });
    for (let count = 0; count < 3; count += 1) {
      const other = await harness.agent();
      expect(await toolNames(other)).toEqual(['a__t']);
    }
  });
});

describe('createRouter: URIs that two servers claim', () => {
  const resources = (uriTemplate: string): Message => ({
    capabilities: { resources: {} },
    templates: [{ name: 'x', uriTemplate }],
  });

  it('by their templates are answered with an error that names both and how to read either', async () => {
    harness = new Harness();
    await harness.server('a', resources('note://{id}'));
    await harness.server('b', resources('note://{+path}'));
    const agent = await harness.agent();
    await agent.request('resources/templates/list');
    const { error } = await agent.request('resources/read', { uri: 'note://1' });
    expect(error).toMatchObject({ code: -32602, data: { servers: ['a', 'b'] } });
    expect((error as Message)['message']).toContain('mcptui+a:note://1 or mcptui+b:note://1');
  });

  it('are not claimed by a template without a scheme', async () => {
    harness = new Harness();
    await harness.server('thief', resources('{+x}'));
    await harness.server('owner', resources('note://{id}'));
    const agent = await harness.agent();
    await agent.request('resources/templates/list');
    const read = await agent.request('resources/read', { uri: 'note://1' });
    expect(JSON.stringify(read)).not.toContain('thief');
    await agent.request('resources/read', { uri: `x://${'a'.repeat(120)}` });
  });

  it('are looked for in no time, whatever the templates', async () => {
    harness = new Harness();
    await harness.server('a', resources(`x://${'{+a}{+b}'.repeat(12)}z`));
    await harness.server('b', resources('y://{id}'));
    const agent = await harness.agent();
    await agent.request('resources/templates/list');
    await agent.request('resources/read', { uri: `x://${'a'.repeat(1_500)}` });
    expect(await agent.request('ping')).toHaveProperty('result');
  });
});

describe('createRouter: the words of servers', () => {
  const long = `s3cret${'tool '.repeat(200_000)}`;

  it('are masked and cut to 500 characters: of initialize, of a probe, of a list, of a call’s trace', async () => {
    harness = new Harness({ mask: (text) => text.replaceAll('s3cret', '***') });
    const { outcome } = harness.begin('bad', {
      on: (message) => (message['method'] === 'initialize' ? { error: { code: -1, message: long } } : undefined),
    });
    const refused = await outcome;
    await harness.server('a', {
      tools: [tool('t')],
      on: (message) => (message['method'] === 'initialize' ? undefined : { error: { code: -32602, message: long } }),
    });
    const signal = new AbortController().signal;
    const listed = await harness.router.servers.probe('a-1', { timeoutMs: 5_000 }, signal);
    const called = await harness.router.servers.probe('a-1', { timeoutMs: 5_000, tool: 't' }, signal);
    const agent = await harness.agent();
    await agent.request('tools/list');
    await eventually(() => failureOf('a') !== undefined, 'a failure');
    const words = [refused, listed, called].map((one) => (one.ok ? '' : one.message)).concat(failureOf('a') ?? '');
    for (const text of words) {
      expect(text).toContain('***');
      expect(text).not.toContain('s3cret');
      expect(text.length).toBeLessThan(600);
    }
    await agent.request('tools/call', { name: `a__${'n'.repeat(2_000_000)}` });
    await eventually(() => harness.observed.traces.length === 1, 'a trace');
    expect(harness.observed.traces[0]?.tool.length).toBe(256);
  });

  it('tell a probe that its tool is unknown, and nothing else does', async () => {
    harness = new Harness();
    let words = '';
    await harness.server('a', {
      tools: [tool('t')],
      on: (m) =>
        m['method'] === 'tools/call'
          ? { result: { isError: true, content: [{ type: 'text', text: words }] } }
          : undefined,
    });
    const codeFor = async (text: string): Promise<unknown> => {
      words = text;
      const outcome = await harness.router.servers.probe(
        'a-1',
        { timeoutMs: 5_000, tool: 't' },
        new AbortController().signal,
      );
      return outcome.ok ? 'ok' : outcome.code;
    };
    expect(await codeFor('Tool t not found')).toBe('PROBE_UNKNOWN_TOOL');
    expect(await codeFor('Unknown tool: t')).toBe('PROBE_UNKNOWN_TOOL');
    expect(await codeFor('file not found')).toBe('PROBE_TOOL_ERROR');
    expect(await codeFor('tool '.repeat(200_000))).toBe('PROBE_TOOL_ERROR');
  });
});
