/** An agent as the router meets it: raw JSON-RPC through the built `mcptui proxy`. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { bin } from './run-mcptui.ts';

export interface Answer {
  readonly id: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string; readonly data?: unknown };
}

export interface Agent {
  readonly pid: number;
  request(method: string, params?: object): Promise<Answer>;
  call(tool: string, args: object): Promise<Answer>;
  /** Notifications received so far. */
  readonly notifications: { readonly method: string }[];
  /** The proxy's exit code, once it ends by itself. */
  ended(): Promise<number | null>;
  /** Ends stdin and waits for the proxy's exit code. */
  close(): Promise<number | null>;
}

/** Initialized. Rejects when the proxy ends instead. */
export async function openAgent(
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
  script: string = bin,
): Promise<Agent> {
  const child = spawn(process.execPath, [script, 'proxy', ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  const waiting = new Map<number, (answer: Answer) => void>();
  const notifications: { readonly method: string }[] = [];
  let next = 0;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  createInterface({ input: child.stdout }).on('line', (line) => {
    const message = JSON.parse(line) as Answer & { method?: string };
    if (message.method !== undefined) notifications.push({ method: message.method });
    else waiting.get(message.id)?.(message);
  });
  const send = (message: object): void => void child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const request = (method: string, params: object = {}): Promise<Answer> => {
    const id = ++next;
    send({ id, method, params });
    return new Promise((resolve, reject) => {
      waiting.set(id, resolve);
      void ended.then((code) => reject(new Error(`the proxy exited ${code}: ${stderr}`)));
    });
  };
  await request('initialize', {
    protocolVersion: '2025-11-25',
    capabilities: {},
    clientInfo: { name: 'test-agent', version: '1' },
  });
  send({ method: 'notifications/initialized' });
  return {
    pid: child.pid ?? 0,
    request,
    call: (name, args_) => request('tools/call', { name, arguments: args_ }),
    notifications,
    ended: () => ended,
    close: () => {
      child.stdin.end();
      return ended;
    },
  };
}
