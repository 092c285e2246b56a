/** Takes a document apart into its fields, each with its path, and puts it together again: what owners and merges are about. Pure. */
import { isDeepStrictEqual } from 'node:util';

export type Fields = Readonly<Record<string, unknown>>;

/** A JSON pointer: `/env/LEVEL`. */
export type Path = string;

/** Lists are one field; an object is as many as it has, at any depth. What is undefined is not there. */
export function flatten(document: Fields): Map<Path, unknown> {
  const flat = new Map<Path, unknown>();
  const walk = (value: Fields, before: Path): void => {
    for (const [name, inner] of Object.entries(value)) {
      const path = `${before}/${escaped(name)}`;
      if (isFields(inner)) walk(inner, path);
      else if (inner !== undefined) flat.set(path, inner);
    }
  };
  walk(document, '');
  return flat;
}

/** The document that these are the fields of. */
export function unflatten(flat: ReadonlyMap<Path, unknown>): Fields {
  const document: Record<string, unknown> = {};
  for (const [path, value] of flat) {
    const names = namesOf(path);
    const last = names.pop() ?? '';
    let place = document;
    for (const name of names) {
      const inner = Object.hasOwn(place, name) ? place[name] : undefined;
      const next = isFields(inner) ? (inner as Record<string, unknown>) : {};
      define(place, name, next);
      place = next;
    }
    define(place, last, value);
  }
  return document;
}

/** For people: `env.LEVEL`. */
export function pathText(path: Path): string {
  return namesOf(path).join('.');
}

export function isSameFields(left: Fields, right: Fields): boolean {
  return isDeepStrictEqual(flatten(left), flatten(right));
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** All fields but some. */
export function without(from: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(Object.entries(from).filter(([name]) => !names.includes(name)));
}

function namesOf(path: Path): string[] {
  return path
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

/** `__proto__` is a name like any other. */
function define(place: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(place, name, { value, enumerable: true, configurable: true, writable: true });
}
