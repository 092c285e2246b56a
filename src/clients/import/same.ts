/** Tells whether two definitions run the same, as far as one can see of them. Pure. */

/** A server that is there. What is not shown of it stands as another text. */
export interface ExistingServer {
  readonly name: string;
  readonly project: string;
  readonly source: ShownSource;
  readonly env: readonly { readonly name: string }[];
}

export type ShownSource =
  | { readonly kind: 'command'; readonly command: readonly string[]; readonly cwd?: string | undefined }
  | {
      readonly kind: 'package';
      readonly package: string;
      readonly args: readonly string[];
      readonly cwd?: string | undefined;
    }
  | {
      readonly kind: 'image';
      readonly image: string;
      readonly command: readonly string[];
      readonly mounts?: readonly { readonly source: string; readonly target: string }[] | undefined;
    }
  | { readonly kind: 'url'; readonly url: string; readonly headers: readonly { readonly name: string }[] };

/** Stands in views for what is not shown. */
const LEFT_OUT = /\[masked\]|…/;

export function isLike(a: Omit<ExistingServer, 'name'>, b: Omit<ExistingServer, 'name'>): boolean {
  return a.project === b.project && isSame(partsOf(a.source), partsOf(b.source)) && isSame(namesOf(a), namesOf(b));
}

function partsOf(source: ShownSource): readonly string[] {
  switch (source.kind) {
    case 'command':
      return ['command', ...source.command, source.cwd ?? ''];
    case 'package':
      return ['package', source.package, ...source.args, source.cwd ?? ''];
    case 'image':
      return [
        'image',
        source.image,
        ...source.command,
        ...(source.mounts ?? []).map(({ source: from, target }) => `${from}:${target}`),
      ];
    case 'url':
      // Of a query only references are shown.
      return [
        'url',
        ...(source.url.split('?', 1)[0] ?? '').split('/'),
        ...source.headers.map(({ name }) => name.toLowerCase()).toSorted(),
      ];
  }
}

const namesOf = ({ env }: Pick<ExistingServer, 'env'>): readonly string[] => env.map(({ name }) => name).toSorted();

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return (
    a.length === b.length &&
    a.every((text, index) => text === b[index] || LEFT_OUT.test(text) || LEFT_OUT.test(b[index] ?? ''))
  );
}
