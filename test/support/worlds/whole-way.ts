/** The whole way of an agent through a gated project, by the SDK's client and real servers, however its prompts are chosen. */
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { expect } from 'vitest';
import type { AuditEventView, GateReport, SessionView } from '../../../src/engine/index.ts';
import { until } from '../until.ts';
import { bin, type Home } from './run-mcptui.ts';

type Selection = GateReport['decisions'][number]['selection'];

const server = (name: string): string =>
  fileURLToPath(new URL(`../../../node_modules/@modelcontextprotocol/server-${name}/dist/index.js`, import.meta.url));

const parts = Array.from(
  { length: 60 },
  (_, at) => `# Release ${at}\n\n${`What changed in release ${at}. `.repeat(12)}`,
);
const notes = parts.join('\n\n');

/** A gated project `shop` with two servers, prompts of two topics, and long answers in pages. Before the daemon starts. */
export async function openShop(home: Home): Promise<void> {
  const flags = ['--gated', '--tools', 'selected', '--pages', 'paginate', '--page-tokens', '1000'];
  await verb(home, 'create', 'project', 'shop', ...flags);
  const prompt = (name: string, body: string, tag: string): Promise<string> =>
    verb(home, 'create', 'prompt', name, '-p', 'shop', '--body', body, '--tag', tag);
  await prompt('releasing', 'Read the release notes before you deploy.', 'deploy');
  await prompt('cooking', 'Salt the water first.', 'kitchen');
  const run = (name: string): Promise<string> =>
    verb(home, 'create', 'server', name, '-p', 'shop', '--', process.execPath, server(name));
  await run('everything');
  await run('memory');
}

/** Rejects with what a verb said. */
async function verb(home: Home, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await home.mcptui(args);
  if (code !== 0) throw new Error(`mcptui ${args.join(' ')}: ${stderr}`);
  return stdout;
}

export interface Way {
  /** While `begin_session` is asked. */
  readonly meanwhile?: () => Promise<void>;
  readonly task?: string;
}

/** From the gated list to the audit log, which has to tell why; answers how the prompts were chosen. */
export async function goTheWholeWay(home: Home, name: string, { meanwhile, task }: Way = {}): Promise<Selection> {
  const client = new Client({ name, version: '1' });
  const args = [bin, 'proxy', '-p', 'shop'];
  const env = home.env as Record<string, string>;
  await client.connect(new StdioClientTransport({ command: process.execPath, args, env }));
  const names = async (): Promise<readonly string[]> => (await client.listTools()).tools.map((tool) => tool.name);
  const textOf = (result: object): string => JSON.stringify((result as { readonly content?: unknown }).content);
  try {
    // The gated list.
    const gated = await names();
    expect(gated).toContain('begin_session');
    expect(gated.filter((tool) => tool.includes('__'))).toEqual([]);

    // The right prompts and tools.
    const description = task ?? 'deploy the shop, then echo its release notes';
    const beginning = client.callTool({ name: 'begin_session', arguments: { description } }, undefined, {
      timeout: 60_000,
    });
    await meanwhile?.();
    const begun = await beginning;
    const refs = (begun.structuredContent as { readonly prompts: readonly { readonly ref: string }[] }).prompts.map(
      ({ ref }) => ref,
    );
    for (const ref of refs) expect(['project:shop/releasing', 'project:shop/cooking']).toContain(ref);
    await until(async () => (await names()).includes('everything__echo'), 'the tools that fit');
    expect(await names()).not.toContain('memory__delete_relations');

    // A long result in pages.
    const read = await client.callTool({ name: 'everything__echo', arguments: { message: notes } });
    const [, count = '', id = ''] = /page 1 of (\d+) of [^]*?kept as ([0-9a-f]{32})/.exec(textOf(read)) ?? [];
    expect(Number(count)).toBeGreaterThan(2);
    const second = await client.callTool({ name: 'read_page', arguments: { id, page: 2 } });
    expect(textOf(second)).toContain('# Release');

    // The audit tells why.
    const sessions = await home.json<SessionView[]>(['get', 'sessions']);
    const session = sessions.find((row) => row.client === `${name} 1`)?.id ?? '';
    const report = await home.json<GateReport>(['why', 'session', session]);
    const [decision] = report.decisions;
    expect(decision?.asked.description).toBe(description);
    expect(decision?.prompts.filter(({ isFull }) => isFull).map(({ ref }) => ref)).toEqual(refs);
    for (const { why } of decision?.prompts ?? []) expect(why).not.toBe('');
    const events = async (): Promise<readonly AuditEventView[]> =>
      (await home.json<AuditEventView[]>(['get', 'audit', '-n', '200'])).filter((event) => event.session === session);
    await until(async () => (await events()).some(({ detail }) => detail?.['pages'] !== undefined), 'its trace');
    const kinds = new Set((await events()).map(({ kind }) => kind));
    for (const kind of ['session_bind', 'gate', 'tool_call_trace']) expect(kinds).toContain(kind);
    if (decision === undefined) throw new Error('no decision is told');
    return decision.selection;
  } finally {
    await client.close();
  }
}
