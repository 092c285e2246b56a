/** Secrets that stand in a definition as they are: they are stored, journalled and partly shown. Pure. */
import { parseUrl } from '../url.ts';
import { namesSecret } from './audit/masked-arguments.ts';
import type { ServerDraft } from './commands.ts';
import { filled } from './secrets/references.ts';

/** One sentence each, with the right form. */
export function literalSecrets({ env = [], source }: ServerDraft): readonly string[] {
  const headers = source.kind === 'url' ? (source.headers ?? []) : [];
  const args = source.kind === 'package' ? source.args : source.kind === 'url' ? undefined : source.command;
  return [
    ...env.flatMap((entry) => ('value' in entry ? given('--env', entry.name, entry.value) : [])),
    ...headers.flatMap((entry) => ('value' in entry ? given('--header', entry.name, entry.value) : [])),
    ...(source.kind === 'url' ? inQuery(source.url) : []),
    ...inArguments(args ?? []),
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
  const found = args.flatMap((arg, index) => {
    const [, flag, hasValue] = /^(-{0,2}[A-Za-z][\w-]{0,60})(=.)?/.exec(arg) ?? [];
    const next = args[index + 1];
    if (flag === undefined || !namesSecret(flag)) return [];
    const isPair = arg === flag && arg.startsWith('-') && next !== undefined && !next.startsWith('-');
    return hasValue !== undefined || isPair ? [flag] : [];
  });
  return found.map(
    (flag) =>
      `${flag} is an argument, which everybody on this machine can read: better --env NAME=secret:file/NAME, if the server takes it from there`,
  );
}
