import { describe, expect, it } from 'vitest';
import { Recorder } from '../../src/engine/audit/recorder.ts';
import { Masker } from '../../src/engine/secrets/masker.ts';
import type { ToolCallTrace } from '../../src/mcp/observer.ts';
import type { SessionInfo } from '../../src/mcp/types.ts';
import type { EventDraft } from '../../src/store/types.ts';

const session: SessionInfo = {
  id: 'ses_1',
  project: 'ops',
  client: 'claude-code 2.1',
  since: 0,
  lastAt: 0,
  calls: 0,
  errors: 0,
  open: 0,
  waiting: 0,
};
const trace: ToolCallTrace = {
  sessionId: 'ses_1',
  client: 'claude-code 2.1',
  project: 'ops',
  server: 'fs',
  tool: 'read_file',
  startedAt: 0,
  durationMs: 1,
  outcome: 'ok',
  requestBytes: 10,
  responseBytes: 20,
};

function recorded(of: Partial<SessionInfo>): EventDraft[] {
  const events: EventDraft[] = [];
  const recorder = new Recorder({ record: (draft) => void events.push(draft) }, new Masker());
  recorder.sessionSeen({ ...session, ...of });
  recorder.toolCall({ ...trace, ...of });
  recorder.sessionEnded({ ...session, ...of }, 'gone');
  return events;
}

describe('Recorder', () => {
  it('names the client as the actor of a session without an agent', () => {
    const events = recorded({});
    expect(events.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
      'session_bind agent:claude-code 2.1',
      'tool_call_trace agent:claude-code 2.1',
      'session_end agent:claude-code 2.1',
    ]);
    expect(events[0]?.message).toBe('client claude-code 2.1 on project ops');
    expect(events[1]?.detail).toEqual({ project: 'ops', result: 'ok', requestBytes: 10, responseBytes: 20 });
  });

  it('names the agent when it is known, and keeps client and personality beside it', () => {
    const events = recorded({ agent: 'reviewer', personality: 'careful' });
    expect(events.map(({ actor }) => actor)).toEqual(['agent:reviewer', 'agent:reviewer', 'agent:reviewer']);
    expect(events[0]?.message).toBe('client claude-code 2.1 on project ops, agent reviewer as careful');
    expect(events[1]?.detail).toMatchObject({ client: 'claude-code 2.1', personality: 'careful' });
  });
});
