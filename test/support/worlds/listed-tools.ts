/** Starts what a client's entry says and lists the tools that its agent would see. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { until } from '../until.ts';

export interface LaunchEntry {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** Waits until each of the prefixes (`fs__`) has a tool. */
export async function listedTools(
  { command, args, env }: LaunchEntry,
  prefixes: readonly string[],
): Promise<readonly string[]> {
  const child = spawn(command, [...args], { env: { PATH: process.env.PATH, ...env } });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const now = (): string => lines.join('\n');
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'test', version: '1' } };
  send({ id: 1, method: 'initialize', params });
  send({ method: 'notifications/initialized' });
  let names: readonly string[] = [];
  let asked = 1;
  const haveAll = async (): Promise<boolean> => {
    asked += 1;
    send({ id: asked, method: 'tools/list' });
    const isAnswer = (line: string): boolean => (JSON.parse(line) as { id?: unknown }).id === asked;
    await until(() => lines.some(isAnswer), 'an answer', { now });
    const { result } = JSON.parse(lines.find(isAnswer) ?? '{}') as { result?: { tools: readonly { name: string }[] } };
    names = (result?.tools ?? []).map(({ name }) => name);
    return prefixes.every((prefix) => names.some((name) => name.startsWith(prefix)));
  };
  try {
    await until(haveAll, `tools of ${prefixes.join(', ')}`, { everyMs: 100, now });
    return names;
  } finally {
    child.kill();
  }
}
