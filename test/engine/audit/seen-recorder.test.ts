import { describe, expect, it } from 'vitest';
import { hashOf } from '../../../src/engine/audit/seen-files.ts';
import { SeenRecorder } from '../../../src/engine/audit/seen-recorder.ts';
import { Masker } from '../../../src/engine/secrets/masker.ts';
import type { SawRecord } from '../../../src/mcp/index.ts';
import type { EventDraft } from '../../../src/store/types.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';

const session = {
  id: 'ses_1',
  project: 'ops',
  client: 'cursor 3.0',
  since: 0,
  lastAt: 0,
  calls: 0,
  errors: 0,
  open: 0,
  waiting: 0,
};
const saw = (text: string, more: Partial<SawRecord> = {}): SawRecord => ({
  sessionId: 'ses_1',
  session: () => session,
  what: 'tools',
  bytes: text.length,
  text,
  sent: () => text,
  ...more,
});

function recording(masker = new Masker()) {
  const events: EventDraft[] = [];
  const kept = new Map<string, string>();
  const clock = new FakeClock();
  const recorder = new SeenRecorder({
    clock,
    db: { record: (draft) => void events.push(draft) },
    masker,
    files: { keep: (hash, content) => void kept.set(hash, content.toString('utf8')) },
  });
  return { recorder, events, kept, clock };
}

describe('SeenRecorder', () => {
  it('writes one event for a list, however often it is listed, and another when it changes', () => {
    const { recorder, events, kept } = recording();
    for (let at = 0; at < 1_000; at += 1) recorder.saw(saw('{"tools":[1]}'));
    recorder.saw(saw('{"tools":[2]}'));
    recorder.saw(saw('{"tools":[1]}'));
    expect(events.map(({ detail }) => detail?.['hash'])).toEqual([
      hashOf('{"tools":[1]}'),
      hashOf('{"tools":[2]}'),
      hashOf('{"tools":[1]}'),
    ]);
    expect(events[0]).toMatchObject({
      kind: 'session_saw',
      actor: 'client:cursor 3.0',
      session: 'ses_1',
      target: 'session/ses_1',
      detail: { what: 'tools', project: 'ops', bytes: 13 },
    });
    expect([...kept.values()]).toEqual(['{"tools":[1]}', '{"tools":[2]}']);
  });

  it('tells prompts of different names apart, and one session from another', () => {
    const { recorder, events } = recording();
    recorder.saw(saw('a', { what: 'prompt', name: 'rules' }));
    recorder.saw(saw('b', { what: 'prompt', name: 'style' }));
    recorder.saw(saw('a', { what: 'prompt', name: 'rules' }));
    recorder.saw(saw('a', { what: 'prompt', name: 'rules', sessionId: 'ses_2' }));
    expect(events.map(({ session: of, detail }) => [of, detail?.['name']])).toEqual([
      ['ses_1', 'rules'],
      ['ses_1', 'style'],
      ['ses_2', 'rules'],
    ]);
  });

  it('keeps no secret value, and says that one was masked; a renewed one is no change', () => {
    const masker = new Masker();
    const [old, renewed] = ['c4nary-9f8e7d6c5b', 'c4nary-0a1b2c3d4e'];
    masker.learn('env/TOKEN', old);
    masker.learn('env/TOKEN', renewed);
    const { recorder, events, kept } = recording(masker);
    recorder.saw(saw(`{"instructions":"use ${old}"}`));
    recorder.saw(saw(`{"instructions":"use ${renewed}"}`));
    expect(events).toHaveLength(1);
    expect(events[0]?.detail).toMatchObject({ masked: true });
    expect([...kept.values()]).toEqual(['{"instructions":"use [secret env/TOKEN]"}']);
  });

  it('lets a session that never shows the same twice write its share and no more, and counts the rest', async () => {
    const { recorder, events, kept, clock } = recording();
    for (let at = 0; at < 5_000; at += 1) recorder.saw(saw(`{"tools":[${at}]}`));
    expect(events).toHaveLength(200);
    expect(kept.size).toBe(200);
    await clock.advance(10_000);
    expect(events.at(-1)).toMatchObject({ kind: 'traces_dropped', target: 'seen/ses_1', detail: { dropped: 4_800 } });
    recorder.saw(saw('{"tools":[4999]}'));
    expect(events.at(-1)).toMatchObject({ kind: 'session_saw' });
  });

  it('lets all sessions together write no more than their share', () => {
    const { recorder, events } = recording();
    for (let at = 0; at < 3_000; at += 1) recorder.saw(saw('{"tools":[]}', { sessionId: `ses_${at}` }));
    expect(events).toHaveLength(2_000);
  });

  it('says of what is too long that it was shown', () => {
    const { recorder, events, kept } = recording();
    const { text: _, ...long } = saw('x', { bytes: 5_000_000 });
    recorder.saw(long);
    recorder.saw(long);
    expect(events).toHaveLength(1);
    expect(events[0]?.message).toBe('tools: 5000000 bytes, too long to be kept');
    expect(kept.size).toBe(0);
  });
});
