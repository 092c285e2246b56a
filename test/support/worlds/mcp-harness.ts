/** A router between servers and agents that the test plays itself, line by line, over in-memory streams. */
import { duplexPair } from 'node:stream';
import { systemClock, type Clock } from '../../../src/kernel/clock.ts';
import { ulidIds } from '../../../src/kernel/ids.ts';
import type { Logger } from '../../../src/kernel/log.ts';
import {
  createRouter,
  type ChangedDefinitionsRecord,
  type ConnectFailure,
  type ConnectOutcome,
  type BuiltinContent,
  type RemoteTarget,
  type RoutedServer,
  type Router,
  type RouterOptions,
  type OddDefinitionsRecord,
  type OpenCallRecord,
  type SawRecord,
  type ServerRequestRecord,
  type SessionIdentity,
  type ToolCallTrace,
} from '../../../src/mcp/index.ts';
import type { ProjectStages } from '../../../src/mcp/index.ts';
import { FakeFleet, type FleetOptions } from '../fakes/fake-fleet.ts';
import { FakeServer, type FakeServerOptions } from '../fakes/fake-server.ts';
import { until } from '../until.ts';
import { Peer, type Message } from './peer.ts';

export { FakeServer, Peer, type FakeServerOptions, type Message };

export interface Observed {
  readonly traces: ToolCallTrace[];
  /** Calls that were open for a minute. */
  readonly open: OpenCallRecord[];
  readonly lost: string[];
  readonly failures: (ConnectFailure | undefined)[];
  readonly renewed: { readonly instanceId: string; readonly why: string; readonly isRenewed: boolean }[];
  readonly invalid: string[];
  readonly tools: { readonly instanceId: string; readonly names: string[] }[];
  readonly conflicts: { readonly project: string; readonly name: string; readonly servers: readonly string[] }[];
  /** What agents were shown, after it had left. */
  readonly saw: SawRecord[];
  readonly bound: string[];
  readonly changed: string[];
  readonly ended: { readonly id: string; readonly reason: string }[];
  readonly serverRequests: ServerRequestRecord[];
  readonly leases: { readonly instanceId: string; readonly sessionId: string }[];
  readonly retired: { readonly instanceId: string; readonly reason: string }[];
  readonly odd: OddDefinitionsRecord[];
  readonly diffs: ChangedDefinitionsRecord[];
  /** By instance and kind of list, as they were told. */
  readonly failedLists: [instanceId: string, kind: string, reason: string | undefined][];
  /** Errors that the router logged: bugs. */
  readonly bugs: unknown[];
}

export interface HarnessOptions extends RouterOptions {
  readonly clock?: Clock;
  readonly builtin?: BuiltinContent;
  readonly mask?: (text: string) => string;
  readonly stages?: (project: string) => ProjectStages;
}

export class Harness {
  readonly router: Router;
  readonly observed: Observed = {
    traces: [],
    open: [],
    lost: [],
    failures: [],
    renewed: [],
    invalid: [],
    tools: [],
    conflicts: [],
    saw: [],
    bound: [],
    changed: [],
    ended: [],
    serverRequests: [],
    leases: [],
    retired: [],
    odd: [],
    diffs: [],
    failedLists: [],
    bugs: [],
  };
  /** Why no calls are taken. */
  refusal: string | undefined;
  #servers: RoutedServer[] = [];
  readonly #fleets = new Map<string, FakeFleet>();

