/**
 * Writes to the terminal without waiting for it: one that is frozen (ctrl-s, a hung multiplexer) stops neither keys nor signals,
 * and does not fill the memory either.
 */

/** More than this is not kept for a terminal that takes nothing; it gets a whole picture once it does. */
const MAX_BEHIND_BYTES = 256 * 1024;
/** What is shorter is no frame: modes of the terminal, the cursor. */
const SHORT_CHARS = 128;
const SCREENS = '[?1049';

/** `behind` is called when the terminal takes output again after some was left out. */
export function unblockedOutput(stdout: NodeJS.WriteStream, behind: () => void): NodeJS.WriteStream {
  // What restores the cursor at the exit writes to stderr.
  for (const stream of [stdout, process.stderr]) unblock(stream);
  let hasLeftOut = false;
  const write = (chunk: string | Uint8Array, ...rest: readonly never[]): boolean => {
    const isFrame = typeof chunk === 'string' && chunk.length > SHORT_CHARS && !chunk.includes(SCREENS);
    if (!isFrame || rest.length > 0 || stdout.writableLength < MAX_BEHIND_BYTES) return stdout.write(chunk, ...rest);
    if (!hasLeftOut) {
      hasLeftOut = true;
      stdout.once('drain', () => {
        hasLeftOut = false;
        behind();
      });
    }
    return false;
  };
  return new Proxy(stdout, {
    get(target, key) {
      if (key === 'write') return write;
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}

/** Node waits for a terminal at each write, unless its handle is told otherwise; a handle without this stays as it is. */
function unblock(stream: NodeJS.WriteStream): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (isBlocking: boolean) => void } };
  handle?.setBlocking?.(false);
}
