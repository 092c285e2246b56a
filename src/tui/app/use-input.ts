/** Reads keys and pastes from the stream on which Ink keeps raw mode and bracketed paste. */
import { usePaste, useStdin } from 'ink';
import { useEffect } from 'react';
import type { Clock, Timer } from '../../kernel/clock.ts';
import { newBurstMemory, withBursts } from '../kit/burst.ts';
import { mayTimeOut, parseInput, type InputEvent } from '../kit/keys.ts';

/** The rest of a sequence follows its ESC within this time; else it was the Esc key. */
const escapeMs = 20;

export function useConsoleInput(clock: Clock, onInput: (event: InputEvent) => void): void {
  const { stdin } = useStdin();
  // Turns raw mode and bracketed paste on, and off while suspended. What it hears of pastes is parsed below, too.
  usePaste(ignore);
  useEffect(() => {
    let pending = '';
    const burst = newBurstMemory();
    let timer: Timer | undefined;
    const feed = (chunk: string, ended: boolean): void => {
      timer?.cancel();
      const parsed = parseInput(pending, chunk, ended);
      pending = parsed.pending;
      if (mayTimeOut(pending)) timer = clock.after(escapeMs, () => feed('', true));
      for (const event of withBursts(parsed.events, burst, clock.monotonicMs())) onInput(event);
    };
    const onData = (chunk: string | Buffer): void => feed(String(chunk), false);
    stdin.on('data', onData);
    return () => {
      stdin.off('data', onData);
      timer?.cancel();
    };
  }, [clock, onInput, stdin]);
}

function ignore(): void {}
