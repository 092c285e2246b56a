import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { reportCrash } from '../../../src/engine/host/crash-report.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'mcptui-crash-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('reportCrash', () => {
  it('writes name and frames to a file of mode 0600, and the message nowhere', () => {
    const { summary, facts } = reportCrash(new RangeError('hunter2'), { at: 0, version: '1', stateDir: folder });
    const file = path.join(folder, 'engine-crash-1970-01-01T00-00-00-000Z.txt');
    expect(facts.report).toBe(file);
    expect(summary).toMatch(/^the engine ends: RangeError at .*crash-report\.test\.ts:\d+:\d+\)?; report: /);
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('crash-report.test.ts');
    expect(summary + text + JSON.stringify(facts)).not.toContain('hunter2');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it('says what it was when no file can be written', () => {
    const { summary } = reportCrash('hunter2', { at: 0, version: '1', stateDir: '/dev/null/x' });
    expect(summary).toBe('the engine ends: (a string)');
  });
});
