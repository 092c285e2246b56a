/** Foretells version numbers for the console; the engine decides. */

export type Bump = 'patch' | 'minor' | 'major';

/** The version that a save with this bump gives; what is not MAJOR.MINOR.PATCH counts as 0.1.0. */
export function nextVersion(semver: string, bump: Bump): string {
  const parts = /^(\d{1,15})\.(\d{1,15})\.(\d{1,15})$/.exec(semver);
  const [major, minor, patch] = parts === null ? [0, 1, 0] : parts.slice(1).map(Number);
  if (bump === 'major') return `${(major ?? 0) + 1}.0.0`;
  return bump === 'minor' ? `${major}.${(minor ?? 0) + 1}.0` : `${major}.${minor}.${(patch ?? 0) + 1}`;
}
