import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleSettings } from '../../src/cli/console-settings.ts';

describe('consoleSettings', () => {
  let folder: string;
  const at = (): string => path.join(folder, 'state', 'console.json');
  const settings = () => consoleSettings(path.join(folder, 'state'));
  const put = (text: string): void => {
    mkdirSync(path.dirname(at()), { recursive: true, mode: 0o700 });
    writeFileSync(at(), text);
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'mcptui-settings-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('has nothing where there is no file, and no folder yet', () => {
    expect(settings().read()).toBeUndefined();
  });

  it('makes folder and file for their owner alone, and leaves nothing beside it', async () => {
    await settings().merge({ tables: { prompts: { sort: 'AGE' } } });
    expect(statSync(at()).mode & 0o777).toBe(0o600);
    expect(statSync(path.dirname(at())).mode & 0o777).toBe(0o700);
    expect(readdirSync(path.dirname(at()))).toEqual(['console.json']);
    expect(settings().read()).toEqual({ tables: { prompts: { sort: 'AGE' } } });
  });

  it('keeps what another console wrote meanwhile, and what it does not know; of one choice the last counts', async () => {
    const first = settings();
    const second = settings();
    put('{"theme":"x","tables":{"tools":{"wide":true}}}');
    await first.merge({ tables: { prompts: { sort: 'AGE', hidden: ['REV'] } } });
    await second.merge({ tables: { prompts: { sort: 'PRI' } } });
    expect(first.read()).toEqual({
      theme: 'x',
      tables: { tools: { wide: true }, prompts: { sort: 'PRI', hidden: ['REV'] } },
    });
  });

  it('refuses to read what is no JSON or longer than 64 KiB, and replaces it', async () => {
    put('{"tables":');
    expect(() => settings().read()).toThrow('it is not JSON');
    put(`"${'x'.repeat(65 * 1024)}"`);
    expect(() => settings().read()).toThrow('it is longer than 65536 bytes');
    await settings().merge({ tables: {} });
    expect(JSON.parse(readFileSync(at(), 'utf8'))).toEqual({ tables: {} });
  });
});
