/**
 * Finds and fills references to secrets inside longer texts: `{secret:BACKEND/NAME}`, and in a URL those of `env` and `file` also
 * without the braces. Pure.
 */
import { BARE_REFERENCE, BRACED_REFERENCE, referenceOf } from '../../kernel/secret-reference.ts';
import type { SecretRef } from '../../store/schema/remote.ts';

const BRACED = new RegExp(BRACED_REFERENCE, 'g');
/** Where a slash, `&` or the end bounds it. */
const IN_URL = new RegExp(`${BRACED_REFERENCE}|${BARE_REFERENCE}`, 'g');

export type Where = 'text' | 'url';

/** In order, each once for each time that it stands there. */
export function refsIn(text: string, where: Where): readonly SecretRef[] {
  return [...text.matchAll(patternOf(where))].flatMap((match) => refOf(match) ?? []);
}

/** `value` says what takes a reference's place; in a URL it is percent-encoded. */
export function filled(text: string, where: Where, value: (ref: SecretRef) => string): string {
  return text.replace(patternOf(where), (...match: string[]) => {
    const ref = refOf(match);
    if (ref === undefined) return match[0] ?? '';
    const put = value(ref);
    return where === 'url' ? encodeURIComponent(put.toWellFormed()) : put;
  });
}

/** The same with the references as they stand, each in place of itself. */
export function mapRefs(text: string, where: Where, put: (reference: string) => string): string {
  return text.replace(patternOf(where), put);
}

function patternOf(where: Where): RegExp {
  return where === 'url' ? IN_URL : BRACED;
}

function refOf([, braced, bare]: readonly (string | undefined)[]): SecretRef | undefined {
  return referenceOf((typeof bare === 'string' ? bare : braced) ?? '');
}
