/** Reads references to secrets out of the values of flags. Pure. */
import { InvalidArgumentError } from 'commander';
import {
  BRACED_REFERENCE,
  REFERENCE_FORMS,
  wholeReferenceIn,
  type SecretReference,
} from '../../kernel/secret-reference.ts';

export type SecretRef = SecretReference;

const TEMPLATE = new RegExp(`(?:^|[^$])${BRACED_REFERENCE}`);

/** The whole text is a reference; undefined when it is none. @throws InvalidArgumentError for one that is meant, but is none */
export function secretIn(text: string): SecretRef | undefined {
  const ref = wholeReferenceIn(text);
  if (ref !== undefined) return ref;
  if (text.startsWith('secret:')) throw new InvalidArgumentError(REFERENCE_FORMS);
  return undefined;
}

/** References stand in it, in braces. */
export function isTemplate(text: string): boolean {
  return TEMPLATE.test(text);
}

/** @throws InvalidArgumentError */
export function secretRef(text: string): SecretRef {
  const ref = secretIn(text);
  if (ref === undefined) throw new InvalidArgumentError(REFERENCE_FORMS);
  return ref;
}
