/** Marks variables whose values come from the file of settings, so that no program hands them on as the operator's own. */

type Env = Readonly<Record<string, string | undefined>>;

/** Names of variables, with commas between. */
export const FROM_FILE = 'MCPTUI_FROM_FILE';

export function namesFromFile(env: Env): ReadonlySet<string> {
  return new Set((env[FROM_FILE] ?? '').split(',').filter((name) => name.startsWith('MCPTUI_')));
}

/** The environment as it was given: whoever is started with it reads the file itself. */
export function withoutFileSettings(env: Env): Record<string, string | undefined> {
  const names = namesFromFile(env);
  return Object.fromEntries(Object.entries(env).filter(([name]) => name !== FROM_FILE && !names.has(name)));
}
