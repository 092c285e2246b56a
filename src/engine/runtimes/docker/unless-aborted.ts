/** Waits for work only as long as its caller does. */
import { CalledOff } from './docker-client.ts';

/** Nobody waits any more; what others wait for goes on. @throws CalledOff */
export function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = (): void => reject(new CalledOff());
    if (signal.aborted) callOff();
    else signal.addEventListener('abort', callOff, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', callOff));
  });
}
