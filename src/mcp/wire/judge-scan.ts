/** Judges long answers by their scan. */
import { bodyOf, type AnswerBody } from './answer-body.ts';
import { AnswerScan } from './answer-scan.ts';
import { textAt } from './answers.ts';
import { endsOf, readEnvelope } from './envelope.ts';
import type { WireId } from './message.ts';
import { scalarId } from './wire-id.ts';

const MAX_ID_BYTES = 2_000;

/** Of a message that is there in full. */
export function scanned(parts: readonly Buffer[]): AnswerScan {
  const scan = new AnswerScan();
  for (const part of parts) scan.push(part);
  scan.end();
  return scan;
}

/** Reads on where the scan has stopped; pieces that it has read may have been joined since. */
export function readOn(scan: AnswerScan, parts: readonly Buffer[], bytes: number): void {
  let first = parts.length;
  let from = bytes;
  while (from > scan.bytes && first > 0) {
    first -= 1;
    from -= parts[first]?.length ?? 0;
  }
  for (let index = first; index < parts.length; index += 1) {
    const part = parts[index];
    if (part === undefined) continue;
    scan.push(from < scan.bytes ? part.subarray(scan.bytes - from) : part);
    from += part.length;
  }
}

/** The answer's body, or why it is none, in words that follow "sent an invalid answer". */
export function judgeScan({ fault, isObject, members, inResult }: AnswerScan): AnswerBody | string {
  if (fault !== undefined) return `it ${fault}`;
  if (!isObject) return 'it is no object';
  const twin = inResult.find(({ key }, index) => inResult.findIndex((other) => other.key === key) !== index);
  return twin === undefined ? bodyOf(members) : `its result has "${twin.key}" twice`;
}

export function hasMethod({ members }: AnswerScan): boolean {
  return members.some(({ key }) => key === 'method');
}

/** The id of a long message, also of one whose end is broken. */
export function idOf(parts: readonly Buffer[], { members }: AnswerScan): WireId | undefined {
  const member = members.findLast(({ key }) => key === 'id');
  if (member !== undefined)
    return scalarId(textAt(parts, member.start, Math.min(member.end, member.start + MAX_ID_BYTES)));
  const { head, tail } = endsOf(parts);
  return readEnvelope(head, tail).id;
}

/** Scans of long messages that are coming, by the array of the pieces they come in. */
export class OpenScans {
  readonly #scans = new WeakMap<readonly Buffer[], AnswerScan>();

  /** Read as far as the message has come. */
  of(parts: readonly Buffer[], bytes: number): AnswerScan {
    let scan = this.#scans.get(parts);
    if (scan === undefined) this.#scans.set(parts, (scan = new AnswerScan()));
    readOn(scan, parts, bytes);
    return scan;
  }
}
