/** Keeps paged texts in memory, and can be told to refuse. */
import { createHash } from 'node:crypto';
import type { Kept, KeptText, MadeOfText, PageStore } from '../../../src/mcp/pages/page-store.ts';
import type { Page, Span } from '../../../src/mcp/pages/types.ts';

interface Held extends KeptText {
  readonly text: string;
  readonly bytes: number;
}

export class FakePageStore implements PageStore {
  readonly #maxBytes: number;
  readonly #projects = new Map<string, Map<string, Held>>();
  /** Why nothing is kept: a full disk. */
  refusal: string | undefined;

  constructor(maxBytes = 64 * 1024 * 1024) {
    this.#maxBytes = maxBytes;
  }

  keep(project: string, text: string, pages: readonly Page[], made?: MadeOfText): Promise<Kept> {
    const bytes = text.length + 200;
    const reason = this.refusal ?? (bytes > this.#maxBytes ? 'over what a project keeps' : undefined);
    if (reason !== undefined) return Promise.resolve({ kind: 'refused', reason });
    const texts = this.#projects.get(project) ?? new Map<string, Held>();
    this.#projects.set(project, texts);
    const id = createHash('sha256').update(Buffer.from(text, 'utf16le')).digest('hex').slice(0, 32);
    texts.delete(id);
    texts.set(id, { text, bytes, length: text.length, pages: [...pages], ...(made && { made }) });
    let total = [...texts.values()].reduce((sum, one) => sum + one.bytes, 0);
    for (const [oldest, held] of texts) {
      if (total <= this.#maxBytes) break;
      texts.delete(oldest);
      total -= held.bytes;
    }
    return Promise.resolve({ kind: 'kept', id });
  }

  find(project: string, id: string): Promise<KeptText | undefined> {
    const held = this.#projects.get(project)?.get(id);
    return Promise.resolve(held && { length: held.length, pages: held.pages, ...(held.made && { made: held.made }) });
  }

  amend(project: string, id: string, pages: readonly Page[], made: MadeOfText): Promise<void> {
    const held = this.#projects.get(project)?.get(id);
    const isSame =
      held?.pages.map(({ from, to }) => `${from} ${to}`).join() === pages.map(({ from, to }) => `${from} ${to}`).join();
    if (held !== undefined && isSame) {
      const titled = made.titles === undefined ? held.pages : [...pages];
      this.#projects.get(project)?.set(id, { ...held, pages: titled, made: { ...held.made, ...made } });
    }
    return Promise.resolve();
  }

  read(project: string, id: string, span?: Span): Promise<string | undefined> {
    return Promise.resolve(this.#projects.get(project)?.get(id)?.text.slice(span?.from, span?.to));
  }

  forget(project: string): Promise<void> {
    this.#projects.delete(project);
    return Promise.resolve();
  }
}
