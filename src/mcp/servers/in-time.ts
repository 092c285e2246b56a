/** Waits for an instance no longer than it may take. */
import type { Clock, Timer } from '../../kernel/clock.ts';
import type { Receiver } from './leases.ts';
import type { RpcError } from '../wire/rpc-errors.ts';

/** `wait` calls back once, now or later, and returns how to take the request back; so does this. */
export function inTime(
  clock: Clock,
  timeoutMs: number,
  receive: Receiver,
  wait: (there: Receiver) => () => void,
  late: () => RpcError,
): () => void {
  let isOver = false;
  let timer: Timer | undefined;
  const end = (): void => {
    isOver = true;
    timer?.cancel();
  };
  const takeBack = wait((outcome) => {
    if (isOver) return;
    end();
    receive(outcome);
  });
  if (isOver) return () => {};
  const giveUp = (): void => {
    takeBack();
    end();
  };
  timer = clock.after(
    timeoutMs,
    () => {
      giveUp();
      receive(late());
    },
    { unref: true },
  );
  return giveUp;
}
