/** Finds secrets that stand in a definition as they are, where they are stored, journalled and partly shown. Pure. */
import { parseUrl } from '../../kernel/url.ts';
import { MASKED } from '../audit/masked-arguments.ts';
import { namesSecret } from '../../kernel/secret-names.ts';
import type { ServerDraft } from './server-draft.ts';
import { filled } from '../secrets/references.ts';
import { shownArguments } from '../views/shown-server.ts';

/** One sentence each, with the right form. */
export function literalSecrets({ env = [], source }: ServerDraft): readonly string[] {
  const headers = source.kind === 'url' ? (source.headers ?? []) : [];
  const args =
    source.kind === 'package'
      ? [source.package.replace(/^[a-z]{1,8}:/, ''), ...(source.args ?? [])]
      : source.kind === 'url'
        ? []
        : (source.command ?? []);
  return [
    ...env.flatMap((entry) => ('value' in entry ? given('--env', entry.name, entry.value) : [])),
    ...headers.flatMap((entry) => ('value' in entry ? given('--header', entry.name, entry.value) : [])),
    ...(source.kind === 'url' ? inQuery(source.url) : []),
    ...inArguments(args),
  ];
}

function given(flag: string, name: string, value: string): readonly string[] {
  if (value === '' || !namesSecret(name)) return [];
  return [`${name} is stored as it stands: better mcptui create secret NAME, and ${flag} ${name}=secret:file/NAME`];
}

function inQuery(text: string): readonly string[] {
  const url = parseUrl(filled(text, 'url', () => ''));
  const names = [...(url?.searchParams ?? [])].flatMap(([key, value]) =>
    value !== '' && namesSecret(key) ? [key] : [],
  );
  return names.map(
    (key) => `${key} in the URL is stored as it stands: better mcptui create secret NAME, and ?${key}=secret:file/NAME`,
  );
}

function inArguments(args: readonly string[]): readonly string[] {
  const shown = shownArguments(args);
  return args.flatMap((arg, index) => {
    if (shown[index] === arg) return [];
    const before = args[index - 1];
    const name = shown[index] === MASKED && before !== undefined ? before : (shown[index] ?? '');
    return [
      `argument ${index + 1} (${name}) can be read by everybody on this machine: better --env NAME=secret:file/NAME, if the server takes it from there`,
    ];
  });
}
