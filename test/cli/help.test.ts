/** What `--help` says of each verb: what it does, how it is typed, and an example that is one. */
import type { Command } from 'commander';
import { parse as words } from 'shell-quote';
import { describe, expect, it } from 'vitest';
import { systemContext } from '../../src/cli/context.ts';
import { examples } from '../../src/cli/examples.ts';
import { program } from '../../src/cli/program.ts';

interface Verb {
  readonly words: string;
  readonly command: Command;
}

function verbs(): readonly Verb[] {
  const below = (command: Command, path: readonly string[]): readonly Verb[] =>
    command.commands
      .filter((child) => child.name() !== 'help')
      .flatMap((child) => {
        const here = [...path, child.name()];
        return [{ words: here.join(' '), command: child }, ...below(child, here)];
      });
  return below(program(systemContext()), []);
}

function helpOf(command: Command): string {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) });
  command.outputHelp();
  return text;
}

const isLeaf = ({ command }: Verb): boolean => command.commands.length === 0;

describe('the help of each verb', () => {
  it.each(verbs().map((verb) => [verb.words, verb] as const))('%s says what it does, in 80 columns', (_, verb) => {
    expect(verb.command.description()).not.toBe('');
    expect(
      helpOf(verb.command)
        .split('\n')
        .filter((line) => line.length > 80),
    ).toEqual([]);
  });

  it.each(
    verbs()
      .filter(isLeaf)
      .map((verb) => [verb.words, verb] as const),
  )('%s begins with an example', (_, verb) => {
    expect(helpOf(verb.command)).toMatch(new RegExp(`^Examples?:\\n {2}\\$ mcptui ${verb.words}`));
  });

  it('shows examples of the verbs that there are, and that can be parsed', async () => {
    const leaves = verbs()
      .filter(isLeaf)
      .map((verb) => verb.words);
    expect(Object.keys(examples).toSorted()).toEqual(leaves.toSorted());
    for (const line of Object.values(examples).flat()) {
      const argv = words(line.replaceAll('\\\n', '')).flatMap((word) => (typeof word === 'string' ? [word] : []));
      const root = program(systemContext());
      let ran = '';
      for (const { words: path, command } of verbsOf(root)) command.action(() => void (ran = path));
      // What comes from a file comes from outside the arguments.
      await root.parseAsync(line.includes(' <') || line.includes(' >') ? argv.slice(0, -1) : argv, { from: 'user' });
      expect({ line, ran: line.startsWith(ran) && ran !== '' }).toEqual({ line, ran: true });
    }
  });
});

function verbsOf(root: Command): readonly Verb[] {
  const below = (command: Command, path: readonly string[]): readonly Verb[] =>
    command.commands.length === 0
      ? [{ words: path.join(' '), command }]
      : command.commands.flatMap((child) => below(child, [...path, child.name()]));
  return below(root, []);
}

it('no verb has a flag of the program itself, which would take its value', () => {
  const root = program(systemContext());
  const own = new Set(root.options.map(({ long }) => long));
  const taken = verbs().flatMap(({ words: path, command }) =>
    command.options.filter(({ long }) => own.has(long)).map(({ long }) => `${path} ${long}`),
  );
  expect(taken).toEqual([]);
});
