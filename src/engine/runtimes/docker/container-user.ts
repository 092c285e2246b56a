/** Chooses as whom a container runs: as its definition or its image says, and never as root. Pure. */

/** Nobody, for images that name no user, root, or somebody whom they do not have. */
export const NOBODY = '65534:65534';

/** Whether only the image's list of users tells who that is. */
export function isNamed(imageUser: string): boolean {
  const [name = ''] = imageUser.split(':');
  return name !== '' && !isNumber(name);
}

/** `imageUser` is `USER` or `USER:GROUP`, each a name or a number; `passwd` the image's file, looked at for a name only. */
export function containerUser(imageUser: string, passwd: string): string {
  const [name = '', group] = imageUser.split(':');
  if (name === '') return NOBODY;
  if (isNumber(name)) return numbered(Number(name), group);
  const entry = passwd.split('\n').find((line) => line.startsWith(`${name}:`));
  const [, , uid = '', gid = ''] = entry?.split(':') ?? [];
  return isNumber(uid) ? numbered(Number(uid), group ?? (isNumber(gid) ? gid : undefined)) : NOBODY;
}

/** As the container engine reads it: `00`, `+0` and `-0` are root too. */
function isNumber(text: string): boolean {
  return /^[+-]?\d{1,10}$/.test(text);
}

function numbered(uid: number, group: string | undefined): string {
  if (uid <= 0) return NOBODY;
  return group === undefined ? String(uid) : `${uid}:${group}`;
}
