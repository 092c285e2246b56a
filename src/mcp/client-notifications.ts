/** What an agent tells without asking. */
import type { RouterCore } from './core.ts';
import { isWireId, mapAt, stringAt, type WireMap } from './message.ts';
import type { Session } from './session.ts';

export function clientNotification(core: RouterCore, session: Session, method: string, message: WireMap): void {
  const params = mapAt(message, 'params');
  switch (method) {
    case 'notifications/cancelled': {
      const id = params?.['requestId'];
      if (isWireId(id)) session.inFlight.get(id)?.cancel(stringAt(params, 'reason'));
      return;
    }
    case 'notifications/progress': {
      const token = params?.['progressToken'];
      const request = typeof token === 'number' ? session.serverRequests.get(token) : undefined;
      if (request?.progressToken === undefined) return;
      request.upstream.send(
        JSON.stringify({ ...message, params: { ...params, progressToken: request.progressToken } }),
      );
      return;
    }
    // The router has said it itself.
    case 'notifications/initialized':
      return;
    // A server that sessions share has been told of no roots.
    case 'notifications/roots/list_changed': {
      const text = JSON.stringify(message);
      for (const pool of core.project(session.project).pools) if (pool.isIsolated) pool.held(session)?.send(text);
      return;
    }
    default: {
      const lone = core.project(session.project).transparent;
      if (lone?.isIsolated === true) lone.held(session)?.send(JSON.stringify(message));
      else lone?.acquire(session, (got) => 'code' in got || got.send(JSON.stringify(message)));
    }
  }
}
