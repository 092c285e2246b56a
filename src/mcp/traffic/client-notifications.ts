/** Passes on what an agent tells without asking. */
import type { Project } from '../projects/project.ts';
import { stringifySourced, withMember } from '../wire/json-source.ts';
import { isWireId, mapAt, stringAt, type WireMap } from '../wire/message.ts';
import type { Session } from '../downstream/session.ts';
import { idText } from '../wire/wire-id.ts';

export function clientNotification(project: Project, session: Session, method: string, message: WireMap): void {
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
      const { progressToken: _, ...told } = params ?? {};
      const text = withMember(stringifySourced(told), 'progressToken', idText(request.progressToken));
      request.upstream.send(`{"jsonrpc":"2.0","method":"notifications/progress","params":${text}}`);
      return;
    }
    // The router has said it itself.
    case 'notifications/initialized':
      return;
    // A server that sessions share has been told of no roots.
    case 'notifications/roots/list_changed': {
      const text = stringifySourced(message);
      for (const pool of project.pools) if (pool.isIsolated) pool.held(session)?.send(text);
      return;
    }
    default: {
      const lone = project.transparent;
      if (lone?.isIsolated === true) lone.held(session)?.send(stringifySourced(message));
      else lone?.acquire(session, (got) => 'code' in got || got.send(stringifySourced(message)));
    }
  }
}
