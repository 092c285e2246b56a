/** Names the kinds of documents; apart from their schemas, so that a command line lists them without loading those. */

/** Kinds that a document may be of, in the order in which they need each other. */
export const documentKinds = [
  'role',
  'project',
  'backend',
  'model',
  'server',
  'agent',
  'prompt',
  'skill',
  'personality',
  'binding',
] as const;
export type DocumentKind = (typeof documentKinds)[number];
