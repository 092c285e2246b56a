/**
 * Hands secrets to a container so that neither `docker inspect` nor the engine's files show them: a shell of the image reads
 * them from the first line of stdin, exports them and becomes the server, whose own input is all that follows. Pure.
 */

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

/** The line for that entry. Names are those of environment variables, values hold no NUL. */
export function secretLine(secrets: Readonly<Record<string, string>>): string {
  const exports = Object.entries(secrets).map(([name, value]) => `export ${name}=${quoted(value)}`);
  return `${exports.join(';')}\n`;
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
