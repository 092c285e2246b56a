/** The list of models. */
import { afterEach, describe, expect, it } from 'vitest';
import type { EditOptions } from '../../../../src/tui/kit/terminal.ts';
import type { OpenApp, OpenAppOptions } from '../../../support/worlds/open-app.tsx';
import { openListing, typeLine } from '../../../support/worlds/open-listing.ts';

const enter = '\r';
let page: OpenApp;
afterEach(() => page.close());

async function create(options: OpenAppOptions = {}): Promise<void> {
  page = await openListing('models', options);
  await page.press('n');
  await typeLine(page, 'small');
  await page.press(enter);
  await typeLine(page, 'qwen3:1.7b');
  await page.press(enter);
  await page.press(enter);
  await page.settle();
}

describe(':models', () => {
  it('makes a model step by step, and lists how it does', async () => {
    await create();
    expect(page.engine.asked).toContain('createModel small');
    expect(page.line('small')).toMatch(/▸ small +ollama +qwen3:1\.7b +both +local +ok +0/);
    await page.press(enter);
    await page.settle();
    expect(page.screen()).toMatch(/key +none/);
  });

  it('tries one with t, and says how long that took', async () => {
    await create();
    await page.press('t');
    await page.settle();
    expect(page.screen()).toContain('model small answered in 40ms: 20 tokens in, 4 out');
  });

  it('takes neither a URL that is none nor a key itself', async () => {
    page = await openListing('models');
    await page.press('n');
    await typeLine(page, 'far');
    await page.press(enter);
    await typeLine(page, 'm');
    await typeLine(page, 'models.example');
    expect(page.screen()).toContain('use http://HOST or https://HOST');
    await page.press('\u0015');
    await typeLine(page, 'https://models.example/v1');
    await typeLine(page, 'sk-ant/very secret');
    expect(page.screen()).toContain('this is no name of a secret');
    expect(page.engine.asked).toEqual([]);
  });

  it('edits one as YAML: what is at fault is opened again', async () => {
    const texts: string[] = [];
    const edit = (text: string, { error }: EditOptions): string => {
      texts.push(error ?? text);
      return text.replace(/tier: \w+/, `tier: ${texts.length === 1 ? 'none' : 'fast'}`);
    };
    await create({ edit });
    await page.press('e');
    await page.settle();
    expect(texts[0]).toContain('kind: ollama');
    expect(texts[1]).toContain('no such tier');
    expect(page.screen()).toContain('model small is changed');
    expect(page.line('small  ')).toMatch(/small +ollama +qwen3:1\.7b +fast/);
  });

  it('makes a managed one of its command, and shows how its program is', async () => {
    page = await openListing('models');
    await page.press('n');
    await typeLine(page, 'local');
    await typeLine(page, 'managed');
    await typeLine(page, 'llama-server -m x.gguf | tee log');
    expect(page.screen()).toContain('no shell runs here');
    await page.press('\u0015');
    await typeLine(page, 'llama-server -m x.gguf --port {port}');
    await page.press(enter);
    await page.settle();
    expect(page.engine.asked).toContain('createModel local');
    expect(page.line('local  ')).toMatch(/local +managed +local +both +local +idle/);
    await page.press(enter);
    await page.settle();
    expect(page.screen()).toMatch(/runs +llama-server -m x\.gguf --port \{port\}/);
    expect(page.screen()).toMatch(/when +from the first session .* 15m/);
  });

  it('deletes one by its name', async () => {
    await create();
    await page.press('D');
    await typeLine(page, 'small');
    expect(page.engine.asked).toContain('deleteModel small');
  });
});
