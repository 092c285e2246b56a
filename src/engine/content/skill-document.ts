/** Writes a skill's files as one document, and reads them back: each under its own heading, of binary ones the heading alone. Pure. */
import { createHash } from 'node:crypto';
import { McptuiError } from '../../kernel/errors.ts';
import type { SkillContent } from '../../store/schema/content.ts';

/** `SKILL.md` first, the others by name; binary files too. */
export function skillPaths({ files, binary = {} }: SkillContent): readonly string[] {
  return [...Object.keys(files), ...Object.keys(binary)].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

const rank = (path: string): number => (path === 'SKILL.md' ? 0 : 1);

export function skillDocument(content: SkillContent): string {
  return skillPaths(content)
    .map((path) => {
      const base64 = content.binary?.[path];
      if (base64 !== undefined) return `=== ${path} ${binaryMark(base64)} ===\n`;
      return `=== ${path} ===\n${(content.files[path] ?? '').replace(/^(?=\\*=== )/gm, '\\')}\n`;
    })
    .join('');
}

/** Its bytes are not edited; the hash tells which they are. */
function binaryMark(base64: string): string {
  const bytes = Buffer.from(base64, 'base64');
  return `(binary, ${bytes.length} bytes, sha256 ${createHash('sha256').update(bytes).digest('hex')})`;
}

/** `base` has the bytes of the binary files that the document names. @throws McptuiError `invalid` */
export function skillFrom(text: string, base: SkillContent | undefined): SkillContent {
  const files: Record<string, string> = {};
  const binary: Record<string, string> = {};
  const parts = text.split(/^=== (.+) ===\r?\n/m);
  if ((parts[0] ?? '').trim() !== '') {
    // A lone SKILL.md is the whole skill.
    if (parts.length === 1) return { files: { 'SKILL.md': text } };
    throw new McptuiError('invalid', 'skill: text before the first `=== PATH ===` line');
  }
  for (let i = 1; i < parts.length; i += 2) {
    const heading = parts[i] ?? '';
    const at = heading.lastIndexOf(' (binary, ');
    const path = at < 0 ? heading : heading.slice(0, at);
    if (Object.hasOwn(files, path) || Object.hasOwn(binary, path)) {
      throw new McptuiError('invalid', `skill: ${path} is there twice`);
    }
    if (at >= 0) binary[path] = bytesOf(path, heading.slice(at + 1), base);
    else {
      const body = (parts[i + 1] ?? '').replace(/^\\(?=\\*=== )/gm, '');
      files[path] = body.endsWith('\n') ? body.slice(0, -1) : body;
    }
  }
  return Object.keys(binary).length === 0 ? { files } : { files, binary };
}

/** Under whatever path they were: a file may be renamed. */
function bytesOf(path: string, mark: string, base: SkillContent | undefined): string {
  const found = Object.values(base?.binary ?? {}).find((base64) => binaryMark(base64) === mark);
  if (found !== undefined) return found;
  throw new McptuiError('invalid', `skill: the bytes of ${path} are not those of any file that it has`, {
    hint: 'binary files come from a folder: mcptui edit skill NAME --file FOLDER',
  });
}
