/** Makes one short, clean line of text of foreign origin: no markup, nothing invisible, cut at a word where it can be. Pure. */

/** Characters beyond what is kept that are looked at: markup goes, and a text of any length costs the same. */
const SLACK = 1_024;
const LINK = /!?\[([^[\]]{0,200})\]\([^()\s]{0,300}\)/g;
/** Not the underscores of a name: `gitea__create_issue`. */
const EMPHASIS = /[`*]|~~|(?<!\w)__|__(?!\w)/g;
const ESCAPED = /\\([!-/:-@[-`{-~])/g;
/** Control, format, private and unassigned characters, halves of pairs, and separators of lines. */
const INVISIBLE = /[\p{C}\p{Zl}\p{Zp}]/gu;

/** At most `max` characters; without the marks of Markdown, and without pictures. "" when nothing is left. */
export function plainLine(markdown: string, max: number): string {
  const seen = markdown.slice(0, max + SLACK);
  const plain = seen
    .replace(LINK, (whole, shown: string) => (whole.startsWith('!') ? '' : shown))
    .replace(EMPHASIS, '')
    .replace(ESCAPED, '$1');
  return cutAtWord(plain.replace(INVISIBLE, ' ').replace(/\s+/g, ' ').trim(), max);
}

/** Whole up to `max` characters, else cut behind a word, or in one that is long, with `…`. */
export function cutAtWord(text: string, max: number): string {
  if (text.length <= max) return text;
  const room = text.slice(0, max - 1);
  const space = room.lastIndexOf(' ');
  const kept = space > max / 2 ? room.slice(0, space) : room;
  // Not half of a pair.
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
