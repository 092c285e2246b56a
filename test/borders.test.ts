/** What may not stand in code that foreign text reaches: parsers that throw, spreads of foreign lists, patterns that backtrack. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isSafe } from 'redos-detector';
import { parseSync } from 'rolldown/utils';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../src', import.meta.url));
const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(ts|tsx|cts)$/.test(name));
const source = (file: string): string => readFileSync(path.join(root, file), 'utf8');

function linesWith(pattern: RegExp, except: readonly string[] = []): string[] {
  return files
    .filter((file) => !except.includes(file))
    .flatMap((file) =>
      source(file)
        .split('\n')
        .flatMap((line, index) => (pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : [])),
    );
}

/** A pattern that the detector cannot prove to be linear, and why it may stand: its text is short, or our own. */
const bounded: Readonly<Record<string, string>> = {
  'kernel/bugs.ts': 'a line of a stack, cut to 300 characters',
  'kernel/one-line.ts': 'each repetition is bounded, and the text is cut to some 3,000 characters',
  'cli/verbs/remote-flags.ts': 'a flag of the command line',
  'kernel/secret-names.ts': 'a search for words at the end, without repetition',
  'engine/content/draft-place.ts': 'a reference, split at two fixed places',
  'engine/content/import-prompt.ts': 'each repetition has a bound of at most 200',
  'engine/content/template.ts': 'a brace ends each repetition, so that starts do not overlap',
  'engine/runtimes/docker/docker-target.ts': 'an environment variable',
  'engine/servers/placeholders.ts': 'each repetition is bounded; an operator gives 32 KiB at most',
  'engine/secrets/forms.ts': 'base64 that was made here: two characters at most',
  'engine/views/view-model.ts': 'an instance’s name, 40 characters at most',
  'mcp/wire/envelope.ts': 'windows of 512 bytes',
  'mcp/downstream/http/checks.ts': 'one header; a colon ends each repetition',
  'mcp/servers/probe.ts': 'a text cut to 500 characters',
  'mcp/upstream/remote/address-policy.ts': 'the host of a URL',
  'store/files/private-folder.ts': 'a path of the environment',
  'tui/kit/field.ts': 'a line that is typed',
  'tui/state/filter.ts': 'a line that is typed',
  'engine/instances/evidence.ts': 'a few lines of a log, cut to 300 characters first',
  'tui/overlays/form/fields.ts': 'a search for words, without repetition',
  'tui/app/line-update.ts': 'rows that were painted here',
  'tui/app/placed-output.ts': 'rows that were painted here',
  'tui/app/row-memo.ts': 'rows that were painted here',
  'tui/kit/instances.ts': 'an instance’s name, 40 characters at most',
  'tui/kit/theme.ts': 'rows that were painted here',
};

function patternsOf(file: string): RegExp[] {
  const found: RegExp[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) return node.forEach(walk);
    const { type, regex } = node as { type?: unknown; regex?: { pattern: string; flags: string } };
    if (type === 'Literal' && regex !== undefined) found.push(new RegExp(regex.pattern, regex.flags.replace('y', '')));
    for (const value of Object.values(node)) walk(value);
  };
  walk(parseSync(file.replace('.cts', '.ts'), source(file)).program);
  return found;
}

describe('src', () => {
  it('parses addresses in one place', () => {
    const ours = ['kernel/url.ts', 'tui/app/ink-internals.ts'];
    expect(linesWith(/new URL\((?!.*import\.meta\.url)|URL\.canParse/, ours)).toEqual([]);
  });

  it('spreads no list of unknown length into a call', () => {
    expect(linesWith(/\.(?:push|unshift|concat)\(\.\.\./)).toEqual([]);
    expect(linesWith(/String\.from(?:CharCode|CodePoint)\(\.\.\./)).toEqual([]);
  });

  it('splits no stream of lines by a library that knows more ends than LF', () => {
    // Questions to a person at a terminal.
    const asking = [
      'cli/confirm-name.ts',
      'cli/hidden-input.ts',
      'cli/verbs/store.ts',
      'cli/verbs/login.ts',
      'cli/content/proposals.ts',
    ];
    expect(linesWith(/from 'node:readline/, asking)).toEqual([]);
  });

  it('has no pattern that backtracks over text of unknown length', { timeout: 60_000 }, () => {
    const limits = { maxScore: 200, maxSteps: 5_000, timeout: Infinity };
    const wrong = files
      .filter((file) => bounded[file] === undefined)
      .flatMap((file) =>
        patternsOf(file)
          .filter((pattern) => !isSafe(pattern, limits).safe)
          .map((pattern) => `${file}: ${pattern.source}`),
      );
    expect(wrong).toEqual([]);
  });

  it('names no file as bounded that is not there', () => {
    expect(Object.keys(bounded).filter((file) => !files.includes(file))).toEqual([]);
  });
});
