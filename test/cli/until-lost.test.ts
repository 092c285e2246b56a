import { describe, expect, it } from 'vitest';
import { untilLost } from '../../src/cli/until-lost.ts';

function linked() {
  const listeners = new Set<(link: 'attached' | 'lost') => void>();
  const onLink = (listener: (link: 'attached' | 'lost') => void) => {
    listeners.add(listener);
    return () => void listeners.delete(listener);
  };
  return { listeners, onLink };
}

describe('untilLost', () => {
  it('leaves no listener on the engine after 50 waits', async () => {
    const engine = linked();
    for (let round = 0; round < 50; round += 1) await untilLost(engine, Promise.resolve());
    expect(engine.listeners.size).toBe(0);
  });

  it('fails with the next step when the engine is lost, not when it is attached again', async () => {
    const engine = linked();
    const waiting = untilLost(engine, new Promise(() => undefined));
    for (const listener of engine.listeners) listener('attached');
    for (const listener of engine.listeners) listener('lost');
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable', hint: 'start one with: mcptui --daemon' });
    expect(engine.listeners.size).toBe(0);
  });
});
