/** Writes the commands and entries that point an agent's client at this engine, for an operator to copy. Pure. */
import type { SessionView } from '../engine/index.ts';
import type { CopyItem } from './copy-item.ts';

/** What leads an agent's proxy to another data folder than the default one. */
const placing = ['MCPTUI_HOME', 'MCPTUI_DATA_DIR', 'MCPTUI_STATE_DIR', 'MCPTUI_SOCKET'] as const;

export type AgentEnv = Readonly<Record<string, string>>;

/** The part of this console's environment that an agent's client needs, too. */
export function agentEnv(env: Readonly<Record<string, string | undefined>>): AgentEnv {
  return Object.fromEntries(placing.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));
}

export type Launch = Pick<SessionView, 'project' | 'agent' | 'personality'>;

/** Flags of the proxy; what is the default anyway is left out. */
function proxyArgs({ project, agent, personality }: Partial<Launch>): readonly string[] {
  return [
    'proxy',
    ...(project === undefined || project === 'default' ? [] : ['--project', project]),
    ...(agent === undefined ? [] : ['--agent', agent]),
    ...(personality === undefined ? [] : ['--personality', personality]),
  ];
}

export function claudeCommand(launch: Partial<Launch>, env: AgentEnv): string {
  const set = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  return ['claude', 'mcp', 'add', 'mcptui', ...set, '--', 'mcptui', ...proxyArgs(launch)].map(quoted).join(' ');
}

export function codexCommand(launch: Partial<Launch>, env: AgentEnv): string {
  const set = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`]);
  return ['codex', 'mcp', 'add', 'mcptui', ...set, '--', 'mcptui', ...proxyArgs(launch)].map(quoted).join(' ');
}

/** The entry of `mcpServers`, as most clients keep it. */
export function jsonConfig(launch: Partial<Launch>, env: AgentEnv): string {
  const entry = { command: 'mcptui', args: proxyArgs(launch), ...(Object.keys(env).length === 0 ? {} : { env }) };
  return JSON.stringify({ mcpServers: { mcptui: entry } });
}

/** As the client of this session was launched. */
export function clientConfigItems(launch: Partial<Launch>, env: AgentEnv): readonly CopyItem[] {
  return [
    { key: 'c', name: 'connect Claude', text: claudeCommand(launch, env) },
    { key: 'x', name: 'connect Codex', text: codexCommand(launch, env) },
    { key: 'm', name: 'client config', text: jsonConfig(launch, env) },
  ];
}

/** As a shell takes it as one word. */
export function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
