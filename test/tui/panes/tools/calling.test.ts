/** Pane 9: calling a tool through the form made of its schema, and its result. */
import { afterEach, describe, expect, it } from 'vitest';
import { McptuiError } from '../../../../src/kernel/errors.ts';
import type { JsonObject } from '../../../../src/kernel/json.ts';
import { openApp, type OpenApp, type OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { aCatalog, anUpstream, aTool, type RoutedRows } from '../../../support/worlds/routed-fixture.ts';

let app: OpenApp;
afterEach(() => app.close());

const object = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  inputSchema: { type: 'object', properties, ...more },
});
const reads: JsonObject = { annotations: { readOnlyHint: true } };

const catalog = [
  aCatalog('fs', [
    aTool('read_file', { annotations: { readOnlyHint: true } }),
    aTool('wipe', { ...object({}), annotations: { destructiveHint: true } }),
    aTool('write_file', {
      ...object({ path: { type: 'string' }, token: { type: 'string' } }, { required: ['path'] }),
      ...reads,
    }),
    aTool('unsaid', object({})),
  ]),
  aCatalog('gitea', [], { instances: 0, down: { state: 'error', reason: 'no' }, lists: aCatalog('x', []).lists }),
  aCatalog('memory', [
    aTool(
      'search',
      { ...object({ limit: { type: 'integer', maximum: 5 }, deep: { type: 'boolean' } }), ...reads },
      'memory',
    ),
  ]),
];

async function open(routed: RoutedRows = {}, options: OpenAppOptions = {}): Promise<void> {
  app = await openApp({ upstreams: [anUpstream({ tools: 4 })], routed: { catalog, ...routed }, ...options });
  await app.press('9');
  await app.settle();
}

/** Selects a tool by filtering for it. */
async function select(name: string): Promise<void> {
  await app.press('/', ...Array.from(name), '\r');
}

const type = (text: string): Promise<void> => app.press(...Array.from(text));
const ctrlS = '\u0013';
const ctrlT = '\u0014';
const ctrlG = '\u0007';
const esc = '\u001B';

/** An answer that the test gives when it wants to. */
function waiting(): {
  readonly promise: Promise<JsonObject>;
  resolve(result: JsonObject): void;
  reject(error: Error): void;
} {
  return Promise.withResolvers<JsonObject>();
}

