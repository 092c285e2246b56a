/** Makes a server's environment: what a program needs to find its home, its tools and its language, and what is set for all. Pure. */
import path from 'node:path';
import { McptuiError } from '../../kernel/errors.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Everything else must be in the definition, or set for all servers. */
const INHERITED = ['HOME', 'LOGNAME', 'PATH', 'SHELL', 'TERM', 'USER', 'TMPDIR', 'TZ', 'XDG_CACHE_HOME'] as const;
const LOCALE = /^(?:LANG|LC_[A-Z]+)$/;
/** Files of certificates: without them a server behind an inspecting proxy reaches nobody, its own download included. */
const AUTHORITIES = ['NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'] as const;
/** Names of the engine's variables that all servers get. */
const PASS_ENV = 'MCPTUI_PASS_ENV';

/** Picks the variables that servers inherit of the engine's environment. @throws McptuiError `invalid` for a name that is none */
export function inheritedEnv(env: Env): Readonly<Record<string, string>> {
  const names = new Set<string>([...INHERITED, ...AUTHORITIES, ...passedNames(env)]);
  const found = Object.entries(env).flatMap(([name, value]) => {
    if (value === undefined || !(names.has(name) || LOCALE.test(name))) return [];
    const isFile = (AUTHORITIES as readonly string[]).includes(name) && value !== '';
    // A server works in another folder than the engine.
    return [[name, isFile ? path.resolve(value) : value] as const];
  });
  return Object.fromEntries(found);
}

/** `own` is what the definition sets: it stands. */
export function childEnv(
  inherited: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Record<string, string> {
  // A locale of its own means all of it: an inherited LC_ALL would win over its LANG.
  const isOwnLocale = Object.keys(own).some((name) => LOCALE.test(name));
  if (!isOwnLocale) return { ...withUtf8(inherited), ...own };
  return { ...Object.fromEntries(Object.entries(inherited).filter(([name]) => !LOCALE.test(name))), ...own };
}

/** JSON-RPC is UTF-8; in any other locale Java and Python read and write something else. */
function withUtf8(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { LC_ALL, LC_CTYPE, LANG } = env;
  if (/utf-?8/i.test(LC_ALL || LC_CTYPE || LANG || '')) return env;
  const utf8 = { LC_CTYPE: process.platform === 'darwin' ? 'UTF-8' : 'C.UTF-8' };
  if (!LC_ALL) return { ...env, ...utf8 };
  // It would win over LC_CTYPE: what it says of all else LANG says as well.
  const others = Object.entries(env).filter(([name]) => !LOCALE.test(name));
  return { ...Object.fromEntries(others), LANG: LC_ALL, ...utf8 };
}

function passedNames(env: Env): readonly string[] {
  const names = (env[PASS_ENV] ?? '').split(/[\s,]+/).filter((name) => name !== '');
  const wrong = names.find((name) => !/^[A-Za-z_][A-Za-z0-9_]*$/.test(name));
  if (wrong === undefined) return names;
  throw new McptuiError('invalid', `${PASS_ENV}: ${JSON.stringify(wrong)} is not the name of a variable`, {
    hint: `names only, such as ${PASS_ENV}=HTTPS_PROXY,NO_PROXY`,
  });
}
