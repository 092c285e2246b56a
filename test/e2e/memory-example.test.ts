/** The README's first example, with the real server: what several agents write at once is all there. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAgent } from '../support/worlds/agent.ts';
import { aHome, type Home } from '../support/worlds/run-mcptui.ts';

const PACKAGE = '@modelcontextprotocol/server-memory';
const server = createRequire(import.meta.url).resolve(`${PACKAGE}/dist/index.js`);

/** Its flags, but for the package: the test runs the copy that is here. */
function flagsOfReadme(): readonly string[] {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replaceAll('\\\n', ' ');
  const [line = ''] = /mcptui create server memory .*/.exec(readme) ?? [];
  const [words = ''] = line.replace('mcptui create server memory', '').split('#');
  return words.split(/\s+/).filter((word) => word !== '' && word !== '--package' && word !== `npm:${PACKAGE}`);
}

let home: Home;
beforeAll(async () => {
  home = aHome();
  await home.daemon();
});
afterAll(() => home.close());

describe('the example with server-memory', () => {
  it('keeps each of 200 entities that four agents write at once', async () => {
    const file = path.join(home.folder, 'memory.json');
    const env = ['--env', `MEMORY_FILE_PATH=${file}`];
    const command = ['--', process.execPath, server];
    const created = await home.mcptui(['create', 'server', 'memory', ...flagsOfReadme(), ...env, ...command]);
    expect(created.code).toBe(0);
    await home.healthy(1);
    const agents = await Promise.all([1, 2, 3, 4].map(() => openAgent(home.env)));
    await Promise.all(agents.map((agent) => agent.request('tools/list')));
    const names = agents.flatMap((_, agent) => Array.from({ length: 50 }, (__, count) => `${agent}-${count}`));
    const write = (name: string) => ({ entities: [{ name, entityType: 'thing', observations: [] }] });
    const answers = await Promise.all(
      agents.flatMap((agent, index) =>
        names
          .filter((name) => name.startsWith(`${index}-`))
          .map((name) => agent.call('memory__create_entities', write(name))),
      ),
    );
    expect(answers.filter(({ result }) => result === undefined)).toEqual([]);
    await Promise.all(agents.map((agent) => agent.close()));
    const kept = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { readonly name: string }).name);
    expect(new Set(kept)).toEqual(new Set(names));
  });
});
