/** Remembers which sessions want to hear when built-in content at a URI differs. */
import type { Session } from '../../downstream/session.ts';

export class BuiltinSubscriptions {
  readonly #byUri = new Map<string, Set<Session>>();

  /** Of sessions to URIs. */
  get size(): number {
    let count = 0;
    for (const sessions of this.#byUri.values()) count += sessions.size;
    return count;
  }

  has(session: Session, uri: string): boolean {
    return this.#byUri.get(uri)?.has(session) ?? false;
  }

  add(session: Session, uri: string): void {
    if (session.isEnded) return;
    const sessions = this.#byUri.get(uri) ?? new Set();
    this.#byUri.set(uri, sessions.add(session));
  }

  remove(session: Session, uri: string): void {
    const sessions = this.#byUri.get(uri);
    if (sessions?.delete(session) === true && sessions.size === 0) this.#byUri.delete(uri);
  }

  /** The session is gone. */
  removeAll(session: Session): void {
    for (const uri of this.#byUri.keys()) this.remove(session, uri);
  }

  updated(uri: string): void {
    const sessions = this.#byUri.get(uri);
    if (sessions === undefined) return;
    const message = { jsonrpc: '2.0', method: 'notifications/resources/updated', params: { uri } };
    const text = JSON.stringify(message);
    for (const session of sessions) session.notify(text);
  }
}
