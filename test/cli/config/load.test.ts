import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fillEnvironment, readConfig, type Config } from '../../../src/cli/config/load.ts';
import { parseConfig } from '../../../src/cli/config/document.ts';
import { settingsTable } from '../../../src/cli/config/page.ts';
import { settings } from '../../../src/cli/config/settings.ts';
import { surroundingsOf } from '../../../src/kernel/start-record.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configOf = (text: string): Config => ({ path: '/c/config.yaml', text, ...parseConfig(text) });

type Env = Record<string, string | undefined>;
function filled(text: string, env: Env = {}): Env {
  fillEnvironment(env, configOf(text));
  return env;
}

describe('fillEnvironment', () => {
  it('gives values to variables that are not set, as they are written there', () => {
    const text =
      'output: json\nreadOnly: true\ndaemon:\n  auditReads: false\n  mounts: [/srv, /data]\n  passEnv: [A, B]\n  httpMaxBody: 8\n';
    expect(filled(text)).toEqual({
      MCPTUI_OUTPUT: 'json',
      MCPTUI_READONLY: '1',
      MCPTUI_AUDIT_READS: '0',
      MCPTUI_MOUNTS: '/srv:/data',
      MCPTUI_PASS_ENV: 'A,B',
      MCPTUI_HTTP_MAX_BODY: '8',
      MCPTUI_FROM_FILE:
        'MCPTUI_OUTPUT,MCPTUI_READONLY,MCPTUI_AUDIT_READS,MCPTUI_PASS_ENV,MCPTUI_MOUNTS,MCPTUI_HTTP_MAX_BODY',
    });
  });

  it('leaves a variable that is set, even an empty one', () => {
    expect(filled('output: json\nproject: ops\n', { MCPTUI_OUTPUT: 'yaml', MCPTUI_PROJECT: '' })).toEqual({
      MCPTUI_OUTPUT: 'yaml',
      MCPTUI_PROJECT: '',
    });
  });

  it('leaves what is the console’s own to the console', () => {
    expect(filled('console:\n  skin: mono\n  bell: off\n')).toEqual({});
  });

  it('reads anew what another mcptui had from the file', () => {
    const env = filled('project: ops\n', { MCPTUI_OUTPUT: 'json' });
    fillEnvironment(env, configOf('daemon:\n  logLevel: debug\n'));
    expect(env).toEqual({ MCPTUI_OUTPUT: 'json', MCPTUI_LOG_LEVEL: 'debug', MCPTUI_FROM_FILE: 'MCPTUI_LOG_LEVEL' });
  });

  it('uses nothing of a file with a fault but what restricts', () => {
    const text = 'output: json\nreadOnly: true\ndaemon:\n  auditRequired: true\n  auditReads: false\nprojct: x\n';
    expect(filled(text)).toEqual({
      MCPTUI_READONLY: '1',
      MCPTUI_AUDIT_REQUIRED: '1',
      MCPTUI_FROM_FILE: 'MCPTUI_READONLY,MCPTUI_AUDIT_REQUIRED',
    });
    expect(filled('readOnly: true\n  output: [\n')['MCPTUI_READONLY']).toBe('1');
    expect(filled('# readOnly: true\nx: [\n')).toEqual({});
  });

  it('is not what an engine remembers of who started it', () => {
    const env = filled('daemon:\n  logLevel: debug\n', { MCPTUI_LISTEN: '7777' });
    expect(surroundingsOf(env)).toEqual({ MCPTUI_LISTEN: '7777' });
  });
});

describe('readConfig', () => {
  it('says nothing where there is no file', () => {
    expect(readConfig(path.join(folder, 'none')).faults).toEqual([]);
  });

  it('reads through a link, with a byte order mark and CRLF', () => {
    const own = path.join(folder, 'own');
    mkdirSync(own);
    writeFileSync(path.join(folder, 'dotfile.yaml'), '\uFEFFproject: ops\r\n');
    symlinkSync(path.join(folder, 'dotfile.yaml'), path.join(own, 'config.yaml'));
    expect(readConfig(own).values.get('project')?.value).toBe('ops');
  });

  it('says so when it is a folder, or too long', () => {
    const odd = path.join(folder, 'odd');
    mkdirSync(path.join(odd, 'config.yaml'), { recursive: true });
    expect(readConfig(odd).faults).toEqual([{ line: 1, column: 1, words: 'it cannot be read: EISDIR' }]);
    const long = path.join(folder, 'long');
    mkdirSync(long);
    writeFileSync(path.join(long, 'config.yaml'), '#'.repeat(300_000));
    expect(readConfig(long).faults[0]?.words).toBe('it is longer than 256 KiB');
  });
});

describe('settings', () => {
  it('name each key and each variable once', () => {
    for (const names of [settings.map(({ key }) => key), settings.flatMap(({ variable }) => variable ?? [])]) {
      expect(new Set(names).size).toBe(names.length);
    }
  });

  it('are told in docs/config.md, each in a row', () => {
    expect(readFileSync(new URL('../../../docs/config.md', import.meta.url), 'utf8')).toContain(settingsTable());
  });
});
