/** Agents of an engine in memory, asked what they are offered of prompts and skills. */
import { duplexPair } from 'node:stream';
import type { SessionIdentity } from '../../../src/mcp/types/session.ts';
import type { Harness } from './engine-harness.ts';
import { Peer, type Message } from './mcp-harness.ts';

export interface Result extends Message {
  readonly result?: { readonly [key: string]: unknown };
}

/** In the project `ops`, unless it says otherwise. */
export async function connectTo(
  harness: Harness,
  identity: Partial<SessionIdentity> = {},
): Promise<{ agent: Peer; instructions: string }> {
  const [near, far] = duplexPair();
  // An agent that is named here has shown its ticket.
  const proven = identity.agent === undefined ? {} : { subject: `agent:${identity.agent}` };
  harness.engine.router.agents.accept(far, { project: 'ops', ...proven, ...identity });
  const agent = new Peer(near);
  const clientInfo = { name: 'test-client', version: '1' };
  const params = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo };
  const { result } = (await agent.request('initialize', params)) as Result;
  agent.notify('notifications/initialized');
  return { agent, instructions: (result?.['instructions'] as string | undefined) ?? '' };
}

export async function list(agent: Peer, kind: 'prompts' | 'resources' | 'tools'): Promise<readonly Message[]> {
  return ((await agent.request(`${kind}/list`)) as Result).result?.[kind] as readonly Message[];
}

export async function promptNames(agent: Peer): Promise<unknown[]> {
  return (await list(agent, 'prompts')).map((item) => item['name']);
}

/** Its text, or the error as JSON. */
export async function read(agent: Peer, uri: string): Promise<string> {
  const { result, error } = (await agent.request('resources/read', { uri })) as Result;
  const [first] = (result?.contents ?? []) as readonly { readonly text: string }[];
  return first?.text ?? JSON.stringify(error);
}

/** What prompts of a test say. */
export const body = (text: string, more: object = {}) => ({
  content: { summary: '', priority: 5, body: text, ...more },
});
