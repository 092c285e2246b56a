import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { followed, POINTER, readPointer, socketsToTry } from '../../src/kernel/engine-pointer.ts';
import { resolvePaths } from '../../src/kernel/paths.ts';

let home: string;
let standard: string;
beforeEach(() => {
  home = mkdtempSync(path.join(tmpdir(), 'mcptui-pointer-'));
  standard = path.join(home, '.local/share/mcptui');
  mkdirSync(standard, { recursive: true });
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});
const write = (text: string): void => writeFileSync(path.join(standard, POINTER), text);

describe('socketsToTry', () => {
  it('begins with the one that the folder names, then has the usual ones once', () => {
    expect(socketsToTry(standard, ['/a.sock', '/b.sock'])).toEqual(['/a.sock', '/b.sock']);
    write('{"socketPath":"/b.sock"}');
    expect(socketsToTry(standard, ['/a.sock', '/b.sock'])).toEqual(['/b.sock', '/a.sock']);
    expect(socketsToTry(undefined, ['/a.sock'])).toEqual(['/a.sock']);
  });
});

describe('readPointer', () => {
  it.each(['', '{', 'null', '[]', '3', '{"socketPath":3}', '{"socketPath":"relative"}', '{"dataDir":{}}'])(
    'makes nothing of %j',
    (text) => {
      write(text);
      expect(readPointer(standard)).toBeUndefined();
    },
  );

  it('does not wait for a named pipe', () => {
    execFileSync('mkfifo', [path.join(standard, POINTER)]);
    expect(readPointer(standard)).toBeUndefined();
  });
});

describe('followed', () => {
  it('leads programs without XDG_DATA_HOME to the data of those with it, when they have none of their own', () => {
    write('{"dataDir":"/elsewhere/mcptui"}');
    const paths = resolvePaths({}, home);
    expect(followed(paths)).toMatchObject({
      dataDir: '/elsewhere/mcptui',
      secretsDir: '/elsewhere/mcptui/secrets',
      stateDir: paths.stateDir,
    });
    expect(followed(resolvePaths({ MCPTUI_DATA_DIR: '/own' }, home)).dataDir).toBe('/own');
    expect(followed(resolvePaths({ XDG_DATA_HOME: '/x' }, home)).dataDir).toBe('/x/mcptui');
    mkdirSync(path.join(standard, 'journal'));
    expect(followed(paths)).toBe(paths);
  });
});
