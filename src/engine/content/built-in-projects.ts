/** Names the projects that are always there and cannot be deleted. */

/** Holds the engine's own prompts. */
export const SYSTEM_PROJECT = 'mcptui-system';
export const BUILT_IN_PROJECTS: readonly string[] = ['default', SYSTEM_PROJECT];
