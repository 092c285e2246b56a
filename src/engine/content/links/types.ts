/** Describes links of prompts as consoles and the command line see them: immutable, plain JSON. */
import type { EpochMs } from '../../../kernel/clock.ts';

/** `unknown`: nobody has looked, or its server is not started to look. */
export type LinkHealth = 'alive' | 'dead' | 'unknown';

/** How a linked resource does. */
export interface LinkState {
  readonly health: LinkHealth;
  /** Why it is not alive, and what to do. */
  readonly reason?: string;
  readonly next?: string;
  /** When it was read last. */
  readonly checkedAt?: EpochMs;
}

/** A link of a prompt, and how it does. */
export interface LinkView extends LinkState {
  /** `project:web/tone`, or of a resource `ops/fs:file:///rules.md`. */
  readonly ref: string;
  readonly kind: 'prompt' | 'resource';
}

/** A link of one of a project's prompts. */
export interface ProjectLink {
  readonly prompt: string;
  readonly priority: number;
  readonly link: string;
  readonly status: LinkHealth;
  readonly reason?: string;
  readonly next?: string;
}
