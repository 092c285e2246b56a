/** Masks the arguments of a call: values of known secrets anywhere, and whatever stands under a name that says it is one. */
import { cutText } from '../../kernel/foreign.ts';
import type { Json, JsonObject } from '../../kernel/json.ts';
import { namesSecret } from '../../kernel/secret-names.ts';
import type { Masker } from '../secrets/masker.ts';

export const MASKED = '[masked]';

const NO_NAMES: ReadonlySet<string> = new Set();

/** `secretNames`: names that the tool's schema marks, beside those that speak for themselves. */
export function maskArguments(
  value: Json,
  masker: Pick<Masker, 'mask'>,
  secretNames: ReadonlySet<string> = NO_NAMES,
): Json {
  if (typeof value === 'string') return masker.mask(value);
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => maskArguments(item, masker, secretNames));
  const entries = Object.entries(value);
  return Object.fromEntries(
    entries.map(([key, item]): [string, Json] => [
      masker.mask(key),
      isSecretName(key, secretNames) && isValue(item) ? MASKED : maskArguments(item, masker, secretNames),
    ]),
  );
}

const isSecretName = (key: string, marked: ReadonlySet<string>): boolean => marked.has(key) || namesSecret(key);

/** Nothing, and yes or no, tell no secret. */
const isValue = (item: Json): boolean => item !== null && typeof item !== 'boolean' && item !== '';

/** The begin of the arguments as JSON, masked like the whole; at most `max` characters, and no more is looked at. */
export function maskedHead(
  value: Json,
  masker: Pick<Masker, 'mask' | 'cut'>,
  max: number,
  secretNames: ReadonlySet<string> = NO_NAMES,
): string {
  let out = '';
  const write = (item: Json): void => {
    if (out.length >= max) return;
    if (typeof item === 'string') out += JSON.stringify(masker.cut(item, max));
    else if (item === null || typeof item !== 'object') out += JSON.stringify(item);
    else if (Array.isArray(item)) {
      out += '[';
      for (const [index, each] of item.entries()) {
        if (out.length >= max) return;
        if (index > 0) out += ',';
        write(each as Json);
      }
      out += ']';
    } else {
      out += '{';
      let isFirst = true;
      for (const [key, each] of Object.entries(item as JsonObject)) {
        if (out.length >= max) return;
        out += `${isFirst ? '' : ','}${JSON.stringify(masker.cut(key, max))}:`;
        isFirst = false;
        write(isSecretName(key, secretNames) && isValue(each) ? MASKED : each);
      }
      out += '}';
    }
  };
  write(value);
  return cutText(out, max);
}
