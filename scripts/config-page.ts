/** Puts the table of settings into docs/config.md: `npm run docs`. A test holds the page to it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { settingsTable } from '../src/cli/config/page.ts';

const page = new URL('../docs/config.md', import.meta.url);
const text = readFileSync(page, 'utf8');
const start = text.indexOf('| Setting |');
const end = text.indexOf('\n\n', start);
writeFileSync(page, text.slice(0, start) + settingsTable() + text.slice(end));
