/** Writes the man page from the tree of verbs, as roff. Pure. */
import type { HelpOption, HelpTree, HelpVerb } from './tree.ts';

export function manPage(tree: HelpTree): string {
  const verbs = tree.verbs.filter(({ isGroup }) => !isGroup);
  const groups = [...new Set(verbs.map(({ group }) => group))];
  return [
    `.TH MCPTUI 1 "" "mcptui ${roff(tree.version)}" "User Commands"`,
    '.SH NAME',
    'mcptui \\- run, route and govern MCP servers for local agents',
    '.SH SYNOPSIS',
    '.B mcptui',
    '.RI [ options ]',
    '.br',
    '.B mcptui',
    '.I verb',
    '.RI [ arguments ]',
    '.SH DESCRIPTION',
    ...tree.about.split('\n').flatMap((line, index) => [...(index === 0 ? [] : ['.br']), roff(line)]),
    '.SH OPTIONS',
    ...tree.options.flatMap(optionLines),
    ...groups.flatMap((group) => [
      `.SH ${roff(group === '' ? 'OTHER VERBS' : group.toUpperCase())}`,
      ...verbs.filter((verb) => verb.group === group).flatMap(verbLines),
    ]),
    '.SH EXIT STATUS',
    ...Object.entries(tree.exitCodes).flatMap(([name, code]) => ['.TP', `.B ${code}`, roff(exitWords[name] ?? name)]),
    '.SH SEE ALSO',
    'docs/cli.md, docs/console.md',
    '',
  ].join('\n');
}

/** What a script learns from a code. */
export const exitWords: Readonly<Record<string, string>> = {
  ok: 'it is done',
  failure: 'it failed',
  usage: 'the command line or what it was given cannot be',
  auth: 'the caller may not, or a secret is missing',
  unreachable: 'an engine, a server, a disk or Docker cannot be reached',
  unhealthy: 'an instance is unhealthy, a tool answered with an error, or a plan differs',
  notFound: 'there is no such thing',
  conflict: 'it does not go with what is there, or has changed meanwhile',
  timeout: 'it took longer than it may',
  interrupted: 'it was interrupted',
};

function verbLines({ words, args, about, options, examples }: HelpVerb): readonly string[] {
  const typed = args.map(({ name, required, variadic }) => {
    const text = `${name}${variadic ? '...' : ''}`;
    return required ? text : `[${text}]`;
  });
  return [
    `.SS mcptui ${roff([words, ...typed].join(' '))}`,
    roff(`${about.slice(0, 1).toUpperCase()}${about.slice(1)}.`),
    ...options.filter(({ long }) => long !== '--help').flatMap(optionLines),
    ...(examples.length === 0
      ? []
      : ['.PP', '.EX', ...examples.flatMap((line) => roff(`mcptui ${line}`).split('\n')), '.EE']),
  ];
}

function optionLines({ long, short, value, about, choices, env }: HelpOption): readonly string[] {
  const flags = `${short === undefined ? '' : `${short}, `}${long}${value === undefined ? '' : ` <${value}>`}`;
  const more = [choices === undefined ? '' : ` (${choices.join(', ')})`, env === undefined ? '' : ` [$${env}]`].join(
    '',
  );
  return ['.TP', `.B ${roff(flags)}`, roff(`${about}${more}`)];
}

/** Text in which nothing is a request to the formatter. */
function roff(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll('’', "'")
    .replaceAll('…', '...')
    .replaceAll('≈', '~')
    .split('\n')
    .map((line) => line.replace(/^([.'])/, '\\&$1'))
    .join('\n');
}