describe('calling a tool', () => {
  it('goes from the form to the result, in words and raw', async () => {
    await open();
    await app.press('x');
    expect(app.screen()).toContain('Call fs/read_file');
    expect(app.line('▸')).toMatch(/\* text +string +▏/);
    await type('hi there');
    await app.press('\r', '\r');
    await app.settle();
    expect(app.engine.asked).toEqual(['callTool fs read_file {"text":"hi there"}']);
    expect(app.screen()).toContain('● answered in 12ms');
    expect(app.screen()).toContain('args  {"text":"hi there"}');
    expect(app.screen()).toMatch(/│ {"text":"hi there"} +│/);
    await app.press('V');
    expect(app.screen()).toContain('"content": [');
  });

  it('says field by field what is wrong, and calls nothing', async () => {
    await open();
    await select('search');
    await app.press('x');
    await type('7');
    await app.press(ctrlS);
    expect(app.line('▸')).toMatch(/limit +integer +7▏ +✗ at most 5/);
    expect(app.engine.asked).toEqual([]);
    await app.press('\u007F');
    await type('5');
    expect(app.screen()).not.toContain('at most');
    await app.press('\t', ' ');
    expect(app.line('▸')).toMatch(/deep +boolean +‹ true ›/);
    await app.press(ctrlS);
    await app.settle();
    expect(app.engine.asked).toEqual(['callTool memory search {"limit":5,"deep":true}']);
  });

  it('asks first where the tool may do harm, and the form keeps what was typed', async () => {
    await open();
    await select('wipe');
    await app.press('x', '\r');
    expect(app.screen()).toContain('Call fs/wipe?');
    expect(app.screen()).toContain('It says that it may destroy something.');
    await app.press('\r');
    expect(app.engine.asked).toEqual([]);
    await app.press('x', '\r', 'y');
    await app.settle();
    expect(app.engine.asked).toEqual(['callTool fs wipe {}']);
  });

  it('asks first where the tool declares no hints, as by MCP’s defaults it may destroy', async () => {
    await open();
    await select('unsaid');
    await app.press('x', '\r');
    expect(app.screen()).toContain('It declares no hints: by MCP’s defaults it may destroy something.');
    expect(app.engine.asked).toEqual([]);
    await app.pass(300);
    await app.press('y');
    await app.settle();
    expect(app.engine.asked).toEqual(['callTool fs unsaid {}']);
  });

  it('does not show what looks like a secret, nor keep it in the form', async () => {
    await open();
    await select('write_file');
    await app.press('x');
    await type('/a');
    await app.press('\t');
    await type('hunter2');
    expect(app.screen()).not.toContain('hunter2');
    expect(app.line('▸')).toContain('•••••••');
    await app.press(ctrlS);
    await app.settle();
    expect(app.engine.asked).toEqual(['callTool fs write_file {"path":"/a","token":"hunter2"}']);
    expect(app.screen()).toContain('args  {"path":"/a","token":"•••"}');
    await app.press('x');
    expect(app.line('path')).toContain('/a');
    expect(app.line('token')).not.toContain('•');
  });

  it('shows for how long it runs, and Esc cancels it at the server', async () => {
    const answer = waiting();
    await open({ call: () => answer.promise });
    await app.press('x', 'a', ctrlS);
    expect(app.screen()).toContain('running 0s   Esc cancels it');
    await app.pass(3000);
    expect(app.screen()).toMatch(/[◐◓◑◒] running [234]s/);
    await app.press('x');
    expect(app.screen()).toContain('fs/read_file is still running: Esc cancels it');
    await app.press(esc);
    expect(app.engine.asked.at(-1)).toBe('cancelCall');
    await app.settle();
    expect(app.screen()).toContain('fs/read_file is cancelled');
    expect(app.screen()).not.toContain('cancelling');
    answer.reject(new McptuiError('conflict', 'the call of fs/read_file was cancelled'));
    await app.settle();
    expect(app.screen()).toContain('✗ not answered');
    expect(app.screen()).toContain('the call of fs/read_file was cancelled');
  });

  it('is cancelled by ctrl-c, which then quits nothing', async () => {
    const answer = waiting();
    await open({ call: () => answer.promise });
    await app.press('x', 'a', ctrlS, '\u0003');
    expect(app.engine.asked.at(-1)).toBe('cancelCall');
    expect(app.screen()).not.toContain('ctrl-c again');
  });

  it('tells of the end in whichever pane the operator is', async () => {
    const answer = waiting();
    await open({ call: () => answer.promise });
    await app.press('x', 'a', ctrlS, '1');
    expect(app.screen()).toContain('9 Tools 4◐');
    answer.resolve({ content: [] });
    await app.settle();
    expect(app.screen()).toContain('fs/read_file was answered · 9 shows it');
    await app.press('9');
    expect(app.screen()).toContain('(an empty result)');
  });

  it('takes nothing from the form when Esc leaves it, and nothing runs', async () => {
    await open();
    await app.press('x', 'a', esc);
    expect(app.state().overlay).toBeUndefined();
    expect(app.engine.asked).toEqual([]);
    await app.press('x');
    expect(app.line('▸')).toContain('a▏');
  });

  it('goes to JSON and back with what was typed', async () => {
    await open();
    await app.press('x');
    await type('hi');
    await app.press(ctrlT);
    expect(app.screen()).toContain('"text": "hi"');
    await app.press(ctrlT);
    expect(app.line('▸')).toContain('hi▏');
    await app.press(ctrlT);
    await app.send('\u001B[200~{"more": 1}\u001B[201~');
    await app.press(ctrlS);
    expect(app.screen()).toContain('not JSON');
    expect(app.engine.asked).toEqual([]);
    await app.press(esc);
    expect(app.screen()).toContain('the JSON was left out');
    expect(app.line('▸')).toContain('hi▏');
  });

  it('takes JSON at once where the schema names no fields', async () => {
    await open({ catalog: [aCatalog('fs', [aTool('any', { ...reads, inputSchema: { type: 'object' } })])] });
    await app.press('x');
    expect(app.screen()).toContain('Typed as JSON: its schema names no fields.');
    // Over the braces that are there.
    await app.press('\u000B');
    await app.send('\u001B[200~{"a": [1]}\u001B[201~');
    await app.press(ctrlS);
    await app.settle();
    expect(app.engine.asked).toEqual(['callTool fs any {"a":[1]}']);
  });

  it('opens $EDITOR on a field, whose lines stay lines', async () => {
    await open({}, { edit: () => 'one\ntwo\n' });
    await app.press('x', ctrlG);
    await app.settle();
    expect(app.line('▸')).toContain('one\\ntwo▏');
    await app.press(ctrlS);
    await app.settle();
    expect(app.engine.asked).toEqual(['callTool fs read_file {"text":"one\\ntwo"}']);
  });

  it('marks a failure of the tool, an error of the server, and a server that is down', async () => {
    await open({ call: () => ({ content: [{ type: 'text', text: 'token is required' }], isError: true }) });
    await app.press('x', 'a', ctrlS);
    await app.settle();
    expect(app.screen()).toContain('✗ failed in 12ms');
    expect(app.screen()).toContain('The tool reports a failure (isError).');
    expect(app.screen()).toContain('token is required');
    app.close();
    await open({ answer: '{"jsonrpc":"2.0","id":2,"error":{"code":-32602,"message":"bad","data":{"at":"text"}}}' });
    await app.press('x', 'a', ctrlS);
    await app.settle();
    expect(app.screen()).toContain('error -32602: bad');
    expect(app.screen()).toContain('"at": "text"');
    app.engine.failWith(new McptuiError('unavailable', 'server fs is stopped', { hint: 'mcptui get instances' }));
    await app.press('x', ctrlS);
    await app.settle();
    expect(app.screen()).toContain('server fs is stopped: mcptui get instances');
  });

  it('shows every kind of content, and keeps the result in a file on S', async () => {
    const content = [
      { type: 'text', text: 'one\ntwo' },
      { type: 'image', mimeType: 'image/png', data: 'A'.repeat(4096) },
      { type: 'resource_link', uri: 'file:///a', name: 'a', size: 2048 },
      { type: 'resource', resource: { uri: 'file:///b', mimeType: 'text/plain', text: 'inside' } },
      { type: 'hologram', z: 1 },
    ];
    await open({ call: () => ({ content, structuredContent: { n: 1 } }) });
    await app.press('x', 'a', ctrlS);
    await app.settle();
    for (const text of [
      'two',
      '[image image/png 3.0 KiB]',
      '→ file:///a',
      'a · 2.0 KiB',
      '[resource file:///b text/plain]',
      'inside',
      '[hologram]',
      '[structured content]',
      '"n": 1',
    ]) {
      expect(app.screen()).toContain(text);
    }
    await app.press('S');
    await app.pass(300);
    await app.press('\r');
    expect(app.screen()).toContain('saved to /home/ann/read_file-result.json');
    expect(app.files.get('./read_file-result.json')).toContain('hologram');
  });

  it('is not offered when the console is read-only', async () => {
    await open({}, { readOnly: true });
    expect(app.screen()).not.toContain('x call ');
    await app.press('x');
    expect(app.screen()).toContain('the console is read-only');
    expect(app.state().overlay).toBeUndefined();
  });

  it('is refused while the daemon is away', async () => {
    await open();
    await app.press('x', 'a');
    app.engine.link('lost');
    await app.press(ctrlS);
    expect(app.screen()).toContain('the daemon is away: nothing was sent');
    expect(app.engine.asked).toEqual([]);
  });
});
