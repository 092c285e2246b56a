/** What every store of paged texts must do. */
import { afterEach, describe, expect, it } from 'vitest';
import type { PageStore } from '../../src/mcp/pages/page-store.ts';

export interface PageStoreUnderTest {
  /** An empty one, in which a project may keep so many bytes. */
  create(maxProjectBytes: number): PageStore;
  clean?(): void;
}

const texts: Readonly<Record<string, string>> = {
  ascii: 'one\ntwo\r\nthree',
  'letters of two bytes': 'Zürich ÿ',
  'letters of all bytes': '日本語 🎉 é \u0000 end',
  'half a pair': 'a\ud800b\udc00',
  'a byte order mark': '\ufeffa',
};
const page = (text: string) => [{ from: 0, to: text.length, title: 'All', tokens: 1 }];

export function pageStoreContract(name: string, subject: PageStoreUnderTest): void {
  describe(`page store contract: ${name}`, () => {
    afterEach(() => subject.clean?.());

    const kept = async (store: PageStore, project: string, text: string): Promise<string> => {
      const answer = await store.keep(project, text, page(text));
      if (answer.kind === 'refused') throw new Error(answer.reason);
      return answer.id;
    };

    it.each(Object.entries(texts))('gives a text back as it is, whole and in parts: %s', async (_, text) => {
      const store = subject.create(10_000);
      const id = await kept(store, 'ops', text);
      expect(id).toMatch(/^[0-9a-f]{32}$/);
      expect(await store.read('ops', id)).toBe(text);
      expect(await store.read('ops', id, { from: 2, to: 5 })).toBe(text.slice(2, 5));
      expect(await store.read('ops', id, { from: 0, to: 1_000 })).toBe(text);
      expect(await store.read('ops', id, { from: 1_000, to: 2_000 })).toBe('');
      expect(await store.find('ops', id)).toEqual({ length: text.length, pages: page(text) });
    });

    it('names the same text the same, with the pages that were given last', async () => {
      const store = subject.create(10_000);
      const id = await kept(store, 'ops', 'text');
      const pages = [{ from: 0, to: 4, title: 'Better', tokens: 1 }];
      expect(await store.keep('ops', 'text', pages)).toEqual({ kind: 'kept', id });
      expect((await store.find('ops', id))?.pages).toEqual(pages);
      expect(await kept(store, 'ops', 'texT')).not.toBe(id);
    });

    it('keeps what a model has made later with a text that has the same pages, and nothing with another', async () => {
      const store = subject.create(10_000);
      const id = await kept(store, 'ops', 'text');
      const titled = [{ from: 0, to: 4, title: 'By a model', tokens: 1 }];
      const summary = { told: 't', model: 'small', text: 'In short.' };
      await store.amend('ops', id, titled, { titles: { told: 't' } });
      await store.amend('ops', id, page('text'), { summary });
      expect(await store.find('ops', id)).toEqual({
        length: 4,
        pages: titled,
        made: { titles: { told: 't' }, summary },
      });
      expect(await store.read('ops', id)).toBe('text');
      await store.amend('ops', id, [{ from: 0, to: 2, title: 'Half', tokens: 1 }], { titles: { told: 'u' } });
      await store.amend('web', id, titled, { titles: { told: 'u' } });
      expect((await store.find('ops', id))?.made?.titles).toEqual({ told: 't' });
      await store.keep('ops', 'text', page('text'), { summary });
      expect(await store.find('ops', id)).toEqual({ length: 4, pages: page('text'), made: { summary } });
      await store.keep('ops', 'text', page('text'));
      expect(await store.find('ops', id)).toEqual({ length: 4, pages: page('text') });
    });

    it('keeps each project for itself', async () => {
      const store = subject.create(10_000);
      const id = await kept(store, 'ops', 'text');
      expect(await store.read('web', id)).toBeUndefined();
      expect(await kept(store, 'web', 'text')).toBe(id);
      await store.forget('ops');
      expect(await store.find('ops', id)).toBeUndefined();
      expect(await store.read('web', id)).toBe('text');
    });

    it('lets the oldest go when a project has too much, and one that came again last', async () => {
      const store = subject.create(2_600);
      const [a, b] = [await kept(store, 'ops', 'a'.repeat(1_000)), await kept(store, 'ops', 'b'.repeat(1_000))];
      await kept(store, 'ops', 'a'.repeat(1_000));
      await kept(store, 'ops', 'c'.repeat(1_000));
      expect(await store.read('ops', b)).toBeUndefined();
      expect(await store.read('ops', a)).toHaveLength(1_000);
    });

    it('refuses a text that is larger than all that a project may keep, and keeps the others', async () => {
      const store = subject.create(2_600);
      const id = await kept(store, 'ops', 'a');
      expect(await store.keep('ops', 'x'.repeat(3_000), [])).toMatchObject({ kind: 'refused' });
      expect(await store.read('ops', id)).toBe('a');
    });

    it.each(['', '..', '../ops', 'a/b', 'x'.repeat(32), '__proto__', '0'.repeat(32)])(
      'has nothing under %j',
      async (id) => {
        const store = subject.create(10_000);
        await kept(store, 'ops', 'text');
        expect(await store.find('ops', id)).toBeUndefined();
        expect(await store.read('ops', id)).toBeUndefined();
        expect(await store.read(id, id)).toBeUndefined();
      },
    );

    it('answers many at once, one after the other', async () => {
      const store = subject.create(100_000);
      const ids = await Promise.all(Array.from({ length: 20 }, (_, at) => kept(store, 'ops', `text ${at % 5}`)));
      expect(new Set(ids).size).toBe(5);
      expect(await Promise.all(ids.map((id) => store.read('ops', id)))).toEqual(ids.map((_, at) => `text ${at % 5}`));
    });
  });
}
