/** What the documents say exists: commands, options, links, files. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { systemContext } from '../src/cli/context.ts';
import { program } from '../src/cli/program.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
];
const read = (page: string): string => readFileSync(path.join(root, page), 'utf8');

/** Lines of shell blocks and inline code that begin with `mcptui`. */
function commandsOf(page: string): readonly string[] {
  const text = read(page);
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap((match) => (match[1] ?? '').split('\n'));
  const inline = [...text.matchAll(/`(mcptui(?: [^`]+)?)`/g)].map((match) => match[1] ?? '');
  return [...blocks, ...inline]
    .map((line) => line.replace(/ +#.*$/, '').trim())
    .filter((line) => /^mcptui( |$)/.test(line));
}

/** What is wrong with it; undefined when every word of it exists. */
function problemOf(line: string, top: Command): string | undefined {
  let command = top;
  const words = line.split(/\s+/).slice(1);
  for (const [index, word] of words.entries()) {
    if (word === '--' || word === '…' || word.startsWith('<')) return undefined;
    if (word === '-') continue;
    if (word.startsWith('-')) {
      const flag = word.split('=')[0];
      if (!command.options.some((option) => option.long === flag || option.short === flag))
        return `${line}: no option ${flag}`;
      continue;
    }
    const alternatives = word.split('|');
    const child = command.commands.find(
      (candidate) => candidate.name() === alternatives[0] || candidate.aliases().includes(alternatives[0] ?? ''),
    );
    if (child !== undefined) command = child;
    // `why NAME` is a verb and a group.
    else if (command.commands.length > 0 && command.registeredArguments.length === 0) return `${line}: no verb ${word}`;
    else if (index === 0) return `${line}: no verb ${word}`;
    else return optionsOf(words.slice(index), command, line);
  }
  return undefined;
}

function optionsOf(words: readonly string[], command: Command, line: string): string | undefined {
  for (const word of words) {
    if (word === '--') return undefined;
    if (/^--?[a-z]/.test(word) && !command.options.some((option) => option.long === word || option.short === word))
      return `${line}: no option ${word}`;
  }
  return undefined;
}

describe('the documents', () => {
  it('name only commands and options that exist', () => {
    const top = program(systemContext());
    const problems = pages.flatMap((page) => commandsOf(page).flatMap((line) => problemOf(line, top) ?? []));
    expect(problems).toEqual([]);
    expect(pages.flatMap(commandsOf).length).toBeGreaterThan(30);
  });

  it('link only to what is there', () => {
    const broken = pages.flatMap((page) =>
      [...read(page).matchAll(/\]\(([^)#\s]+)(?:#[^)]*)?\)/g)]
        .map((match) => match[1] ?? '')
        .filter((link) => !/^https?:/.test(link) && !existsSync(path.join(root, path.dirname(page), link)))
        .map((link) => `${page}: ${link}`),
    );
    expect(broken).toEqual([]);
  });

  it('begin with the two commands', () => {
    expect(read('README.md')).toContain('npm ci && npm start');
    expect(read('README.md')).toContain('npm ci && npm test');
    expect(read('README.md').split('\n').length).toBeLessThan(70);
  });

  it('name only npm scripts that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> };
    const named = pages.flatMap((page) => [...read(page).matchAll(/npm run ([\w:]+)/g)].map((match) => match[1] ?? ''));
    expect(named.filter((name) => scripts[name] === undefined)).toEqual([]);
  });
});
