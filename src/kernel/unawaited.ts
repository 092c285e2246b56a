/**
 * Lets a promise go on by itself; `failed` is told what it throws, so that it never ends the process. Without `failed` the
 * promise is one that never rejects by its own contract.
 */
export function unawaited(promise: PromiseLike<unknown>, failed: (error: unknown) => void = () => undefined): void {
  promise.then(undefined, failed);
}
