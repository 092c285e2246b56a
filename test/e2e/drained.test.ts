/** What was written arrives whole, however slowly it is read; the end of the process waits for that. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';

const BODY_BYTES = 250_000;
const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'agent', version: '1' } };
/** Read before its own input is closed, as of `echo … | mcptui proxy`. */
const ASKED = [
  { id: 1, method: 'initialize', params },
  { method: 'notifications/initialized' },
  ...[2, 3, 4, 5].map((id) => ({ id, method: 'prompts/get', params: { name: 'long' } })),
];

let home: Home;
beforeAll(async () => {
  home = aHome();
  const body = path.join(home.folder, 'body.md');
  writeFileSync(body, `${'x'.repeat(79)}\n`.repeat(BODY_BYTES / 80));
  writeFileSync(
    path.join(home.folder, 'asked'),
    ASKED.map((message) => `${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`).join(''),
  );
  for (const name of ['long', 'longer', 'longest', 'last']) {
    await home.mcptui(['create', 'prompt', name, '--file', body]);
  }
  await home.daemon();
});
afterAll(() => home.close());

/** `$M` is the program; fails when any part of the pipe does. */
function shell(script: string): { readonly stdout: string; readonly stderr: string; readonly status: number | null } {
  const program = `"${process.execPath}" "${bin}"`;
  const { stdout, stderr, status } = spawnSync(
    'bash',
    ['-o', 'pipefail', '-c', script.replaceAll('$M', program).replaceAll('$ASKED', path.join(home.folder, 'asked'))],
    { env: home.env, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
  );
  return { stdout, stderr, status };
}

describe('what is written', () => {
  it.each(['compose', 'describe prompt long -o json'])('by `%s` reaches a reader that sleeps', (verb) => {
    const whole = shell(`$M ${verb} | wc -c`).stdout;
    expect(Number(whole)).toBeGreaterThan(BODY_BYTES);
    expect(shell(`$M ${verb} | (sleep 2; wc -c)`)).toMatchObject({ stdout: whole, status: 0 });
  });

  it.each(['$M proxy <$ASKED', '(cat $ASKED; sleep 1) | $M proxy'])(
    'by `%s` reaches a reader that sleeps: every answer to what was asked',
    (proxy) => {
      const { stdout, status } = shell(`${proxy} | (sleep 2; cat)`);
      const answers = stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as { readonly id?: number });
      expect(answers.flatMap(({ id }) => id ?? []).toSorted((a, b) => a - b)).toEqual([1, 2, 3, 4, 5]);
      expect(stdout.length).toBeGreaterThan(5 * BODY_BYTES);
      expect(status).toBe(0);
    },
  );

  it('to a reader that has gone is no error; to a full disk it is one', () => {
    expect(shell('$M proxy <$ASKED | head -c 10')).toMatchObject({ stderr: '', status: 0 });
    expect(shell('$M describe prompt long | head -c 10')).toMatchObject({ stderr: '', status: 0 });
    for (const verb of ['proxy', 'describe prompt long']) {
      const { stderr, status } = shell(`$M ${verb} <$ASKED >/dev/full`);
      expect(stderr).toMatch(/^mcptui[^\n]*: the output could not be written: ENOSPC[^\n]*\n$/);
      expect(status).toBe(1);
    }
  });
});

describe('mcptui proxy', () => {
  it('without anything to say says who refuses it', () => {
    expect(shell('$M proxy --project nosuch </dev/null')).toMatchObject({
      stderr: expect.stringContaining('no project nosuch'),
      status: 6,
    });
    expect(shell('$M proxy </dev/null')).toEqual({ stdout: '', stderr: '', status: 0 });
  });
});
