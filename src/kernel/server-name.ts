/** Names servers: which names can be, and the nearest to one that cannot. Pure. */

export const SERVER_NAME = /^[a-z0-9](?:[a-z0-9-]{0,30}[a-z0-9])?$/;
export const MAX_SERVER_NAME = 32;

/** The name that comes nearest to one that cannot be; undefined when nothing of it is left. */
export function nearestServerName(name: string): string | undefined {
  const mapped = name
    .slice(0, 256)
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '-')
    .split('-')
    .filter((part) => part !== '')
    .join('-')
    .slice(0, MAX_SERVER_NAME)
    .replace(/-$/, '');
  return SERVER_NAME.test(mapped) ? mapped : undefined;
}
