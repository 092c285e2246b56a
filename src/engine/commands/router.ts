/** Handles the commands on the router, and says in an operator's words what went wrong. */
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../../kernel/clock.ts';
import { McptuiError } from '../../kernel/errors.ts';
import { nearest } from '../../kernel/nearest.ts';
import { noSuch } from '../../kernel/no-such.ts';
import type { Ids } from '../../kernel/ids.ts';
import type { JsonObject } from '../../kernel/json.ts';
import { downWords } from '../../mcp/wire/rpc-errors.ts';
import { timeWords } from '../../kernel/time-words.ts';
import { callAsOperator, type Router, type ToolPlace } from '../../mcp/index.ts';
import type { Shape } from '../../store/schema/index.ts';
import type { Database } from '../../store/types.ts';
import type { Masker } from '../secrets/masker.ts';
import { hintFor, refusalOf } from '../router/answers.ts';
import type { CallOptions, CallReport } from '../router/call-types.ts';
import type { CommandsOf } from './table/entry.ts';
import type { routerEntries } from './table/router.ts';

export interface RouterParts {
  /** `operator:ann` */
  readonly actor: string;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly db: Database<Shape>;
  readonly router: Router;
  readonly masker: Masker;
  /** Calls under way, whoever asked for them. */
  readonly calls: Map<string, AbortController>;
}

/** A shorter one, a word perhaps, would be masked wherever else it stands. */
const LEAST_SECRET = 8;
/** Most names that an error suggests. */
const MAX_SUGGESTED = 5;

export function routerCommands(parts: RouterParts): CommandsOf<typeof routerEntries> {
  const { actor, clock, db, router } = parts;
  const desk = router.operators;

  function refuseUnknown(server: string | undefined): void {
    if (server === undefined) return;
    const known = db.collection('servers').all();
    const names = known.map(({ name }) => name);
    if (!names.includes(server)) throw noSuch('server', server, names, 'mcptui get servers');
  }

  async function callTool(
    server: string,
    tool: string,
    args: JsonObject = {},
    options: CallOptions = {},
  ): Promise<CallReport> {
    refuseUnknown(server);
    const { project, exposed } = placeOf(server, tool, await desk.findTool(server, tool, options.timeoutMs), options);
    for (const name of options.secretArgs ?? []) {
      const value = args[name];
      if (typeof value === 'string' && value.length >= LEAST_SECRET) parts.masker.learn(`argument/${name}`, value);
    }
    const callId = options.callId ?? parts.ids.next('call');
    if (parts.calls.has(callId)) throw new McptuiError('conflict', `a call named ${callId} is under way`);
    const controller = new AbortController();
    parts.calls.set(callId, controller);
    const startedMs = clock.monotonicMs();
    try {
      const end = await callAsOperator(router.agents, clock, {
        project,
        operator: actor,
        tool: exposed,
        args,
        signal: controller.signal,
        ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
      });
      const durationMs = clock.monotonicMs() - startedMs;
      const name = `${server}/${tool}`;
      switch (end.kind) {
        case 'answer': {
          const answer = parts.masker.mask(end.text);
          const refusal = refusalOf(name, answer);
          if (refusal !== undefined) throw refusal;
          return { server, tool, exposed, answer, bytes: end.bytes, durationMs };
        }
        case 'timeout':
          throw new McptuiError(
            'timeout',
            `${name} did not answer within ${timeWords(options.timeoutMs ?? 0)}: it was cancelled`,
            {
              hint: 'it may have done part of its work; --timeout gives it longer',
            },
          );
        case 'cancelled':
          throw new McptuiError('conflict', `the call of ${name} was cancelled`, {
            hint: 'it may have done part of its work',
          });
        case 'ended':
          throw new McptuiError('unavailable', `the call of ${name} was ended before it was answered`);
      }
    } finally {
      parts.calls.delete(callId);
    }
  }

  return {
    async catalog(query = {}) {
      refuseUnknown(query.server);
      // What a server lists may hold the secrets that it was given.
      return parts.masker.maskJson(await desk.catalog(query));
    },
    callTool,
    async cancelCall(callId) {
      const call = parts.calls.get(callId);
      call?.abort();
      return call !== undefined;
    },
    async disconnectSession(id) {
      if (!router.agents.sessions().some((session) => session.id === id)) {
        throw new McptuiError('not-found', `no session ${id}`, { hint: 'mcptui get sessions' });
      }
      await db.transact((tx) =>
        tx.event({
          kind: 'session_disconnect',
          actor,
          target: `session/${id}`,
          session: id,
          outcome: 'ok',
        }),
      );
      desk.endSession(id, `disconnected by ${actor}`);
    },
    async dropLists(server) {
      refuseUnknown(server);
      const dropped = desk.dropLists(server);
      const target = server === undefined ? {} : { target: `server/${server}` };
      await db.transact((tx) =>
        tx.event({
          kind: 'lists_drop',
          actor,
          ...target,
          outcome: 'ok',
          message: `of ${dropped.join(', ') || 'none'}`,
        }),
      );
      return dropped;
    },
  };
}

function placeOf(
  server: string,
  tool: string,
  place: ToolPlace,
  { project: wanted }: CallOptions,
): { readonly project: string; readonly exposed: string } {
  switch (place.kind) {
    case 'no-server':
      throw noSuch('server', server, [], 'mcptui get servers');
    case 'down':
      throw new McptuiError('unavailable', `server ${server} ${downWords(place.down.state)}: ${place.down.reason}`, {
        hint: `${hintFor(server, place.down.state)}; its tools are not known yet`,
      });
    case 'no-tool':
      throw new McptuiError('not-found', `server ${server} has no tool ${tool}`, {
        hint: toolHint(server, tool, place),
      });
    case 'tool': {
      const { exposed, problem } = place.item;
      if (wanted !== undefined && place.project !== wanted) {
        throw new McptuiError('not-found', `server ${server} is in project ${place.project}, not in ${wanted}`);
      }
      if (exposed === undefined) {
        throw new McptuiError('conflict', `agents cannot reach ${server}/${tool}: ${problem ?? 'it has no name'}`, {
          hint: 'give the servers different prefixes',
        });
      }
      return { project: place.project, exposed };
    }
  }
}

/** Names that are like it, else where to find all. */
function toolHint(server: string, tool: string, { names }: ToolPlace & { readonly kind: 'no-tool' }): string {
  const wanted = wordsOf(tool);
  const like = names.filter((name) => {
    const words = wordsOf(name);
    return isDeepStrictEqual(words, wanted) || words.some((word) => word.length > 2 && wanted.includes(word));
  });
  const closest = nearest(tool, names);
  const suggested = [...new Set([...(closest === undefined ? [] : [closest]), ...like])].slice(0, MAX_SUGGESTED);
  const all = `mcptui get tools --server ${server}`;
  return suggested.length === 0 ? all : `did you mean ${suggested.join(', ')}? ${all}`;
}

function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(Boolean);
}
