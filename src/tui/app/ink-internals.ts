/**
 * Reaches the class inside ink that the row memo replaces, as its package does not export it. The bundler replaces this module by one that
 * names the files, so that the bundle's own copy of ink is meant (scripts/build.mjs).
 */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import type Output from 'ink/build/output.js';
import { version } from '../../kernel/version.ts';

export interface InkInternals {
  readonly version: string;
  readonly Output: typeof Output;
}

/** Undefined in a bundle that was built without the replacement: its ink cannot be reached. */
export async function inkInternals(): Promise<InkInternals | undefined> {
  if (version !== '0.0.0-source') return undefined;
  const index = pathToFileURL(createRequire(import.meta.url).resolve('ink'));
  const manifest = JSON.parse(readFileSync(new URL('../package.json', index), 'utf8')) as { readonly version: string };
  // A file URL is not subject to the package's exports, and is the same module instance that Ink loaded.
  const loaded = (await import(/* @vite-ignore */ new URL('output.js', index).href)) as {
    readonly default: typeof Output;
  };
  return { version: manifest.version, Output: loaded.default };
}
