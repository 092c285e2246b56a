/** Names the version: set by the bundler from package.json; running from source says so. */
declare const MCPTUI_VERSION: string | undefined;

export const version: string = typeof MCPTUI_VERSION === 'undefined' ? '0.0.0-source' : MCPTUI_VERSION;
