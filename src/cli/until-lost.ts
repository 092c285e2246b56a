/** Waits beside an engine that may go away, and leaves no listener on it. */
import { McptuiError } from '../kernel/errors.ts';
import type { Engine } from '../engine/index.ts';

/** Waits for `done`, if there is such a thing. @throws McptuiError `unavailable` when the engine is lost first */
export async function untilLost(engine: Pick<Engine, 'onLink'>, done?: Promise<void>): Promise<void> {
  const ended = Promise.withResolvers<void>();
  const stop = engine.onLink((link) => {
    if (link === 'lost')
      ended.reject(
        new McptuiError('unavailable', 'the engine has stopped', { hint: 'start one with: mcptui --daemon' }),
      );
  });
  await Promise.race([ended.promise, ...(done === undefined ? [] : [done])]).finally(stop);
}
