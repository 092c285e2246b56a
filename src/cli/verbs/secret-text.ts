/** Reads references to secrets out of the values of flags. Pure. */
import { InvalidArgumentError } from 'commander';

export interface SecretRef {
  readonly backend: 'env' | 'file';
  readonly path: string;
}

const FORMS = 'a secret is secret:env/NAME or secret:file/NAME, and {secret:env/NAME} inside a longer text';

/** The whole text is a reference; undefined when it is none. @throws InvalidArgumentError for one that is meant, but is none */
export function secretIn(text: string): SecretRef | undefined {
  const [, backend, path] = /^\{?secret:(env|file)\/([\w.-]{1,128})\}?$/.exec(text) ?? [];
  if ((backend === 'env' || backend === 'file') && path !== undefined) return { backend, path };
  if (text.startsWith('secret:')) throw new InvalidArgumentError(FORMS);
  return undefined;
}

/** References stand in it, in braces. */
export function isTemplate(text: string): boolean {
  return /(?:^|[^$])\{secret:(?:env|file)\/[\w.-]{1,128}\}/.test(text);
}

/** @throws InvalidArgumentError */
export function secretRef(text: string): SecretRef {
  const ref = secretIn(text);
  if (ref === undefined) throw new InvalidArgumentError(FORMS);
  return ref;
}
