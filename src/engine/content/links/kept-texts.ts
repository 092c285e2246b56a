/**
 * Keeps the last texts of links that may be given old (`stale: day`) over the end of the engine, one file a link. A cache: what
 * cannot be kept or read is missing until its server answers.
 */
import { createHash } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../../kernel/clock.ts';
import { messageOf } from '../../../kernel/errors.ts';
import { parseForeign } from '../../../kernel/foreign.ts';
import type { Logger } from '../../../kernel/log.ts';
import type { Prompt } from '../../../store/schema/content.ts';
import { linksOf, parseResourceLink } from '../../../store/schema/link.ts';
import { readPrivately, writePrivately } from '../../access/private-file.ts';
import { DAY_MS } from './link-reader.ts';
import { hashOfText, MAX_LINKED, type GoodText } from './linked-text.ts';

export interface KeptTextsParts {
  /** Made at the first text, 0700. */
  readonly folder: string;
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly logger: Logger;
  readonly prompts: () => readonly Prompt[];
}

const fileSchema = z.strictObject({
  link: z.string(),
  readAt: z.int(),
  text: z.string().max(MAX_LINKED),
  cutFrom: z.int().optional(),
  without: z.array(z.string().max(100)).max(10),
});

/** The same text is written again after so long, so that its age is told right. */
const AGAIN_MS = 600_000;

export class KeptTexts {
  readonly #p: KeptTextsParts;
  #compared: readonly Prompt[] | undefined;
  /** File → link. */
  #wanted: ReadonlyMap<string, string> = new Map();
  /** What is in the files. */
  readonly #kept = new Map<string, { readonly hash: string; readonly atMs: number }>();
  #writing: Promise<void> = Promise.resolve();

  constructor(parts: KeptTextsParts) {
    this.#p = parts;
  }

  /** Gives back what an earlier engine has read, and removes what nothing links any more. Never rejects. */
  async recall(recalled: (link: string, good: GoodText, ageMs: number) => void): Promise<void> {
    const { folder, clock } = this.#p;
    const names = await readdir(folder).catch((): string[] => []);
    const wanted = this.#look();
    for (const name of names) {
      const file = path.join(folder, name);
      const link = wanted.get(name);
      if (link === undefined) {
        await rm(file, { force: true, recursive: true }).catch(() => undefined);
        continue;
      }
      const found = await textIn(file);
      const ageMs = Math.max(0, clock.now() - (found?.readAt ?? 0));
      if (found?.link === link && ageMs <= DAY_MS) recalled(link, found.good, ageMs);
    }
  }

  /** It was read just now. */
  save(link: string, good: GoodText): void {
    const { clock, folder } = this.#p;
    const name = nameOf(link);
    if (this.#look().get(name) !== link) return;
    const atMs = clock.monotonicMs();
    const before = this.#kept.get(name);
    if (before?.hash === good.hash && atMs - before.atMs < AGAIN_MS) return;
    this.#kept.set(name, { hash: good.hash, atMs });
    const { text, cutFrom, without } = good;
    const file = JSON.stringify({ link, readAt: Math.round(clock.now()), text, cutFrom, without });
    this.#do(() => writePrivately(path.join(folder, name), file));
  }

  /** Prompts may link others now, or keep nothing. */
  promptsChanged(): void {
    const before = this.#wanted;
    const wanted = this.#look();
    if (wanted === before) return;
    for (const name of before.keys()) {
      if (wanted.has(name)) continue;
      this.#kept.delete(name);
      this.#do(() => rm(path.join(this.#p.folder, name), { force: true }));
    }
  }

  /** Resolves when all is written. */
  close(): Promise<void> {
    return this.#writing;
  }

  #do(work: () => Promise<void>): void {
    const failed = (error: unknown): void =>
      this.#p.logger.warn({ error: messageOf(error) }, 'the last text of a link is not kept');
    this.#writing = this.#writing.then(work).catch(failed);
  }

  #look(): ReadonlyMap<string, string> {
    const prompts = this.#p.prompts();
    if (this.#compared === prompts) return this.#wanted;
    this.#compared = prompts;
    const links = prompts.flatMap(({ content }) => (content.stale === 'day' ? linksOf(content) : []));
    const ofResources = links.filter((link) => parseResourceLink(link) !== undefined);
    return (this.#wanted = new Map(ofResources.map((link) => [nameOf(link), link])));
  }
}

function nameOf(link: string): string {
  return `${createHash('sha256').update(link).digest('hex')}.json`;
}

/** Undefined for what is none of ours. */
async function textIn(file: string) {
  try {
    const found = fileSchema.parse(parseForeign(await readPrivately(file)));
    const { link, readAt, text, without, cutFrom } = found;
    const good: GoodText = { text, without, hash: hashOfText(text), ...(cutFrom === undefined ? {} : { cutFrom }) };
    return { link, readAt, good };
  } catch {
    return undefined;
  }
}
