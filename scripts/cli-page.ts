/** Writes docs/cli.md from the verbs: `npm run docs`. A test holds the page to it. */
import { writeFileSync } from 'node:fs';
import { systemContext } from '../src/cli/context.ts';
import { cliPage } from '../src/cli/help/cli-page.ts';
import { helpTree } from '../src/cli/help/tree.ts';
import { program } from '../src/cli/program.ts';

writeFileSync(new URL('../docs/cli.md', import.meta.url), cliPage(helpTree(program(systemContext()))));
