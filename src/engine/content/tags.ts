/** Reads the tags of a front matter: a list, or words between commas. Pure. */

/** The fields with `tags` as a list in which none is twice; without it where there are none. What is no tag stays for the schema. */
export function withTags(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { tags, ...others } = fields;
  const read = tagsFrom(tags);
  if (read === undefined || (Array.isArray(read) && read.length === 0)) return others;
  return { ...fields, tags: read };
}

/** A number is a tag too: `tags: [2026]`. */
export function tagsFrom(value: unknown): unknown {
  if (typeof value === 'string') return eachOnce(value.split(','));
  if (typeof value === 'number') return [String(value)];
  if (!Array.isArray(value)) return value ?? undefined;
  const tags = value.map((tag: unknown) => (typeof tag === 'number' ? String(tag) : tag));
  return tags.every((tag) => typeof tag === 'string') ? eachOnce(tags) : tags;
}

function eachOnce(tags: readonly string[]): readonly string[] {
  const plain = tags.map((tag) => tag.trim().replace(/\s+/g, ' '));
  return [...new Set(plain)].filter((tag) => tag !== '');
}
