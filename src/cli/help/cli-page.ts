/** Writes docs/cli.md from the tree of verbs. Pure. */
import { exitWords } from './man.ts';
import type { HelpOption, HelpTree, HelpVerb } from './tree.ts';

export function cliPage(tree: HelpTree): string {
  const verbs = tree.verbs.filter(({ isGroup }) => !isGroup);
  const groups = [...new Set(verbs.map(({ group }) => group))];
  return [
    '# The command line',
    '',
    'Every verb, made from the table that each `--help` and the man page are made from (`npm run docs`). `mcptui --help-json` prints it as',
    'data, for programs. `-o json`, `yaml`, `name` or `jsonl` wherever resources are printed.',
    '',
    '| In front of any verb | |',
    '| --- | --- |',
    ...tree.options.map(optionRow),
    '',
    ...groups.flatMap((group) => [
      `## ${group === '' ? 'Other verbs' : group}`,
      '',
      ...verbs.filter((verb) => verb.group === group).flatMap(verbLines),
    ]),
    '## Exit codes',
    '',
    '| Code | When |',
    '| --- | --- |',
    ...Object.entries(tree.exitCodes).map(([name, code]) => `| ${code} | ${exitWords[name] ?? name} |`),
    '',
  ].join('\n');
}

function verbLines({ words, args, about, options, examples }: HelpVerb): readonly string[] {
  const typed = args.map(({ name, required, variadic }) => {
    const text = `${name}${variadic ? '...' : ''}`;
    return required ? `<${text}>` : `[${text}]`;
  });
  const own = options.filter(({ long }) => long !== '--help');
  return [
    `### ${words}`,
    '',
    `\`${['mcptui', words, ...typed].join(' ')}\`: ${cell(about)}.`,
    '',
    ...(own.length === 0 ? [] : ['| Option | |', '| --- | --- |', ...own.map(optionRow), '']),
    ...(examples.length === 0 ? [] : ['```sh', ...examples.map((line) => `mcptui ${line}`), '```', '']),
  ];
}

function optionRow({ long, short, value, about, choices, env, default: usual }: HelpOption): string {
  const flags = `\`${short === undefined ? '' : `${short}, `}${long}${value === undefined ? '' : ` <${value}>`}\``;
  const more = [
    choices === undefined ? '' : ` (${choices.join(', ')})`,
    usual === undefined || usual === '' ? '' : `; default ${usual}`,
    env === undefined ? '' : `; \`$${env}\``,
  ].join('');
  return `| ${flags} | ${cell(about)}${cell(more)} |`;
}

function cell(text: string): string {
  return text
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
    .replaceAll('<', '\\<')
    .replaceAll('*', '\\*')
    .replaceAll('_', '\\_');
}
