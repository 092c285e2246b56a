import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { KeptTexts } from '../../../../src/engine/content/links/kept-texts.ts';
import { hashOfText, type GoodText } from '../../../../src/engine/content/links/linked-text.ts';
import { silentLogger } from '../../../../src/kernel/log.ts';
import type { Prompt } from '../../../../src/store/schema/content.ts';
import { FakeClock } from '../../../support/fakes/fake-clock.ts';

const LINK = 'ops/fs:file:///rules.md';
let folder: string;
let clock: FakeClock;
let prompts: readonly Prompt[];

const aPrompt = (link: string, stale?: 'day'): Prompt =>
  ({
    name: 'p',
    scope: 'global',
    content: { body: '', link, ...(stale === undefined ? {} : { stale }) },
  }) as unknown as Prompt;
/** With what its reader knows beside. */
const good = (text: string): GoodText & { atMs: number } => ({
  text,
  without: [],
  hash: hashOfText(text),
  atMs: 7.5,
});
const texts = (): KeptTexts =>
  new KeptTexts({ folder: path.join(folder, 'links'), clock, logger: silentLogger, prompts: () => prompts });
const recalled = async (): Promise<(readonly [string, string, number])[]> => {
  const all: (readonly [string, string, number])[] = [];
  await texts().recall((link, { text }, ageMs) => void all.push([link, text, ageMs]));
  return all;
};
const files = (): Promise<string[]> => readdir(path.join(folder, 'links')).catch(() => []);

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mcptui-links-'));
  clock = new FakeClock();
  prompts = [aPrompt(LINK, 'day')];
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('KeptTexts', () => {
  it('gives back what was read last with its age, for a day', async () => {
    const kept = texts();
    kept.save(LINK, good('one'));
    kept.save(LINK, good('two'));
    await kept.close();
    await clock.advance(60_000);
    expect(await recalled()).toEqual([[LINK, 'two', 60_000]]);
    const [name = ''] = await files();
    expect((await stat(path.join(folder, 'links', name))).mode & 0o777).toBe(0o600);
    await clock.advance(86_400_000);
    expect(await recalled()).toEqual([]);
  });

  it('keeps nothing of links that are not to be given old, and removes what was', async () => {
    const kept = texts();
    kept.save('ops/fs:file:///other', good('x'));
    kept.save(LINK, good('one'));
    await kept.close();
    expect(await files()).toHaveLength(1);
    prompts = [aPrompt(LINK)];
    kept.promptsChanged();
    await kept.close();
    expect(await files()).toEqual([]);
  });

  it('removes at the start what nothing links, and passes over what is no text of ours', async () => {
    const kept = texts();
    kept.save(LINK, good('one'));
    await kept.close();
    const [name = ''] = await files();
    await writeFile(path.join(folder, 'links', 'stray.json'), '{}');
    await writeFile(path.join(folder, 'links', name), '{"link": 7', { mode: 0o600 });
    expect(await recalled()).toEqual([]);
    expect(await files()).toEqual([name]);
  });
});
