/** Describes the chain of facts that led to a state, a line each. */

export interface Link {
  /** What kind of fact it is: `phase`, `wish`, `cause`, `next` … */
  readonly label: string;
  readonly text: string;
}

export interface Chain {
  readonly kind: 'server' | 'instance' | 'tool' | 'prompt' | 'proposal';
  readonly name: string;
  readonly links: readonly Link[];
}

export function link(label: string, text: string): Link {
  return { label, text };
}

/** A moment, as the journal writes it. */
export function moment(at: number): string {
  return new Date(at).toISOString();
}