  constructor(options: HarnessOptions = {}) {
    const { observed } = this;
    const clock = options.clock ?? systemClock;
    const logger: Logger = {
      debug() {},
      info() {},
      warn() {},
      error: (fields) => void observed.bugs.push((fields as { err?: unknown }).err ?? fields),
    };
    this.router = createRouter({
      listDeadlineMs: 2_000,
      ...options,
      clock,
      ids: ulidIds(clock),
      logger,
      observer: {
        callRefusal: () => this.refusal,
        toolCall: (trace) => void observed.traces.push(trace),
        callOpen: (record) => void observed.open.push(record),
        agentSaw: (record) => void observed.saw.push(record),
        sessionBound: (session) => void observed.bound.push(session.id),
        sessionChanged: (session) => void observed.changed.push(session.client),
        sessionEnded: ({ id }, reason) => void observed.ended.push({ id, reason }),
        upstreamLost: (id, _reason, failure) => {
          observed.lost.push(id);
          observed.failures.push(failure);
        },
        sessionRenewed: (instanceId, why, isRenewed) => void observed.renewed.push({ instanceId, why, isRenewed }),
        invalidOutput: (_id, line) => void observed.invalid.push(line),
        toolsChanged: (instanceId, tools) =>
          void observed.tools.push({ instanceId, names: tools.map(({ name }) => name) }),
        nameConflict: (project, name, servers) => void observed.conflicts.push({ project, name, servers }),
        serverRequest: (record) => void observed.serverRequests.push(record),
        oddDefinitions: (record) => void observed.odd.push(record),
        definitionsChanged: (record) => void observed.diffs.push(record),
        listFailed: (...told) => void observed.failedLists.push(told),
        demand: (server, sessions) => this.#fleets.get(server)?.demand(sessions),
        leased: (instanceId, session) => void observed.leases.push({ instanceId, sessionId: session.id }),
        retired: (instanceId, reason) => {
          observed.retired.push({ instanceId, reason });
          for (const fleet of this.#fleets.values()) fleet.retired(instanceId, reason);
        },
      },
    });
  }

  /** Closes the router. @throws when it has logged an error: that is a bug. */
  async close(): Promise<void> {
    await this.router.close();
    const [bug] = this.observed.bugs;
    if (bug !== undefined) throw bug instanceof Error ? bug : new Error(JSON.stringify(bug));
  }

  /** Adds or replaces definitions. */
  route(...servers: (Partial<RoutedServer> & { readonly name: string })[]): void {
    for (const server of servers) {
      const whole: RoutedServer = { project: 'default', prefix: server.name, ...server };
      const index = this.#servers.findIndex(({ name }) => name === server.name);
      if (index === -1) this.#servers.push(whole);
      else this.#servers[index] = whole;
    }
    this.router.servers.setServers(this.#servers);
  }

  unroute(name: string): void {
    this.#servers = this.#servers.filter((server) => server.name !== name);
    this.router.servers.setServers(this.#servers);
  }

  /** Connects a fake instance and waits until it is usable. */
  async server(name: string, options: FakeServerOptions = {}, id = `${name}-1`): Promise<FakeServer> {
    if (!this.#servers.some((server) => server.name === name)) this.route({ name });
    const { fake, outcome } = this.begin(name, options, id);
    const result = await outcome;
    if (!result.ok) throw new Error(result.message);
    return fake;
  }

  /** An isolated server whose instances come on demand and are replaced when retired, as the engine does it. */
  async fleet(name: string, options: FakeServerOptions = {}, fleet: FleetOptions = {}): Promise<FakeFleet> {
    const made = this.beginFleet(name, options, fleet);
    await made.settled();
    return made;
  }

  /** The same without waiting for the first instances. */
  beginFleet(name: string, options: FakeServerOptions = {}, fleet: FleetOptions = {}): FakeFleet {
    const { maxInstances, replicas = 1, ...routed } = fleet;
    const made = new FakeFleet(this, name, options, replicas, maxInstances ?? 8);
    this.#fleets.set(name, made);
    this.route({ name, isolation: 'session', maxInstances: maxInstances ?? 8, ...routed });
    return made;
  }

  /** Starts to connect an instance that is a URL. */
  beginRemote(
    name: string,
    url: string,
    options: Partial<RemoteTarget> & { readonly timeoutMs?: number; readonly signal?: AbortSignal } = {},
    id = `${name}-1`,
  ): Promise<ConnectOutcome> {
    if (!this.#servers.some((server) => server.name === name)) this.route({ name });
    const { timeoutMs = 10_000, signal = new AbortController().signal, ...target } = options;
    return this.router.servers.connect(
      { id, server: name },
      { url, transport: 'streamable-http', headers: {}, allowPrivate: true, auth: undefined, ...target },
      timeoutMs,
      signal,
    );
  }

  /** Connects it and waits until it is usable. */
  async remote(name: string, url: string, options: Partial<RemoteTarget> = {}): Promise<void> {
    const outcome = await this.beginRemote(name, url, options);
    if (!outcome.ok) throw new Error(`${outcome.code}: ${outcome.message}`);
  }

  /** Starts to connect a fake instance. */
  begin(
    name: string,
    options: FakeServerOptions = {},
    id = `${name}-1`,
    timeoutMs = 5_000,
    signal = new AbortController().signal,
  ) {
    const [ours, theirs] = duplexPair();
    const fake = new FakeServer(theirs, options);
    const outcome = this.router.servers.connect({ id, server: name }, { input: ours, output: ours }, timeoutMs, signal);
    return { fake, outcome, stream: ours };
  }

  /** A connected agent that has not said `initialize`. */
  rawAgent(project = 'default', identity: Omit<SessionIdentity, 'project'> = {}): Peer {
    const [ours, theirs] = duplexPair();
    this.router.agents.accept(ours, { project, ...identity });
    return new Peer(theirs);
  }

  async agent(
    options: Partial<SessionIdentity> & { readonly capabilities?: Message; readonly version?: string } = {},
  ): Promise<Peer> {
    const { project, capabilities: _, version: __, ...identity } = options;
    const peer = this.rawAgent(project, identity);
    await peer.request('initialize', {
      protocolVersion: options.version ?? '2025-11-25',
      capabilities: options.capabilities ?? {},
      clientInfo: { name: 'agent', version: '1' },
    });
    peer.notify('notifications/initialized');
    return peer;
  }
}

/** The `params` of a message; empty when there is neither. */
export function paramsOf(message: Message | undefined): Message {
  return (message?.['params'] ?? {}) as Message;
}

export function tool(name: string, extra: Message = {}): Message {
  return { name, inputSchema: { type: 'object' }, ...extra };
}

/** Waits until `holds`; fails with `what` when that takes too long for any machine. */
export async function eventually(holds: () => boolean, what: string): Promise<void> {
  await until(holds, what, { everyMs: 2 });
}
