/** Where servers work: in the folder that was named, else in one of their own; never in that of whoever started the engine. */
import { until } from '../support/until.ts';
import { spawn } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { aHome, bin, contractServer, type Home } from '../support/worlds/run-mcptui.ts';

interface Described {
  readonly folder?: string;
  readonly phase: string;
  readonly reason?: string;
  readonly source?: { readonly cwd?: string };
}

let project: string;
let home: Home;
let registry: Server | undefined;

beforeEach(() => {
  project = realpathSync(mkdtempSync(path.join(tmpdir(), 'mcptui-project-')));
});
afterEach(async () => {
  await home.close();
  registry?.close();
  rmSync(project, { recursive: true, force: true });
});

/** A package of this name in the project, whose program leaves a mark there. */
function plant(name: string): string {
  const folder = path.join(project, 'node_modules', name);
  const mark = path.join(project, 'planted-ran');
  mkdirSync(folder, { recursive: true });
  mkdirSync(path.join(project, 'node_modules/.bin'), { recursive: true });
  writeFileSync(path.join(project, 'package.json'), '{}');
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name, version: '9.9.9', bin: { [name]: 'run.js' } }),
  );
  for (const file of [path.join(folder, 'run.js'), path.join(project, 'node_modules/.bin', name)]) {
    writeFileSync(file, `#!/usr/bin/env node\nrequire('node:fs').writeFileSync(${JSON.stringify(mark)}, '');\n`);
    chmodSync(file, 0o755);
  }
  return mark;
}

/** Names that were asked for, at a registry that has nothing. */
async function aRegistry(asked: string[]): Promise<string> {
  registry = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"not_found"}');
  });
  await new Promise<void>((resolve) => registry?.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(registry?.address() as AddressInfo | undefined)?.port ?? 0}/`;
}

async function described(name: string, isDone: (found: Described) => boolean): Promise<Described> {
  let found: Described | undefined;
  const isThere = async (): Promise<boolean> => {
    found = await home.json<Described>(['describe', 'instance', name]);
    return isDone(found);
  };
  await until(isThere, name, { everyMs: 50, now: () => JSON.stringify(found) });
  return found as Described;
}

describe('a server that runs as a process', () => {
  it('works in an empty folder of its own that describe names; the daemon in its data folder', async () => {
    home = aHome();
    const { pid } = await home.daemon();
    await home.mcptui(['create', 'server', 'a', '--', process.execPath, contractServer]);
    await home.healthy(1);
    const { folder } = await home.json<Described>(['describe', 'server', 'a']);
    expect(folder).toBe(path.join(home.folder, 'data/work/a'));
    expect(readdirSync(folder ?? '')).toEqual([]);
    const [row] = await home.json<{ readonly pid: number }[]>(['get', 'instances']);
    expect(readlinkSync(`/proc/${row?.pid}/cwd`)).toBe(folder);
    expect(readlinkSync(`/proc/${pid}/cwd`)).toBe(path.join(home.folder, 'data'));
  });

  it.each([
    ['started in the project', false],
    ['with the project as its own --cwd', true],
    ['whose data folder is in the project', undefined],
  ])('as an npm package %s runs no program of the project, and asks no registry of it', async (_how, named) => {
    const mark = plant('mcptui-not-there');
    const asked: { readonly theirs: string[]; readonly ours: string[] } = { theirs: [], ours: [] };
    const theirs = await aRegistry(asked.theirs);
    writeFileSync(path.join(project, '.npmrc'), `registry=${theirs}\n`);
    // The user's own settings count: these keep the real registry out of the test.
    const user = path.join(project, 'home');
    mkdirSync(user);
    writeFileSync(path.join(user, '.npmrc'), 'registry=http://127.0.0.1:9/\nfetch-retries=0\n');
    home = aHome({ HOME: user, ...(named === undefined ? { MCPTUI_HOME: path.join(project, 'mcptui') } : {}) });
    // As an agent starts it: in the project.
    const agent = spawn(process.execPath, [bin, 'proxy'], { env: home.env, cwd: project });
    agent.stdin.write('{"jsonrpc":"2.0","id":1,"method":"ping"}\n');
    await new Promise((resolve) => agent.stdout.once('data', resolve));
    const engine = await home.engine();
    try {
      const cwd = named === true ? ['--cwd', project] : [];
      await home.mcptui(['create', 'server', 'm', '--package', 'npm:mcptui-not-there', ...cwd]);
      await described('m', ({ phase }) => phase === 'error');
      expect((await home.mcptui(['logs', 'm-1'])).stdout).toContain('ECONNREFUSED');
      expect(existsSync(mark)).toBe(false);
      expect(asked.theirs).toEqual([]);
    } finally {
      agent.stdin.end();
      process.kill(engine.pid, 'SIGTERM');
      await new Promise((resolve) => (agent.exitCode === null ? agent.once('exit', resolve) : resolve(undefined)));
    }
  });

  it('is run in the folder from which a relative argument was given, and says so', async () => {
    home = aHome();
    await home.daemon();
    writeFileSync(path.join(project, 'here.txt'), '');
    const create = (...args: string[]) =>
      new Promise<string>((resolve) => {
        const child = spawn(process.execPath, [bin, 'create', 'server', ...args], { env: home.env, cwd: project });
        let text = '';
        child.stderr.on('data', (part: Buffer) => (text += part.toString()));
        child.on('close', () => resolve(text));
      });
    expect(await create('rel', '--', process.execPath, contractServer, '.')).toContain(`it runs in ${project}`);
    expect(await create('abs', '--', process.execPath, contractServer, '/')).toBe('');
    await home.healthy(2);
    expect((await home.json<Described>(['describe', 'server', 'rel'])).folder).toBe(project);
    expect((await home.json<Described>(['describe', 'server', 'abs'])).folder).toBe(
      path.join(home.folder, 'data/work/abs'),
    );
  });

  it('is not started without its working folder, which is named', async () => {
    home = aHome();
    await home.daemon();
    const gone = path.join(project, 'gone');
    await home.mcptui(['create', 'server', 'a', '--cwd', gone, '--', process.execPath, contractServer]);
    const { reason } = await described('a', ({ phase }) => phase === 'error');
    expect(reason).toContain(`CWD_NOT_FOUND: its working folder ${gone} is not there`);
  });
});
