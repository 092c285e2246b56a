/**
 * Finds and fills references to secrets inside longer texts: `{secret:BACKEND/NAME}`, and in a URL also without the braces.
 * Pure.
 */
import type { SecretRef } from '../../store/schema/remote.ts';

const BRACED = /\{secret:(env|file)\/([\w.-]{1,128})\}/g;
/** Where a slash, `&` or the end bounds it. */
const IN_URL = /\{secret:(env|file)\/([\w.-]{1,128})\}|secret:(env|file)\/([\w.-]{1,128})/g;

export type Where = 'text' | 'url';

/** In order, each once for each time that it stands there. */
export function refsIn(text: string, where: Where): readonly SecretRef[] {
  return [...text.matchAll(patternOf(where))].map(refOf);
}

/** `value` says what takes a reference's place; in a URL it is percent-encoded. */
export function filled(text: string, where: Where, value: (ref: SecretRef) => string): string {
  return text.replace(patternOf(where), (...match) => {
    const put = value(refOf(match));
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

function refOf([, braced, bracedName, bare, bareName]: readonly (string | undefined)[]): SecretRef {
  const backend = (braced ?? bare) === 'file' ? 'file' : 'env';
  return { backend, path: bracedName ?? bareName ?? '' };
}
