/** Notices that nothing comes on a stream any more: a connection that is half open looks like one that has nothing to say. */
import type { Clock, Timer } from '../../../kernel/clock.ts';
import type { HttpAnswer } from './http-answer.ts';

const LOOK_MS = 20_000;
/** Looks in a row at which nothing had come. */
const SILENT_LOOKS = 3;

/** Calls `silent` once a minute in which no byte has come, comments and keep-alives counted. Call what it returns at the end. */
export function watchSilence(clock: Clock, stream: HttpAnswer, silent: () => void): () => void {
  let before = stream.socket?.bytesRead;
  let looks = 0;
  let timer: Timer | undefined;
  const look = (): void => {
    const now = stream.socket?.bytesRead;
    looks = now === before ? looks + 1 : 0;
    before = now;
    if (looks >= SILENT_LOOKS) {
      looks = 0;
      silent();
    }
    wait();
  };
  const wait = (): void => {
    timer = clock.after(LOOK_MS, look, { unref: true });
  };
  wait();
  return () => timer?.cancel();
}
