/** What verbs write: whole, clean on a terminal, and an error where it cannot be written. */
import { spawnSync } from 'node:child_process';
import { openSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';

let home: Home;
beforeAll(() => {
  home = aHome();
});
afterAll(() => home.close());

/** What a terminal acts on: C0 but newline, DEL, C1, bidi and separators. */
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;
const hostile = 'a\u001b]0;owned\u0007\u009b31m\u202eb\u2028c';

describe('verbs', () => {
  it('write no raw control character, whatever they are given', async () => {
    for (const args of [
      ['stop', hostile],
      ['describe', 'server', hostile],
      ['get', hostile],
      ['create', 'server', hostile, '--', 'x'],
      ['create', 'server', 'x', '--env', hostile, '--', 'x'],
      ['call', hostile, hostile],
      [hostile],
      ['get', 'servers', `--${hostile}`],
      ['create', 'project', 'p', '--instructions', hostile],
      ['describe', 'project', 'p'],
      ['describe', 'project', 'p', '-o', 'json'],
      ['describe', 'project', 'p', '-o', 'yaml'],
      ['get', 'audit', '-o', 'yaml'],
    ]) {
      const { stdout, stderr } = await home.mcptui(args);
      expect({ args, text: stdout + stderr }).toEqual({ args, text: expect.not.stringMatching(raw) as string });
    }
  });

  it('say the same value in JSON and YAML as was stored', async () => {
    const detail = await home.json<{ instructions: string }>(['describe', 'project', 'p', '-o', 'json']);
    expect(detail.instructions).toBe(hostile);
    const { parse } = await import('yaml');
    const { stdout } = await home.mcptui(['describe', 'project', 'p', '-o', 'yaml']);
    expect(parse(stdout)).toMatchObject({ instructions: hostile });
  });

  it('end with 1 and say so when the output cannot be written', () => {
    for (const args of [['version'], ['get', 'servers'], ['info', '-o', 'json'], ['create', 'token', 't']]) {
      const full = openSync('/dev/full', 'w');
      const done = spawnSync(process.execPath, [bin, ...args], { env: home.env, stdio: ['ignore', full, 'pipe'] });
      expect([args, done.status, done.stderr.toString()]).toEqual([args, 1, expect.stringContaining('ENOSPC')]);
    }
  });

  it('are quiet about a reader that went away', () => {
    const done = spawnSync(
      'bash',
      ['-c', `"${process.execPath}" "${bin}" get servers -o json | true; echo "\${PIPESTATUS[0]}"`],
      {
        env: home.env,
      },
    );
    expect([done.stdout.toString(), done.stderr.toString()]).toEqual(['0\n', expect.not.stringContaining('EPIPE')]);
  });

  it('tell usage errors as one line of JSON when JSON was asked for, and not for what stands behind --', async () => {
    const { stderr, code } = await home.mcptui(['get', 'servers', '--qqq', '-o', 'json']);
    expect([code, JSON.parse(stderr)]).toMatchObject([
      2,
      { error: { code: 'invalid', message: "unknown option '--qqq'" } },
    ]);
    const other = await home.mcptui(['create', 'server', 'Bad_Name', '--', 'cmd', '-o', 'json']);
    expect(other.stderr).toMatch(/^mcptui: /);
  });
});
