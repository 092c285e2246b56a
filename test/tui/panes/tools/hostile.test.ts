/** Tools and results that nobody should meet: escape sequences everywhere, 5 MB of text, 10,000 tools. */
import { afterEach, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../../src/kernel/json.ts';
import { longLines } from '../../../../src/text/long-text.ts';
import { readAnswer, renderedParts } from '../../../../src/text/call-result.ts';
import { widthOf } from '../../../../src/text/clean.ts';
import { openApp, type OpenApp } from '../../../support/worlds/open-app.tsx';
import { aCatalog, anUpstream, aTool, manyTools, type RoutedRows } from '../../../support/worlds/routed-fixture.ts';

let app: OpenApp | undefined;
afterEach(() => app?.close());

const ctrlS = '\u0013';
const nasty = '\u001B[2J\u001B]0;owned\u0007\u202E\u200B\u0000';

async function open(routed: RoutedRows): Promise<OpenApp> {
  app = await openApp({ upstreams: [anUpstream()], routed });
  await app.press('9');
  await app.settle();
  return app;
}

describe('a hostile server', () => {
  it('cannot send a byte to the terminal from names, schemas, arguments or results', async () => {
    const tool = aTool(`t${nasty}`, {
      title: nasty,
      description: nasty,
      inputSchema: {
        type: 'object',
        properties: {
          [`p${nasty}`]: { type: 'string', description: nasty, default: nasty, enum: [nasty, `x${nasty}`] },
        },
        required: [`p${nasty}`],
      },
      outputSchema: { type: 'object', properties: { [nasty]: { const: nasty } } },
      annotations: { title: nasty, readOnlyHint: true },
    });
    const content = [
      { type: 'text', text: nasty },
      { type: nasty, [nasty]: nasty },
      { type: 'resource_link', uri: nasty, name: nasty },
      { type: 'image', mimeType: nasty, data: 'A' },
      { type: 'resource', resource: { uri: nasty, text: nasty } },
    ];
    const server = await open({
      catalog: [aCatalog(`s${nasty}`, [{ ...tool, exposed: `s__t${nasty}`, problem: nasty }])],
      call: () => ({ content, structuredContent: { [nasty]: nasty }, isError: true }),
    });
    const seen: string[] = [];
    const look = (): void => void seen.push(server.screen());
    look();
    for (const keys of [['\r'], ['V'], ['V'], ['y'], ['\u001B'], ['x'], ['\u0014'], ['\u0014'], ['\u0013']]) {
      await server.press(...keys);
      await server.settle();
      look();
    }
    await server.press('V');
    look();
    expect(seen.join('')).toContain('The tool reports a failure');
    expect(seen.join('\n')).not.toMatch(/[^\P{C}\n]/u);
  });
});

describe('a result of 5 MB', () => {
  it.each([
    ['words', 'word '.repeat(1024 * 1024)],
    ['one line', 'x'.repeat(5 * 1024 * 1024)],
    ['short lines', '{"a": "b", "c": 1},\n'.repeat(262_144)],
    ['wide characters', '汉字 wörd '.repeat(600_000)],
  ])('is broken into rows of the width soon: %s', (_what, text) => {
    const rows = longLines(text, 80);
    for (const row of [...rows.slice(0, 50), ...rows.slice(-50)]) expect(widthOf(row)).toBeLessThanOrEqual(80);
    expect(rows.join('').length).toBeGreaterThan(text.length * 0.7);
  });

  it('is scrolled to its end', async () => {
    const call = (): JsonObject => ({ content: [{ type: 'text', text: 'line of a long result\n'.repeat(240_000) }] });
    const server = await open({
      catalog: [aCatalog('fs', [aTool('big', { annotations: { readOnlyHint: true } })])],
      call,
    });
    await server.press('x', 'a', ctrlS);
    await server.settle();
    expect(server.screen()).toContain('of 240,001');
    await server.press('G');
    expect(server.screen()).toContain('240,001 of 240,001');
  });
});

describe('10,000 tools', () => {
  it('are scrolled to their end, and filtered', async () => {
    const server = await open({ catalog: [manyTools(10_000)] });
    for (let round = 0; round < 60 && !server.screen().includes('10,000 tools'); round += 1) await server.settle();
    expect(server.screen()).toContain('10,000 tools');
    await server.press('G');
    expect(server.line('▸')).toContain('tool_09999');
    await server.press('/', ...Array.from('tool_07777'), '\r');
    expect(server.line('Tools ─')).toContain('1 of 10,000 tools');
  });
});

describe('readAnswer', () => {
  it.each([
    '',
    'x',
    '[]',
    '7',
    'null',
    '{}',
    '{"result":7}',
    '{"result":null}',
    '{"error":7}',
    '{"result":{"content":"x"}}',
  ])('takes whatever comes: %s', (answer) => {
    expect(renderedParts(readAnswer(answer)).length).toBeGreaterThan(0);
  });

  it('shows structured content once when the text repeats it', () => {
    const result = { content: [{ type: 'text', text: '{"n": 1}' }], structuredContent: { n: 1 } };
    expect(renderedParts(readAnswer(JSON.stringify({ result }))).map(({ text }) => text)).toEqual([
      '[structured content]',
      '{\n  "n": 1\n}',
    ]);
  });
});
