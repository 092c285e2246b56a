/** Says that nothing has a name, which one was probably meant, and where to find all. */
import { McptuiError } from './errors.ts';
import { nearest } from './nearest.ts';

/** `what` is the noun; `all` is a command or a list. */
export function noSuch(what: string, name: string, known: Iterable<string>, all: string): McptuiError {
  const meant = nearest(name, [...known]);
  return new McptuiError('not-found', `no ${what} ${name}`, {
    hint: meant === undefined ? all : `did you mean ${meant}? ${all}`,
  });
}
