/** Finds the route of a path and a method. Pure. */
import type { Method, Route } from '../../commands/routes/route.ts';

export interface FoundRoute {
  /** `one`: a row of the list. `merge`: the PATCH that goes with a PUT. */
  readonly as: 'call' | 'list' | 'one' | 'merge';
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

/** What one method of a path means. */
export interface Operation {
  readonly method: Method;
  /** `/prompts/{id}` */
  readonly path: string;
  readonly as: FoundRoute['as'];
  readonly route: Route;
}

/** Each method of each path that some routes have. */
export function operationsOf(routes: readonly Route[]): readonly Operation[] {
  return routes.flatMap((route): readonly Operation[] => {
    if (route.kind === 'list') {
      const { path, one } = route;
      const list = { method: 'GET', path, as: 'list', route } as const;
      return one === undefined ? [list] : [list, { method: 'GET', path: one, as: 'one', route }];
    }
    const call = { method: route.method, path: route.path, as: 'call', route } as const;
    return route.merge === undefined ? [call] : [call, { ...call, method: 'PATCH', as: 'merge' }];
  });
}

export type Lookup =
  | { readonly kind: 'found'; readonly found: FoundRoute }
  | { readonly kind: 'method'; readonly allowed: readonly Method[] }
  | { readonly kind: 'none' };

/** `segments` are decoded. */
export function lookUp(operations: readonly Operation[], method: string, segments: readonly string[]): Lookup {
  const there = operations.flatMap((operation) => {
    const path = fit(operation.path, segments);
    return path === undefined ? [] : [{ operation, path }];
  });
  const found = there.find(({ operation }) => operation.method === method);
  if (found !== undefined) {
    const { as, route } = found.operation;
    return { kind: 'found', found: { as, route, path: found.path } };
  }
  const allowed = [...new Set(there.map(({ operation }) => operation.method))];
  return allowed.length === 0 ? { kind: 'none' } : { kind: 'method', allowed };
}

/** What stands for the names in the braces; undefined when it is another path. */
function fit(template: string, segments: readonly string[]): Readonly<Record<string, string>> | undefined {
  const parts = template.slice(1).split('/');
  if (parts.length !== segments.length) return undefined;
  const found: Record<string, string> = {};
  for (const [index, part] of parts.entries()) {
    const segment = segments[index] ?? '';
    if (part.startsWith('{')) {
      if (segment === '') return undefined;
      found[part.slice(1, -1)] = segment;
    } else if (part !== segment) return undefined;
  }
  return found;
}

/** The GET whose state `If-Match` names. */
export function stateRoute(operations: readonly Operation[], path: string): Operation | undefined {
  return operations.find((one) => one.method === 'GET' && one.as !== 'list' && one.path === path);
}
