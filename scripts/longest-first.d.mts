import type { BaseSequencer } from 'vitest/node';

export const LongestFirst: new (...args: ConstructorParameters<typeof BaseSequencer>) => BaseSequencer;
