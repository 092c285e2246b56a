/**
 * Hands secrets to a container so that neither `docker inspect` nor the engine's files show them: a shell of the image reads
 * them from the first line of stdin, exports them or writes them into files in memory, and becomes the server, whose own input
 * is all that follows. Pure.
 */

import type { Server } from '../../../store/schema/server.ts';
import type { StartRequest } from '../../ports.ts';

/** No secret stands in it. `read` takes a byte at a time from a pipe, so that nothing of the server's input is lost. */
const SCRIPT = `IFS= read -r mcptui_line || exit 126
mcptui_n='
'
eval "$mcptui_line"
unset mcptui_line mcptui_n
exec "$@"`;

export const SHELL = '/bin/sh';

/** What runs in place of `command`, the server's whole command line. */
export function secretEntry(command: readonly string[]): { readonly Entrypoint: string[]; readonly Cmd: string[] } {
  return { Entrypoint: [SHELL, '-c', SCRIPT, 'mcptui'], Cmd: [...command] };
}

/** In memory, and of the server's user alone: where secrets are that are files. */
export const SECRETS_FOLDER = '/run/secrets';

/** Names of variables whose values are files. */
export function fileNames(env: Server['env']): ReadonlySet<string> {
  return new Set(env.flatMap((entry) => ('secret' in entry && entry.as === 'file' ? [entry.name] : [])));
}

/** `TOKEN` → `TOKEN_FILE=/run/secrets/TOKEN`, which is no secret. */
export function fileVariables(files: ReadonlySet<string>): readonly string[] {
  return [...files].map((name) => `${name}_FILE=${SECRETS_FOLDER}/${name}`);
}

/** The folder of these, as the container engine takes it. `user`: `UID` or `UID:GROUP`. */
export function secretsFolder(files: ReadonlySet<string>, user: string): Readonly<Record<string, string>> {
  if (files.size === 0) return {};
  return { [SECRETS_FOLDER]: `rw,nosuid,nodev,noexec,size=16m,mode=0700,uid=${user.split(':')[0] ?? ''}` };
}

/** The line for that entry. Names are those of environment variables, values hold no NUL. `files`: what is written instead. */
export function secretLine(secrets: Readonly<Record<string, string>>, files: ReadonlySet<string> = new Set()): string {
  const words = Object.entries(secrets).map(([name, value]) =>
    files.has(name)
      ? `(umask 277; printf %s ${quoted(value)} >${SECRETS_FOLDER}/${name}) || exit 126`
      : `export ${name}=${quoted(value)}`,
  );
  return `${words.join(';')}\n`;
}

/**
 * One word of the shell; a newline, which would end the line, is a variable. Its characters stand apart, so that who keeps
 * what passes on the container engine's socket (a proxy with a log) keeps no text that is the secret's.
 */
function quoted(value: string): string {
  return `'${Array.from(value, character).join("''")}'`;
}

function character(text: string): string {
  if (text === "'") return "'\\''";
  return text === '\n' ? `'"$mcptui_n"'` : text;
}

/** Those that the image's shell hands over; only files when the definition says that others may stand in the environment. */
export function secretsOf({ env, server }: StartRequest): Readonly<Record<string, string>> {
  const files = fileNames(server.env);
  const isSeen = server.secretDelivery === 'env';
  const names = server.env.flatMap((entry) =>
    'value' in entry || (isSeen && !files.has(entry.name)) ? [] : [entry.name],
  );
  return Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]] as const])));
}
