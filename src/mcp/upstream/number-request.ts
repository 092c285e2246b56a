/** Numbers a request for the connection that it goes out on. */
import { isMap, mapAt, type WireMap } from '../wire/message.ts';

/** Gives a request its id on this connection, which is its progress token too where one is asked for. */
export function numberRequest(message: WireMap, id: number, wantsProgress: boolean): void {
  message['id'] = id;
  const meta = mapAt(message['params'], '_meta');
  if (meta !== undefined && meta['progressToken'] !== undefined) meta['progressToken'] = id;
  else if (wantsProgress) addToken(message, id);
}

function addToken(message: WireMap, token: number): void {
  const params = isMap(message['params']) ? message['params'] : {};
  message['params'] = { ...params, _meta: { ...mapAt(params, '_meta'), progressToken: token } };
}
