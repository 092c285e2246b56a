import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { errorIndex, errorPage, explanations } from '../../src/cli/explain/codes.ts';
import { problems } from '../../src/engine/host/resources/problem.ts';
import { awayStates } from '../../src/store/schema/failure.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const src = path.join(root, 'src');
/** Words in capitals that are no codes of ours: variables, errors of Node and of the system, names of things. */
const OTHER =
  /^(?:(?:MCPTUI|XDG|NODE|LC|SSL|HTTPS?|NO|DOCKER|CONTAINER|SYSTEMD|CODEX|CLAUDE|ERR|EAI)_(?!START_FAILED|STATUS)|E(?!XITED)[A-Z]+$|DOCKER$|SIG|(?:QUOTE_DOUBLE|GITEA_TOKEN|API_KEY)$)/;

function codesInSource(): readonly string[] {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[cm]?tsx?$/.test(name));
  const found = files
    .filter((name) => !name.startsWith(path.join('cli', 'explain')))
    .flatMap((name) => {
      const text = readFileSync(path.join(src, name), 'utf8');
      const words = [...text.matchAll(/'([A-Z]{2,}(?:_[A-Z]+)+)'/g)];
      // A code that is one word stands in a line that says so.
      const lines = text.split('\n').filter((line) => /\bcode:/.test(line));
      const coded = lines.flatMap((line) => [...line.matchAll(/'([A-Z]{3,})'/g)]);
      return [...words, ...coded].map(([, code = '']) => code);
    });
  const away = awayStates.map((state) => `DOCKER_${state.toUpperCase().replaceAll('-', '_')}`);
  return [...new Set([...found.filter((code) => code !== '' && !OTHER.test(code)), ...away])];
}

describe('explanations', () => {
  it('there is one of each code in the source, and of no other', () => {
    const lower = ['invalid', 'denied', 'unavailable', 'not-found', 'conflict', 'timeout', 'bug'];
    const known = Object.keys(explanations).filter((code) => !lower.includes(code));
    expect(known.toSorted()).toEqual(codesInSource().toSorted());
    expect(Object.keys(explanations)).toEqual(expect.arrayContaining(lower));
    expect(Object.keys(problems).filter((code) => code in explanations).length).toBeGreaterThan(4);
  });

  it('each says what it means, what is behind it, and what to do', () => {
    for (const { about, causes, steps } of Object.values(explanations)) {
      expect(about).toMatch(/^\S.*[.]$/);
      expect([causes.length > 0, steps.length > 0]).toEqual([true, true]);
    }
  });

  it('docs/errors is written from them: npm run docs', () => {
    const folder = path.join(root, 'docs/errors');
    const read = (name: string): string => readFileSync(path.join(folder, name), 'utf8');
    expect(readdirSync(folder).toSorted()).toEqual(
      ['README.md', ...Object.keys(explanations).map((code) => `${code}.md`)].toSorted(),
    );
    expect(read('README.md')).toBe(errorIndex());
    for (const [code, explanation] of Object.entries(explanations))
      expect(read(`${code}.md`)).toBe(errorPage(code, explanation));
  });
});
