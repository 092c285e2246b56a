/** Finds text in a definition that something else was to replace: nothing does, so the server would get it as it stands. Pure. */
import { isDeepStrictEqual } from 'node:util';
import { McptuiError } from '../../kernel/errors.ts';
import { ANY_REFERENCE, BARE_REFERENCE, BRACED_REFERENCE, wholeReferenceIn } from '../../kernel/secret-reference.ts';
import type { Server } from '../../store/schema/server.ts';
import { mapRefs } from '../secrets/references.ts';

type Kind = 'variable' | 'question' | 'blank' | 'home' | 'reference';

interface Placeholder {
  readonly kind: Kind;
  /** As it stands there. */
  readonly text: string;
  readonly name: string;
}

type Entry = { readonly name: string } & ({ readonly value: string } | { readonly template: string });
/** `plain`: no secret may stand there. */
type Place = 'value' | 'url' | 'argument' | 'path' | 'plain';

interface Text {
  readonly place: Place;
  /** For people: `--env TOKEN`. */
  readonly label: string;
  readonly text: string;
  /** References in it are. */
  readonly isResolved?: boolean;
  /** What would be right, given the text that belongs there. */
  readonly rightForm: (text: string) => string;
}

/** As other programs write a variable: here it is without the sign, which a shell would take for its own. */
const DOLLAR_REFERENCE = new RegExp(`\\$${BRACED_REFERENCE}`);
/** In arguments of a probe. */
const PROBE_REFERENCE = new RegExp(`(?<=")${ANY_REFERENCE}|${BRACED_REFERENCE}|${BARE_REFERENCE}`);
const PATTERNS: readonly (readonly [Kind, RegExp, (readonly Place[])?])[] = [
  ['reference', new RegExp(`\\$?\\{?(${BARE_REFERENCE})\\}?`)],
  ['reference', new RegExp(`\\$?${BRACED_REFERENCE}`)],
  ['reference', /(?:^|=)secret:([^\s]{1,128})/, ['argument', 'value', 'plain']],
  ['question', /\$\{input:([\w.-]{1,64})\}/],
  ['variable', /\$\{\{?\s{0,8}(?:env[:.]|secrets\.|vars\.)?([A-Za-z_]\w{0,63})[^{}]{0,64}\}{1,2}/],
  ['variable', /\{\{\s{0,8}([A-Za-z_][\w.]{0,63})\s{0,8}\}\}/],
  ['variable', /\$([A-Za-z_]\w{0,63})/],
  ['blank', /\{([A-Za-z_][\w-]{0,63})\}/, ['url']],
  ['blank', /^(?:\w{1,16} )?(your[-_ ]?[\w -]{0,40}(?:key|token|secret|password|here))$/i, ['value']],
  ['variable', /%([A-Z_][A-Z0-9_]{2,63})%/, ['value', 'argument', 'path']],
  ['blank', /(?:^|[\s=:/@"',])(<[A-Za-z][\w .-]{0,60}>)(?=$|[\s/:@"',&?#])/, ['value', 'argument', 'path', 'plain']],
  ['blank', /<([A-Za-z][\w .-]{0,60})>/, ['url']],
  ['home', /^(~[\w.-]{0,32})(?:\/|$)/, ['value', 'argument', 'path']],
  ['home', /=(~[\w.-]{0,32})(?:\/|$)/, ['argument']],
];

/**
 * `before`: the definition that it changes; what stands there already is meant as it stands.
 * @throws McptuiError `invalid` with the right form of the first that is found
 */
export function refusePlaceholders(server: Server, before?: Server, noun = 'server'): void {
  const known = new Set(before === undefined ? [] : textsOf(before).map(({ label, text }) => `${label} ${text}`));
  for (const text of textsOf(server))
    if (!known.has(`${text.label} ${text.text}`)) refuseText(`${noun} ${server.name}`, text);
  if (before !== undefined && isDeepStrictEqual(before.health.args, server.health.args)) return;
  const [reference] = PROBE_REFERENCE.exec(JSON.stringify(server.health.args)) ?? [];
  if (reference === undefined) return;
  throw new McptuiError(
    'invalid',
    `server ${server.name}: --probe-args holds ${reference}, which is not resolved there`,
    {
      hint: 'probe with a tool that needs no secret; with --literal it is taken as it stands',
    },
  );
}

function refuseText(whose: string, text: Text): void {
  const found = placeholderIn(text);
  if (found === undefined) return;
  throw new McptuiError('invalid', `${whose}: ${text.label} ${wordsFor(found)}`, {
    hint: `${hintFor(found, text)}; with --literal it is taken as it stands`,
  });
}

function urlText(url: string): Text {
  return { place: 'url', label: '--url', text: url, isResolved: true, rightForm: (right) => `--url '${right}'` };
}

/** The same for a URL that may be none for this reason. @throws McptuiError `invalid` */
export function refuseInUrl(name: string, url: string): void {
  refuseText(`server ${name}`, urlText(url));
}

function placeholderIn({ place, text, isResolved }: Text): Placeholder | undefined {
  const [dollar, name] = DOLLAR_REFERENCE.exec(text) ?? [];
  if (dollar !== undefined && name !== undefined) return { kind: 'reference', text: dollar, name };
  // In place of references that are resolved stands what no pattern finds.
  const bare = isResolved === true ? mapRefs(text, place === 'url' ? 'url' : 'text', () => '_') : text;
  for (const [kind, pattern, places] of PATTERNS) {
    if (places?.includes(place) === false) continue;
    const [whole, found] = pattern.exec(bare) ?? [];
    if (whole === undefined || found === undefined) continue;
    return { kind, text: isNamed(kind, place) ? found : whole.replace(/^=/, ''), name: found };
  }
  return undefined;
}

/** What is shown and replaced is what was found, without what had to stand before it. */
function isNamed(kind: Kind, place: Place): boolean {
  return kind === 'home' || (kind === 'blank' && place !== 'url');
}

function textsOf({ env, source }: Server): readonly Text[] {
  const given = (flag: string, entry: Entry): Text => ({
    place: 'value',
    label: `${flag} ${entry.name}`,
    text: 'value' in entry ? entry.value : entry.template,
    isResolved: 'template' in entry,
    rightForm: (value) => `${flag} '${entry.name}=${value}'`,
  });
  const texts = env.flatMap((entry): Text[] => {
    if ('secret' in entry) return [];
    return [given('--env', entry)];
  });
  const argument = (text: string, index: number): Text => ({
    place: 'argument',
    label: `argument ${index + 1}`,
    text,
    rightForm: (value) => `--env NAME=${value}`,
  });
  switch (source.kind) {
    case 'url':
      return [
        ...texts,
        urlText(source.url),
        ...source.headers.flatMap((entry): Text[] => {
          if ('secret' in entry) return [];
          return [given('--header', entry)];
        }),
        ...plain('--oauth-client-id', source.oauth?.clientId),
        ...plain('--oauth-scope', source.oauth?.scope),
      ];
    case 'command': {
      const cwd: Text[] =
        source.cwd === undefined
          ? []
          : [{ place: 'path', label: '--cwd', text: source.cwd, rightForm: (value) => `--cwd ${value}` }];
      return [...texts, ...cwd, ...programs(source.command).map(argument)];
    }
    case 'image':
      return [...texts, ...programs(source.command).map(argument)];
    case 'package':
      return [...texts, ...plain('--package', source.package), ...source.args.map(argument)];
  }
}

function plain(flag: string, text: string | undefined): readonly Text[] {
  return text === undefined ? [] : [{ place: 'plain', label: flag, text, rightForm: () => `${flag} …` }];
}

const SHELLS = /(?:^|\/)(?:ba|da|z|k|a|fi)?sh$|(?:^|\/)(?:node|bun|deno|python[\d.]{0,5}|perl|ruby|php)$/;
const TAKES_PROGRAM = /^(?:-[a-z]{0,3}[ce]|--eval|--print|-p|-r)$/;

/** Without the text of a program that the command itself reads: there such signs are its own. */
function programs(command: readonly string[]): readonly string[] {
  const [file = ''] = command;
  return command.map((arg, index) => {
    const isProgram = SHELLS.test(file) && TAKES_PROGRAM.test(command[index - 1] ?? '');
    return isProgram || arg.includes('\n') ? '' : arg;
  });
}

function wordsFor({ kind, text }: Placeholder): string {
  switch (kind) {
    case 'reference':
      return `holds ${text}, which is not resolved there`;
    case 'question':
      return `holds ${text}: nobody is asked here`;
    case 'blank':
      return `holds ${text}, which stands for a value`;
    case 'home':
      return `begins a path with ${text}: no shell replaces it here`;
    case 'variable':
      return `holds ${text}: no shell and no other program replaces it here`;
  }
}

function hintFor({ kind, name, text: found }: Placeholder, { place, text, rightForm }: Text): string {
  const isWhole = text === found;
  const inText = (reference: string): string => {
    if (isWhole) return rightForm(reference);
    return rightForm(place === 'argument' ? reference : text.replace(found, `{${reference}}`));
  };
  if (place === 'plain') return 'write the value itself, which is no secret';
  const seen = 'an argument can be read by everybody on this machine, so hand it on as';
  switch (kind) {
    case 'reference': {
      const reference = /secret:[^\s{}]*/.exec(found)?.[0] ?? '';
      if (wholeReferenceIn(reference) === undefined) return 'a secret is secret:env/NAME or secret:file/NAME';
      return place === 'argument' ? `${seen} ${rightForm(reference)}` : inText(reference);
    }
    case 'question':
      return `mcptui create secret ${secretName(name)}, then ${inText(`secret:file/${secretName(name)}`)}`;
    case 'blank': {
      const reference = `secret:file/${secretName(name)}`;
      return `put the value there; for a secret: mcptui create secret ${secretName(name)}, then ${inText(reference)}`;
    }
    case 'home':
      return 'write the whole path';
    case 'variable':
      return place === 'argument' || place === 'path'
        ? `write the value itself; for a secret or a variable of the engine: --env NAME=secret:env/${name}`
        : `from the engine's environment: ${inText(`secret:env/${name}`)}; or write the value itself`;
  }
}

function secretName(text: string): string {
  return (
    text
      .replace(/[^\w.-]/g, '-')
      .replace(/^-{0,60}/, '')
      .replace(/-$/, '')
      .toLowerCase() || 'NAME'
  );
}
