/** A router with one server whose calls the test answers, and an agent; what came to either as it was written. */
import { eventually, Harness, tool, type FakeServer, type Message, type Peer } from './mcp-harness.ts';

export const LONG = 'A'.repeat(9_000);
export const deep = (levels: number): string => '['.repeat(levels) + ']'.repeat(levels);

export interface MessageWorld {
  readonly harness: Harness;
  readonly server: FakeServer;
  readonly agent: Peer;
}

export async function messageWorld(
  options: { readonly version?: string; readonly capabilities?: Message } = {},
): Promise<MessageWorld> {
  const harness = new Harness({ mask: (text) => text.replaceAll('s3cret', '***') });
  const server = await harness.server('a', {
    tools: [tool('t')],
    on: (message) => (message['method'] === 'tools/call' ? 'ignore' : undefined),
  });
  return { harness, server, agent: await harness.agent(options) };
}

/** The text of the only line that has come to a peer and holds `what`. */
export async function rawWith(peer: Peer, what: string): Promise<string> {
  await eventually(() => peer.raw.some((line) => line.includes(what)), what);
  return peer.raw.find((line) => line.includes(what)) ?? '';
}

/** Id of call number `count`, once it has come to the server. */
export async function calls(server: FakeServer, count: number): Promise<number> {
  await eventually(() => server.calls.length === count, `${count} calls`);
  return server.calls[count - 1]?.['id'] as number;
}
