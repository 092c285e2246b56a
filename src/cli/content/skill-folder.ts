/**
 * Reads the folder of a skill: text as text, other files as bytes. What does not belong into a skill is left out and named,
 * and nothing outside the folder is read.
 */
import { lstat, readFile, readdir, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import ignore, { type Ignore } from 'ignore';
import { McptuiError } from '../../kernel/errors.ts';
import type { SkillContent } from '../../engine/index.ts';
import { decodeText, readInput } from './text-file.ts';

export interface SkillFolder {
  readonly content: SkillContent;
  /** What was left out or taken in another way, for people. */
  readonly notes: readonly string[];
}

const MAX_BYTES = 4 * 1024 * 1024;
const MAX_FILES = 256;
/** Of secrets, histories and what is built or downloaded nothing is an agent's to read. */
const NEVER: ReadonlySet<string> = new Set(['node_modules', '__pycache__', 'venv', 'Thumbs.db', 'desktop.ini']);

/** A lone file is the SKILL.md. @throws McptuiError `invalid` naming the file */
export async function readSkill(folder: string): Promise<SkillFolder> {
  const root = await realpath(folder).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'there is no such file or folder' : (error.code ?? '');
    throw new McptuiError('invalid', `cannot read ${folder}: ${why}`, { cause: error });
  });
  if (!(await stat(root)).isDirectory())
    return { content: { files: { 'SKILL.md': await readInput(folder) } }, notes: [] };
  const walk = new SkillWalk(root, await ignoredIn(root));
  await walk.folder(root, '', [root]);
  return walk.result();
}

/** Patterns as in a .gitignore. */
async function ignoredIn(root: string): Promise<Ignore> {
  const rules = ignore();
  const file = path.join(root, '.skillignore');
  const bytes = await readFile(file).catch(() => undefined);
  return bytes === undefined ? rules : rules.add(decodeText(file, bytes));
}

class SkillWalk {
  readonly #root: string;
  readonly #ignored: Ignore;
  readonly #files: Record<string, string> = {};
  readonly #binary: Record<string, string> = {};
  readonly #leftOut: string[] = [];
  readonly #notes: string[] = [];
  #bytes = 0;

  constructor(root: string, ignored: Ignore) {
    this.#root = root;
    this.#ignored = ignored;
  }

  /** `within`: the real folders that lead here, so that a link back ends. */
  async folder(real: string, inside: string, within: readonly string[]): Promise<void> {
    const names = (await readdir(real)).toSorted();
    for (const name of names) {
      const shown = inside === '' ? name : `${inside}/${name}`;
      const at = path.join(real, name);
      if (name === '.skillignore' && inside === '') continue;
      const leadsToFolder = await stat(at).then(
        (found) => found.isDirectory(),
        () => false,
      );
      const asIgnored = leadsToFolder ? `${shown}/` : shown;
      // Before it is looked at: what is left out may be a link to anywhere.
      if (name.startsWith('.') || NEVER.has(name) || this.#ignored.ignores(asIgnored)) {
        this.#leftOut.push(asIgnored);
        continue;
      }
      const { isLink, isFolder, target } = await this.#look(at, shown);
      if (!isFolder) await this.#file(target, shown);
      else if (isLink && within.includes(target))
        this.#notes.push(`${shown} is a link back to its own folder: left out`);
      else await this.folder(target, shown, [...within, target]);
    }
  }

  /** @throws McptuiError `invalid` for a link that leads outside, or to nothing, and for what is no file */
  async #look(at: string, shown: string): Promise<{ isLink: boolean; isFolder: boolean; target: string }> {
    const isLink = (await lstat(at)).isSymbolicLink();
    const target = isLink ? await realpath(at).catch(() => undefined) : at;
    if (target === undefined) throw refused(shown, 'it is a link to nothing', LEAVE_OUT);
    const isInside = target === this.#root || target.startsWith(this.#root + path.sep);
    if (!isInside)
      throw refused(
        shown,
        'it is a link to outside the folder',
        `copy what it links to into the folder, or ${LEAVE_OUT}`,
      );
    const found = await stat(target);
    if (found.isDirectory() || found.isFile()) return { isLink, isFolder: found.isDirectory(), target };
    throw refused(shown, found.isFIFO() ? 'it is a named pipe' : 'it is no file', LEAVE_OUT);
  }

  async #file(at: string, shown: string): Promise<void> {
    const count = Object.keys(this.#files).length + Object.keys(this.#binary).length;
    if (count >= MAX_FILES) throw refused(shown, `a skill holds ${MAX_FILES} files at most`, LEAVE_OUT);
    this.#bytes += (await stat(at)).size;
    if (this.#bytes > MAX_BYTES)
      throw refused(shown, `a skill holds ${MAX_BYTES / 1024 / 1024} MiB at most`, LEAVE_OUT);
    const bytes = await readFile(at);
    const name = this.#nameFor(shown);
    const text = textOf(bytes);
    if (text !== undefined) this.#files[name] = text;
    else if (name === 'SKILL.md') decodeText(shown, bytes);
    else {
      this.#binary[name] = bytes.toString('base64');
      this.#notes.push(`${shown} is not UTF-8 text: kept as ${bytes.length} bytes`);
    }
  }

  #nameFor(shown: string): string {
    if (shown === 'SKILL.md' || shown.toLowerCase() !== 'skill.md') return shown;
    this.#notes.push(`${shown} is taken as SKILL.md`);
    return 'SKILL.md';
  }

  result(): SkillFolder {
    if (this.#files['SKILL.md'] === undefined) {
      const below = Object.keys(this.#files).find((name) => name.toLowerCase().endsWith('/skill.md'));
      const hint =
        below === undefined
          ? {}
          : { hint: `name the folder of ${below}: ${path.join(this.#root, path.dirname(below))}` };
      throw new McptuiError('invalid', `${this.#root} has no SKILL.md`, hint);
    }
    const left = this.#leftOut.length === 0 ? [] : [`left out: ${this.#leftOut.join(', ')}`];
    const binary = Object.keys(this.#binary).length === 0 ? {} : { binary: this.#binary };
    return { content: { files: this.#files, ...binary }, notes: [...left, ...this.#notes] };
  }
}

const LEAVE_OUT = 'leave files out by patterns in a .skillignore';

function refused(shown: string, why: string, hint?: string): McptuiError {
  return new McptuiError('invalid', `${shown} cannot be part of the skill: ${why}`, hint === undefined ? {} : { hint });
}

/** A NUL is in no text; a byte order mark is nobody's. */
function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8');
  if (bytes.includes(0) || !Buffer.from(text).equals(bytes)) return undefined;
  return text.startsWith('\uFEFF') ? text.slice(1) : text;
}
