/** Counts characters that hide, reorder or imitate text, so that an approval does not pass over them. Pure. */
import type { UnusualCharacters } from './types.ts';

const GROUPS: readonly (readonly [pattern: RegExp, what: string])[] = [
  [/[\u202a-\u202e\u2066-\u2069\u200e\u200f\u061c]/u, 'changes the direction of text'],
  [/[\u200b-\u200d\u2060\ufeff\u00ad\u180e]|\u034f/u, 'has no width'],
  [/[\u{e0000}-\u{e01ef}\ufe00-\ufe0f]/u, 'invisible tag or variation'],
  [/[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000\u115f\u1160\u3164\uffa0]/u, 'looks like a space'],
  [/[\u2028\u2029]/u, 'breaks a line unseen'],
  [/(?![\n\t])\p{Cc}/u, 'control character'],
  [/[\p{Cf}\p{Co}\p{Cn}]/u, 'prints nothing'],
];

const ANY = /[^\x20-\x7e\n\t]/u;

/** In order of first appearance. Tabs and line ends are not unusual. */
export function unusualCharacters(text: string): readonly UnusualCharacters[] {
  if (!ANY.test(text)) return [];
  const found = new Map<string, { shown: string; what: string; count: number }>();
  const harmless = new Set<string>();
  for (const character of text) {
    if (harmless.has(character)) continue;
    const known = found.get(character);
    if (known !== undefined) {
      known.count += 1;
      continue;
    }
    const what = ANY.test(character) ? GROUPS.find(([pattern]) => pattern.test(character))?.[1] : undefined;
    if (what === undefined) harmless.add(character);
    else found.set(character, { shown: escapeOf(character), what, count: 1 });
  }
  return [...found.values()];
}

function escapeOf(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
