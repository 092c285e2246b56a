/** Describes what the inbox of an upstream is made with. */
import type { Bugs } from '../../kernel/bugs.ts';
import type { Flow } from '../../pacing/pace.ts';
import type { Answer } from '../wire/outcome.ts';
import type { PendingCall } from './upstream.ts';

export interface InboxOptions {
  readonly maxMessageBytes: number;
  readonly bugs: Bugs;
  /** Masks secrets in what is shown to people. */
  readonly mask: (text: string) => string;
  /** What carries the messages says itself which request has got no answer. */
  readonly tellsUnanswered?: () => boolean;
  /** Sees each answer of the server before the call gets it. */
  readonly answered?: (id: number, call: PendingCall, answer: Answer) => void;
  /** Flow of the transport: it is told which messages somebody waits for. */
  readonly flow: Flow;
}
