/** Writes docs/keys.md from the table of bindings: `npm run docs`. A test holds the page to it. */
import { writeFileSync } from 'node:fs';
import { bindings } from '../src/tui/app/bindings.ts';
import { keysMarkdown } from '../src/tui/kit/keymap.ts';

writeFileSync(new URL('../docs/keys.md', import.meta.url), keysMarkdown(bindings));
