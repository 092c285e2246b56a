/** Words the reasons of starts and stops for operators, and makes the audit events of instances. */
import type { EventDraft } from '../../store/types.ts';
import { IDLE } from '../models/program-names.ts';
import type { LiveInstance } from './live-instance.ts';
import type { StartReason, WishedStop } from './plan.ts';

/** Why it starts, for its event log. */
/** `before`: generations that there were; `isFirstHere`: this engine has not started it yet. */
export function startWords(why: StartReason, before: number, isFirstHere: boolean): string {
  if (why === 'new' && before > 0) return isFirstHere ? 'started with the engine' : 'started again';
  const words: Record<StartReason, string> = {
    new: 'first start',
    due: 'retry, the wait is over',
    asked: 'asked by an operator',
    'cause-gone': 'retry, the cause of the failure is gone',
    crashed: 'started again at once: it was ready before it ended',
    changed: 'the definition changed',
    used: 'retry, an agent asks for it',
    recycled: 'a fresh one for the next session',
  };
  return words[why];
}

/** Why it stops; `by` is who desired it, `recycle` why a fresh one takes its place. */
export function stopWords(why: WishedStop, by: string, recycle = ''): string {
  switch (why) {
    case 'asked':
      return by === IDLE ? 'nobody has asked it for long: it starts again on need' : `stopped by ${by}`;
    case 'restart':
      return `restart asked by ${by}`;
    case 'removed':
      return 'no longer wanted';
    case 'changed':
      return 'the definition changed';
    case 'recycled':
      return recycle;
  }
}

/** Makes an audit event of something that happened to an instance. */
export function instanceEvent(
  live: LiveInstance,
  kind: string,
  outcome: 'ok' | 'error',
  extra: Partial<EventDraft>,
): EventDraft {
  const { detail, ...rest } = extra;
  const { generation } = live.record;
  return {
    kind,
    actor: 'engine',
    target: `instance/${live.name}`,
    outcome,
    ...rest,
    detail: { generation, ...detail },
  };
}
