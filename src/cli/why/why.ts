/** Runs `why`: gathers the facts that led to a state, and prints their chain. */
import process from 'node:process';
import type { Engine } from '../../engine/index.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { noSuch } from '../../kernel/no-such.ts';
import { clean } from '../../text/clean.ts';
import { gateLines } from '../../text/gate-words.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import type { Format } from '../output.ts';
import { printRecord } from '../print-record.ts';
import { withEngine, withRunningEngine } from '../with-engine.ts';
import type { Chain } from './chain.ts';
import { promptChain, proposalChain } from './content.ts';
import { instanceChain, serverChain } from './instance.ts';
import { toolChain, toolsNamed, unknownLists, type FoundTool } from './tool.ts';

export interface WhyFlags {
  readonly output: Format;
  readonly agent?: string;
  readonly project?: string;
}

const LABEL_CHARS = 10;

export type WhyKind = 'server' | 'instance' | 'tool' | 'prompt' | 'proposal';

export async function runWhy(context: Context, kind: WhyKind, name: string, flags: WhyFlags): Promise<void> {
  await withEngine(context, async (engine, live) =>
    printChain(context, await chains[kind](of(context, engine, live, flags), name), flags),
  );
}

/** Without a word for its kind: the one thing of that name. */
export async function runWhyAny(context: Context, name: string, flags: WhyFlags): Promise<void> {
  const session = await withEngine(context, async (engine, live) => {
    const view = engine.view();
    const kinds = kindsOf(engine, name);
    if (kinds.length > 1) {
      throw new McptuiError('conflict', `${name} is a ${kinds.join(' and a ')}: say which`, {
        hint: `mcptui why ${kinds[0]} ${name}`,
      });
    }
    const isSession = view.sessions.has(name) || view.endedSessions.has(name);
    const [kind] = kinds;
    if (kind === undefined && isSession) return true;
    await printChain(context, await chains[kind ?? 'tool'](of(context, engine, live, flags), name), flags);
    return false;
  });
  if (session) await runWhySession(context, name, flags);
}

export async function runWhySession(context: Context, id: string, flags: WhyFlags): Promise<void> {
  await withRunningEngine(context, async ({ commands }) => {
    const report = await commands.sessionGate(id);
    if (flags.output !== 'table' && flags.output !== 'wide') return printRecord(context, report, flags.output);
    for (const [label, text] of gateLines(report)) printLine(context, label, text);
  });
}

function kindsOf(engine: Engine, name: string): readonly Exclude<WhyKind, 'tool'>[] {
  const { servers, instances, prompts, proposals } = engine.view();
  const has = (rows: Iterable<{ readonly name: string }>): boolean => [...rows].some((row) => row.name === name);
  return [
    ...(has(servers.values()) ? (['server'] as const) : []),
    ...(has(instances.values()) ? (['instance'] as const) : []),
    ...([...prompts.values()].some(({ ref }) => ref === name) ? (['prompt'] as const) : []),
    ...([...proposals.values()].some(({ id }) => id === name) ? (['proposal'] as const) : []),
  ];
}

interface Asked {
  readonly engine: Engine;
  readonly isLive: boolean;
  readonly now: number;
  readonly flags: WhyFlags;
}

function of({ clock }: Context, engine: Engine, isLive: boolean, flags: WhyFlags): Asked {
  return { engine, isLive, now: clock.now(), flags };
}

const chains: Readonly<Record<WhyKind, (asked: Asked, name: string) => Promise<Chain>>> = {
  async instance({ engine, isLive, now }, name) {
    const rows = [...engine.view().instances.values()];
    const found = rows.find((row) => row.name === name || row.id === name);
    if (found === undefined) throw noSuch('instance', name, rows.map((row) => row.name), 'mcptui get instances'); // prettier-ignore
    return instanceChain(found, { now, isLive, secrets: await engine.commands.secrets() });
  },
  async server({ engine, isLive, now }, name) {
    const { servers, instances, upstreams } = engine.view();
    const server = [...servers.values()].find((row) => row.name === name);
    if (server === undefined) throw noSuch('server', name, [...servers.values()].map((row) => row.name), 'mcptui get servers'); // prettier-ignore
    return serverChain({
      now,
      isLive,
      server,
      secrets: await engine.commands.secrets(),
      instances: [...instances.values()].filter(({ serverId }) => serverId === server.id),
      upstream: [...upstreams.values()].find((row) => row.server === name),
    });
  },
  async tool({ engine, flags }, name) {
    const catalogs = await engine.commands.catalog();
    const found = toolsNamed(name, catalogs);
    if (found.length === 0) {
      const unknown = unknownLists(
        catalogs.filter(({ project }) => flags.project === undefined || project === flags.project),
      );
      const names = catalogs.flatMap(({ lists }) => lists.tools.items.map((item) => item.exposed ?? item.name));
      if (unknown.length === 0) throw noSuch('tool', name, names, 'mcptui get tools');
      process.exitCode = exitCodes.notFound;
      const none = { label: 'verdict', text: 'no server lists a tool of this name now' };
      return { kind: 'tool', name, links: [none, ...unknown] };
    }
    const { projects, sessions } = engine.view();
    const gated = new Set([...projects.values()].filter((row) => row.gated).map((row) => row.name));
    const rights = new Map(await Promise.all(found.map(async (tool) => [tool, await rightOf(engine, tool, flags.agent)] as const))); // prettier-ignore
    return toolChain(name, {
      found,
      project: flags.project,
      agent: flags.agent,
      isGated: (project) => gated.has(project),
      right: (tool) => rights.get(tool),
      sessions: [...sessions.values()],
    });
  },
  prompt({ engine }, name) {
    const { prompts, personalities, projects } = engine.view();
    const found = [...prompts.values()].find(({ ref, id }) => ref === name || id === name);
    if (found === undefined) throw noSuch('prompt', name, [...prompts.values()].map(({ ref }) => ref), 'mcptui get prompts --all'); // prettier-ignore
    const gatedProjects = [...projects.values()].filter(({ gated }) => gated).map((row) => row.name);
    return Promise.resolve(promptChain(found, { personalities: [...personalities.values()], gatedProjects }));
  },
  proposal({ engine }, name) {
    const { proposals } = engine.view();
    const found = [...proposals.values()].find(({ id }) => id === name);
    if (found === undefined) throw noSuch('proposal', name, [...proposals.keys()], 'mcptui get proposals --all');
    return Promise.resolve(proposalChain(found));
  },
};

async function rightOf({ commands }: Engine, { catalog, item }: FoundTool, agent: string | undefined) {
  if (agent === undefined) return undefined;
  const { server, project } = catalog;
  return commands.canI('run', 'tool', { name: `${server}/${item.name}`, project, as: `agent:${agent}` });
}

async function printChain(context: Context, chain: Chain, { output }: WhyFlags): Promise<void> {
  if (output !== 'table' && output !== 'wide') return printRecord(context, chain, output);
  for (const { label, text } of chain.links) printLine(context, label, text);
}

function printLine(context: Context, label: string, text: string): void {
  context.print(`${label.padEnd(LABEL_CHARS)}${clean(text)}`.trimEnd());
}
