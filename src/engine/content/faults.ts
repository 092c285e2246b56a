/** Words what a schema found wrong, in one line: `priority: use 1 to 10; body: too long`. Pure. */

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** `whole` names a fault of the thing itself. */
export function faultsOf({ issues }: { readonly issues: readonly Issue[] }, whole: string): string {
  return issues.map(({ path, message }) => `${path.join('.') || whole}: ${message}`).join('; ');
}
