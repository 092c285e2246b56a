/** Describes answers of the REST API about instances, sessions, and what can be asked of servers and models. */
import * as z from 'zod';
import { failureSchema } from '../../../store/schema/failure.ts';
import { retryStateSchema } from '../../../store/schema/instance.ts';
import { runtimeKinds } from '../../../store/schema/runtime-kind.ts';
import { healths } from '../../instances/phase.ts';
import type { ModelTest } from '../../models/model-view.ts';
import type { ServerRevisionView } from '../../servers/server-revisions.ts';
import type { EndedSessionView, InstanceView, LogLine, ProbeReport, SessionView } from '../../views/view.ts';
import { bool, list, num, shows, text } from './shows.ts';

const optional = text.optional();
const moment = num.optional();

const failure = z.strictObject({
  code: text,
  message: text,
  hint: optional,
  until: optional,
  brief: optional,
  bare: optional,
  facts: failureSchema,
});
const probe = z.strictObject({
  target: text,
  lastAt: moment,
  nextAt: moment,
  lastError: optional,
  samples: list(num.nullable()),
  p50Ms: moment,
  p95Ms: moment,
});
const gate = z.strictObject({
  state: z.enum(['gated', 'open']),
  by: z.enum(['begin', 'call', 'operator']).optional(),
  at: moment,
});
const session = {
  id: text,
  client: text,
  project: text,
  agent: optional,
  personality: optional,
  since: num,
  lastAt: num,
  calls: num,
  errors: num,
  open: num,
  waiting: num,
  oldestAt: moment,
  gate: gate.optional(),
};
const logLine = shows<LogLine>()(
  z.strictObject({ n: num, at: num, stream: z.enum(['stderr', 'stdout', 'engine', 'start', 'exit']), text }),
);
const revision = shows<ServerRevisionView>()(
  z.strictObject({
    number: num,
    author: text,
    note: text,
    at: num,
    hash: text,
    changed: list(text),
    isCurrent: bool,
    restored: moment,
  }),
);

export const shownFleet = {
  Instance: shows<InstanceView>()(
    z.strictObject({
      id: text,
      name: text,
      server: text,
      serverId: text,
      model: optional,
      runs: optional,
      project: text,
      via: z.enum(['img', 'npx', 'uvx', 'cmd', 'http', 'sse', 'llm']),
      runtime: z.enum(runtimeKinds),
      phase: z.enum(['pending', 'starting', 'running', 'error', 'stopping', 'stopped']),
      health: z.enum(healths),
      healthReason: optional,
      desired: z.enum(['running', 'stopped']),
      desiredBy: text,
      desiredAt: num,
      held: bool,
      tools: moment,
      restarts: num,
      createdAt: num,
      phaseSince: num,
      retry: retryStateSchema.optional(),
      failure: failure.optional(),
      probe: probe.optional(),
      invalidLines: num,
      pid: moment,
      containerId: optional,
      lease: z.strictObject({ sessionId: text, client: text, since: num }).optional(),
      eventCount: num,
    }),
  ),
  /** With `endedAt` and `reason` once it is over. */
  Session: shows<SessionView | EndedSessionView>()(z.strictObject({ ...session, endedAt: moment, reason: optional })),
  LogLines: z.strictObject({ items: list(logLine) }),
  Probe: shows<ProbeReport>()(z.strictObject({ ok: bool, durationMs: num, target: text, error: optional })),
  ServerRevisions: z.strictObject({ items: list(revision) }),
  ModelTest: shows<ModelTest>()(z.strictObject({ ok: bool, ms: num, tokensIn: num, tokensOut: num, reason: optional })),
};
