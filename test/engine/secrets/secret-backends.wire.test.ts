/** Backends that operators define keep the contract of every source of secrets. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { baoSource } from '../../../src/engine/secrets/backends/bao-source.ts';
import { commandSource } from '../../../src/engine/secrets/backends/command-source.ts';
import { systemClock } from '../../../src/kernel/clock.ts';
import { backendFields } from '../../../src/store/schema/secret-backend.ts';
import { secretSourceContract } from '../../contracts/secret-source-contract.ts';
import { BaoServer } from '../../support/fakes/bao-server.ts';
import { until } from '../../support/until.ts';

const ROOT = { method: 'token', token: { backend: 'file', path: 'root' } } as const;

let server: BaoServer | undefined;

secretSourceContract('openbao', {
  async create(values) {
    server = await BaoServer.start(() => 0);
    server.put('kv/all', Object.fromEntries(values));
    const fields = backendFields.parse({ kind: 'openbao', url: server.url, auth: ROOT });
    if (fields.kind !== 'openbao') throw new Error('another kind');
    const credential = () => Promise.resolve({ ok: true, value: 'root-token-0001' } as const);
    const source = baoSource({ fields, clock: systemClock, credential, learn: () => undefined });
    return { resolve: (key) => source.resolve(`kv/all#${key}`) };
  },
  troubles: {
    sealed: () => void (server!.isSealed = true),
    'a standby': () => void (server!.role = 429),
    'its token is gone': () => server!.tokens.clear(),
    'it answers with a page': () => void (server!.script = () => ({ status: 200, body: '<html>' })),
    'it answers with nothing': () => void (server!.script = () => ({ status: 200 })),
    'it answers with what nests without end': () =>
      void (server!.script = () => ({ status: 200, body: '['.repeat(100_000) })),
    'it answers with an error that quotes the value': () =>
      void (server!.script = () => ({ status: 500, body: { errors: ['c0ntract-value'] } })),
  },
  clean: () => {
    void server?.close();
    server = undefined;
  },
});

let folder = '';
/** Prints what is under its first argument in a file of JSON, with a line end behind it. */
const PRINT = `
const values = JSON.parse(require('node:fs').readFileSync(process.argv[1], 'utf8'));
const [, , name] = process.argv;
if (!Object.hasOwn(values, name)) { console.error('no ' + name); process.exit(1); }
process.stdout.write(values[name] + '\\n');
`;

const fieldsOf = (command: readonly string[], more: object = {}) => {
  const read = backendFields.parse({ kind: 'command', command, ...more });
  if (read.kind !== 'command') throw new Error('another kind');
  return read;
};

secretSourceContract('command', {
  create(values) {
    folder = mkdtempSync(path.join(tmpdir(), 'mcptui-command-'));
    const file = path.join(folder, 'values.json');
    writeFileSync(file, JSON.stringify(Object.fromEntries(values)));
    const fields = fieldsOf([process.execPath, '-e', PRINT, '--', file, '{path}'], { refreshMs: 0 });
    return Promise.resolve(commandSource({ fields, clock: systemClock, env: process.env }));
  },
  troubles: {
    'what it reads is gone': () => rmSync(path.join(folder, 'values.json')),
    'what it reads is no JSON': () => writeFileSync(path.join(folder, 'values.json'), '{"a":"c0ntract-value"'),
  },
  clean: () => rmSync(folder, { recursive: true, force: true }),
});

describe('commandSource', () => {
  const sourceOf = (command: readonly string[], more: object = {}) =>
    commandSource({ fields: fieldsOf(command, more), clock: systemClock, env: process.env });
  const script = (text: string): readonly string[] => [process.execPath, '-e', text];

  it('runs no shell: what a reference names is one argument, and never a flag', async () => {
    const source = sourceOf([process.execPath, '-p', 'JSON.stringify(process.argv.slice(1))', '--', '{path}']);
    expect(await source.resolve('a;echo b')).toEqual({ ok: true, value: '["a;echo b"]' });
    expect(await source.resolve('$(id)')).toEqual({ ok: true, value: '["$(id)"]' });
    expect(await source.resolve('--help')).toMatchObject({ ok: false, why: 'path' });
  });

  it('takes the first line alone where that is the secret', async () => {
    const source = sourceOf(script('console.log("the-password\\nuser: ann")'), { firstLine: true });
    expect(await source.run(undefined)).toEqual({ ok: true, value: 'the-password' });
  });

  it('is ended at its deadline, with what it has started', async () => {
    const mark = path.join(mkdtempSync(path.join(tmpdir(), 'mcptui-late-')), 'pid');
    const text = `
      const { spawn } = require('node:child_process');
      const child = spawn('sleep', ['600']);
      require('node:fs').writeFileSync(${JSON.stringify(mark)}, String(child.pid));
      setInterval(() => {}, 1000);`;
    const answer = await sourceOf(script(text), { timeoutMs: 1_500 }).run(undefined);
    expect(answer).toMatchObject({ ok: false, why: 'timeout' });
    const pid = Number(readFileSync(mark, 'utf8'));
    await until(
      () => !existsSync(`/proc/${pid}`) || readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z'),
      'its end',
    );
    rmSync(path.dirname(mark), { recursive: true });
  });

  it.each([
    ['program', ['/nowhere/pass'], /ENOENT/],
    [
      'exit',
      script('console.error("gitea is not in the password store"); process.exit(1)'),
      /exit code 1: gitea is not/,
    ],
    ['exit', script('process.kill(process.pid, "SIGTERM"); setInterval(() => {}, 1000)'), /killed by SIGTERM/],
    ['answer', script('process.stdout.write("x".repeat(400000)); setInterval(() => {}, 1000)'), /over 256 KiB/],
  ] as const)('says %s', async (why, command, cause) => {
    const answer = await sourceOf(command).run(undefined);
    expect(answer).toMatchObject({ ok: false, why, cause: expect.stringMatching(cause) as string });
  });

  it('says nothing of stderr when it has printed something: that may be the secret', async () => {
    const text = 'console.log("c0ntract-value"); console.error("c0ntract-value"); process.exitCode = 2';
    expect(JSON.stringify(await sourceOf(script(text)).run(undefined))).not.toContain('c0ntract-value');
  });

  it('keeps an answer for a while, and no failure', async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), 'mcptui-kept-')), 'value');
    const source = sourceOf(['cat', file], { refreshMs: 3_600_000 });
    expect(await source.run(undefined)).toMatchObject({ ok: false });
    writeFileSync(file, 'one\n');
    expect(await source.run(undefined)).toEqual({ ok: true, value: 'one' });
    writeFileSync(file, 'two\n');
    expect(await source.run(undefined)).toEqual({ ok: true, value: 'one' });
    expect(await source.run(undefined, true)).toEqual({ ok: true, value: 'two' });
    rmSync(path.dirname(file), { recursive: true });
  });
});
