/** What every runtime must do; run on the fake and on each real one. */
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { failureLine } from '../../src/engine/instances/failure-words.ts';
import type { RunningProcess, Runtime, StartRequest } from '../../src/engine/ports.ts';
import type { Server } from '../../src/store/schema/server.ts';
import { told, toldOutcome } from '../support/builders/failures.ts';

export interface RuntimeUnderTest {
  /** A fresh runtime; all of one test share the folder id, as an engine and its successor do. */
  create(): Runtime;
  /** A definition of test/fixtures/contract-server.mjs. */
  server(): Server;
  /** A definition that cannot start: the command or the image is not there. */
  missing(): Server;
  /** The code of that failure. */
  readonly missingCode: string;
  /** Whether anything of that instance is still there, asked from outside. */
  isThere(child: RunningProcess): Promise<boolean>;
}

const signal = new AbortController().signal;

export function runtimeContract(name: string, subject: RuntimeUnderTest): void {
  describe(`runtime contract: ${name}`, () => {
    let runtime: Runtime;
    let generation = 0;
    beforeEach(() => {
      runtime = subject.create();
    });
    afterEach(() => runtime.close());

    const request = (env: Record<string, string> = {}, server = subject.server()): StartRequest => ({
      instanceId: 'ins_1',
      instanceName: 'fs-1',
      generation: ++generation,
      server,
      env,
    });

    async function started(env: Record<string, string> = {}): Promise<RunningProcess> {
      const outcome = await runtime.start(request(env), signal);
      if (!outcome.ok) throw new Error(failureLine(told(outcome.failure)));
      outcome.process.stderr.resume();
      return outcome.process;
    }

    it('starts a server that answers on its stdio', async () => {
      const child = await started();
      expect(await ask(child, 'initialize', { protocolVersion: '2025-11-25' })).toMatchObject({
        serverInfo: { name: 'contract' },
      });
    });

    it('gives the env to the server and to nothing else', async () => {
      process.env.CONTRACT_LEAK = 'leak';
      try {
        const child = await started({ TOKEN: 's3cret-value' });
        expect(await callTool(child, 'env', { name: 'TOKEN' })).toBe('s3cret-value');
        expect(await callTool(child, 'env', { name: 'CONTRACT_LEAK' })).toBe('(unset)');
        expect(process.env.TOKEN).toBeUndefined();
        expect(runtime.describe(subject.server()).join(' ')).not.toContain('s3cret-value');
      } finally {
        delete process.env.CONTRACT_LEAK;
      }
    });

    it('passes on stderr', async () => {
      const outcome = await runtime.start(request({ SERVE_STDERR: 'a word on stderr' }), signal);
      if (!outcome.ok) throw new Error(told(outcome.failure).message);
      const [line] = await firstLines(outcome.process.stderr, 1);
      expect(line).toBe('a word on stderr');
    });

    it('passes on messages of a megabyte whole, both ways', async () => {
      const child = await started();
      const text = 'x'.repeat(1_000_000);
      expect(await callTool(child, 'echo', { text })).toBe(JSON.stringify({ text }));
    });

    it('tells the exit code of a server that ends by itself', async () => {
      const child = await started({ SERVE_EXIT: '3' });
      expect(await child.exited).toMatchObject({ code: 3 });
    });

    it('ends its streams when the server is gone', async () => {
      const child = await started({ SERVE_EXIT: '0' });
      child.stdout.resume();
      await child.exited;
      if (!child.stdout.readableEnded && !child.stdout.destroyed)
        await new Promise((resolve) => child.stdout.once('close', resolve));
      expect(child.stdout.readableEnded || child.stdout.destroyed).toBe(true);
    });

    it('stops a server, also when asked twice', async () => {
      const child = await started();
      await Promise.all([child.stop(), child.stop()]);
      await child.exited;
      expect(await subject.isThere(child)).toBe(false);
    });

    it('stops in a hurry too, and only once', async () => {
      const child = await started({ SERVE_STUBBORN: '1' });
      await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
      await Promise.all([child.stop('hurry'), child.stop()]);
      expect(await subject.isThere(child)).toBe(false);
    });

    it('stops a server that ignores EOF and TERM', async () => {
      const child = await started({ SERVE_STUBBORN: '1' });
      await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
      await child.stop();
      expect(await subject.isThere(child)).toBe(false);
    });

    it('says what cannot start as a value', async () => {
      const outcome = await runtime.start(request({}, subject.missing()), signal);
      expect(toldOutcome(outcome)).toMatchObject({ ok: false, failure: { code: subject.missingCode } });
    });

    it('starts nothing once the attempt is called off', async () => {
      const outcome = await runtime.start(request(), AbortSignal.abort());
      expect(outcome.ok).toBe(false);
    });

    it('reaps what an earlier engine on the folder left running', async () => {
      const child = await started();
      await ask(child, 'initialize', { protocolVersion: '2025-11-25' });
      const successor = subject.create();
      try {
        await successor.reap(new Set());
        await child.exited;
        expect(await subject.isThere(child)).toBe(false);
      } finally {
        await successor.close();
      }
    });

    it('leaves nothing running when it closes', async () => {
      const child = await started();
      await runtime.close();
      expect(await subject.isThere(child)).toBe(false);
    });

    it('tells its state', () => {
      expect(['ok', 'unused']).toContain(runtime.state().kind);
    });
  });
}

let id = 0;

/** One request, its result. */
export async function ask(child: RunningProcess, method: string, params: object): Promise<Record<string, unknown>> {
  const wanted = ++id;
  const answer = firstLines(child.stdout, 1);
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: wanted, method, params })}\n`);
  const [line] = await answer;
  const message = JSON.parse(line ?? '') as { id: number; result: Record<string, unknown> };
  expect(message.id).toBe(wanted);
  return message.result;
}

export async function callTool(child: RunningProcess, name: string, args: object): Promise<string> {
  const result = await ask(child, 'tools/call', { name, arguments: args });
  return (result.content as { text: string }[])[0]?.text ?? '';
}

function firstLines(stream: NodeJS.ReadableStream, count: number): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const found: string[] = [];
    const lines = createInterface({ input: stream });
    lines.on('line', (line) => {
      found.push(line);
      if (found.length < count) return;
      lines.removeAllListeners('close');
      lines.close();
      resolve(found);
    });
    lines.on('close', () => reject(new Error(`ended after ${found.length} lines`)));
  });
}
