/** Writes docs/errors from the explanations: `npm run docs`. A test holds the pages to them. */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { errorIndex, errorPage, explanations } from '../src/cli/explain/codes.ts';

const folder = new URL('../docs/errors/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const name of readdirSync(folder)) rmSync(new URL(name, folder));
writeFileSync(new URL('README.md', folder), errorIndex());
for (const [code, explanation] of Object.entries(explanations)) {
  writeFileSync(new URL(`${code}.md`, folder), errorPage(code, explanation));
}
