/**
 * Tells the observer of every call: a stage of every project. It masks what it tells by itself, so that no list of stages
 * can leave the masking out.
 */
import type { ToolCallTrace } from '../types/observer.ts';
import type { RouterCore } from '../types/core.ts';
import { keptName, quoted } from '../wire/server-text.ts';
import type { CallStage } from './stages.ts';

export function auditStage({ clock, observer, mask }: Pick<RouterCore, 'clock' | 'observer' | 'mask'>): CallStage {
  return {
    id: 'audit',
    reads: 'head',
    slow({ session, server, tool, startedMs }, instanceId) {
      observer.callOpen?.({
        sessionId: session.id,
        client: session.client,
        ...session.identity,
        server,
        tool: keptName(tool, mask),
        instanceId,
        openMs: clock.monotonicMs() - startedMs,
      });
    },
    ended(call, { outcome, bytes, instanceId, error, pages }) {
      const { session, traced, secretNames } = call;
      const trace: Mutable<ToolCallTrace> = {
        sessionId: session.id,
        client: session.client,
        ...session.identity,
        server: call.server,
        tool: keptName(call.tool, mask),
        startedAt: call.startedAt,
        durationMs: clock.monotonicMs() - call.startedMs,
        outcome,
        requestBytes: call.bytes,
        responseBytes: bytes,
      };
      // Not by spreading: this is every call's way.
      if (instanceId !== undefined) trace.instanceId = instanceId;
      if (error !== undefined) trace.error = quoted(error, mask);
      if (pages !== undefined) trace.pages = pages;
      if (traced.args !== undefined) trace.arguments = traced.args;
      if (traced.text !== undefined) trace.argumentsText = traced.text;
      if (traced.bytes !== undefined) trace.argumentsBytes = traced.bytes;
      if (secretNames !== undefined) trace.secretNames = secretNames;
      observer.toolCall(trace);
    },
  };
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
