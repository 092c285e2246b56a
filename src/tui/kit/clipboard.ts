/** Writes to the terminal's clipboard by OSC 52, which also works over SSH and needs no program on this machine. */

/** What terminals take at most, in bytes of text. */
export const clipboardLimit = 74_994;

/** The sequence for a text; inside tmux wrapped so that tmux passes it on. Undefined when the text is too long. */
export function copySequence(text: string, env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (Buffer.byteLength(text) > clipboardLimit) return undefined;
  const sequence = `\u001B]52;c;${Buffer.from(text).toString('base64')}\u0007`;
  if (env.TMUX === undefined) return sequence;
  // The plain one serves `set-clipboard on`, the wrapped one `allow-passthrough on`.
  return `${sequence}\u001BPtmux;\u001B${sequence}\u001B\\`;
}
