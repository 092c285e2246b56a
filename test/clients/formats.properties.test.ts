/** Edits of clients' files keep every other byte, whatever the file looks like. */
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EntryFile, type Place } from '../../src/clients/formats/index.ts';
import { barerFiles, clientFiles, type ClientFile } from '../fixtures/client-files.ts';

const value = { command: '/usr/bin/node', args: ['/opt/mcptui.js', 'proxy', '--project', 'ops'], env: { A: 'b "c"' } };

/** `projects//srv/shop/mcpServers` of a fixture is a path with a folder in it. */
function placeOf({ keys, shape }: ClientFile): Place {
  const path = keys[0] === 'projects' ? ['projects', `/${keys.slice(2, -1).join('/')}`, keys.at(-1) ?? ''] : keys;
  return { path, shape };
}

const opened = (one: ClientFile): Promise<EntryFile> => EntryFile.of(one.format, one.path, placeOf(one));

/** What is left of `text` in `after`, in order: nothing but insertions. */
function isWithin(text: string, after: string): boolean {
  let at = 0;
  for (const char of after) if (char === text[at]) at += 1;
  return at === text.length;
}

/** Changes that a person or an editor makes. */
const mutations: readonly ((text: string, format: string) => string)[] = [
  (text) => text,
  (text) => text.replaceAll('\r\n', '\n').replaceAll('\n', '\r\n'),
  (text) => (text.startsWith('\uFEFF') ? text : `\uFEFF${text}`),
  (text) => text.replace(/\s+$/, ''),
  (text) => `${text}\n\n`,
  (text) => text.replace(/[ \t]+\n/g, '\n'),
  (text, format) => (format === 'jsonc' ? text.replaceAll('  ', '\t') : text),
  (text, format) => (format === 'jsonc' ? text.replace(/\}(\s*)\}/, '} /* here */ $1}') : `${text}\n# end`),
  (text, format) => (format === 'jsonc' ? text.replace(/\}(\s*)$/, '$1}') : text),
  (text, format) => (format === 'jsonc' ? text.replace('{', '{ // begin\n') : `# begin\n${text.replace('\uFEFF', '')}`),
];

describe('EntryFile', () => {
  it('knows more than thirty files of seventeen clients', () => {
    expect(clientFiles.length).toBeGreaterThan(30);
    expect(new Set(clientFiles.map(({ client }) => client)).size).toBeGreaterThan(15);
  });

  it.each([...clientFiles, ...barerFiles].map((one, index) => [`${index} ${one.client}`, one] as const))(
    'puts an entry into %s and takes it out, the same to the byte',
    async (_name, one) => {
      const file = await opened(one);
      const put = file.put(one.text, 'mcptui', value);
      expect(file.take(put.text, 'mcptui', put.trace)).toBe(one.text);
      expect(isWithin(one.text, put.text)).toBe(true);
      expect(file.entries(put.text).map(({ name }) => name)).toContain('mcptui');
    },
  );

  it.each(clientFiles.map((one, index) => [`${index} ${one.client}`, one] as const))(
    'takes each entry of %s out, and touches no other',
    async (_name, one) => {
      const file = await opened(one);
      let text = one.text;
      for (const { name } of file.entries(text)) text = file.take(text, name);
      expect(file.entries(text)).toEqual([]);
      expect(isWithin(text.replace(/ ?(?:\{\}|\[\])/g, ''), one.text)).toBe(true);
    },
  );

  it('keeps every byte of files that were changed by hand, for any name and value', async () => {
    const files = await Promise.all(
      [...clientFiles, ...barerFiles].map(async (one) => ({ one, file: await opened(one) })),
    );
    fc.assert(
      fc.property(
        fc.constantFrom(...files),
        fc.array(fc.constantFrom(...mutations), { maxLength: 4 }),
        fc.oneof(fc.constant('mcptui'), fc.string({ minLength: 1, maxLength: 20 })),
        fc.record({
          command: fc.string(),
          args: fc.array(fc.string()),
          env: fc.dictionary(fc.string({ minLength: 1 }), fc.string()),
          on: fc.boolean(),
        }),
        ({ one, file }, changes, name, own) => {
          const text = changes.reduce((changed, change) => change(changed, one.format), one.text);
          const known = file.entries(text).map((entry) => entry.name);
          // The parser of TOML reads no such key; a file that would have one is refused.
          fc.pre(!known.includes(name) && !JSON.stringify([name, own]).includes('__proto__'));
          const put = file.put(text, name, own);
          expect(file.take(put.text, name, put.trace)).toBe(text);
          // Twice is a replacement.
          expect(file.put(put.text, name, own).text).toBe(put.text);
        },
      ),
      { numRuns: 120 },
    );
  });

  it('takes an entry out after others were put beside it', async () => {
    for (const one of [...clientFiles, ...barerFiles]) {
      const file = await opened(one);
      const put = file.put(one.text, 'mcptui', value);
      const both = file.put(put.text, 'later', { command: 'later' });
      const left = file.take(both.text, 'mcptui', put.trace);
      const names = file.entries(one.text).map(({ name }) => name);
      expect(file.entries(left).map(({ name }) => name)).toEqual([...names, 'later']);
      expect(file.entries(file.take(left, 'later')).map(({ name }) => name)).toEqual(names);
    }
  });
});
