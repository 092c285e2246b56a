/** Names the panes, in the order of their numbers. */

export const paneIds = [
  'instances',
  'prompts',
  'personalities',
  'inbox',
  'audit',
  'sessions',
  'secrets',
  'logs',
  'tools',
] as const;
export type PaneId = (typeof paneIds)[number];
