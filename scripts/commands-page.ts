/** Writes docs/commands.md from the table of commands: `npm run docs`. A test holds the page to it. */
import { writeFileSync } from 'node:fs';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { commandNames, entryOf, type CommandName } from '../src/engine/commands/table/index.ts';
import type { Resource } from '../src/engine/commands/table/entry.ts';

const titles: Readonly<Record<Resource, string>> = {
  engine: 'The engine',
  server: 'Servers',
  instance: 'Instances',
  secret: 'Secrets',
  login: 'Logins at remote servers',
  token: 'Tokens for connections over TCP',
  role: 'Roles, bindings and decisions',
  audit: 'The journal of audit events',
  tool: 'Tools and calls',
  model: 'Models',
  session: 'Sessions',
  project: 'Projects',
  agent: 'Agents',
  content: 'Prompts, personalities and skills',
  proposal: 'Proposals',
};

const INTRO = `# Commands

All that an operator may ask of an engine, as the console, the command line and your own programs do. Written from the table of
commands that the engine itself uses, by \`npm run docs\`.

A command is \`POST /api/v1/commands/NAME\` on the engine's socket (over TCP with a token of \`--operator\`), with a JSON array of its
arguments, at most 4 MiB; what is left out before another argument is \`null\`. The answer is \`{"result": …}\`, or
\`{"error": {"code", "message", "hint"}}\` with status 400 \`invalid\`, 403 \`denied\`, 404 \`not-found\`, 409 \`conflict\`, 503
\`unavailable\` or 504 \`timeout\`. Wrong arguments are \`invalid\` and name the field.

\`\`\`sh
curl --unix-socket "$XDG_RUNTIME_DIR/mcptui/engine.sock" -d '["fs-1"]' http://localhost/api/v1/commands/restart
\`\`\`

*Needs* is what a caller has to be allowed; commands that need \`view\` change nothing, and are all that \`--read-only\` leaves. *Journal*
names the audit events that a success leaves.
`;

interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
}

/** A schema as a type is written. */
function typeOf(schema: JsonSchema): string {
  const { type, enum: words, items, anyOf, properties, required = [] } = schema;
  if (words !== undefined) return words.map((word) => `'${word}'`).join(' | ');
  if (anyOf !== undefined) return anyOf.map(typeOf).join(' | ');
  if (items !== undefined) return `${typeOf(items)}[]`;
  if (properties === undefined) return type === undefined ? 'JSON' : [type].flat().join(' | ');
  const fields = Object.entries(properties).map(
    ([name, field]) => `${name}${required.includes(name) ? '' : '?'}: ${typeOf(field)}`,
  );
  return `{ ${fields.join(', ')} }`;
}

function signature(name: CommandName): string {
  const args = entryOf(name).args.map(([argument, schema]) => {
    const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
    return `${argument}${schema.safeParse(undefined).success ? '?' : ''}: ${typeOf(json)}`;
  });
  return `${name}(${args.join(', ')})`;
}

/** docs/commands.md. */
export function commandsMarkdown(): string {
  const sections = Object.entries(titles).map(([resource, title]) => {
    const rows = commandNames
      .map((name) => ({ name, entry: entryOf(name) }))
      .filter(({ entry }) => entry.resource === resource)
      .map(({ name, entry }) => {
        const journal = entry.audit.map((kind) => `\`${kind}\``).join(' ');
        return `| \`${signature(name).replaceAll('|', '\\|')}\` | ${entry.about} | ${entry.verb} | ${journal} |\n`;
      });
    return `## ${title}\n\n| Command | What it does | Needs | Journal |\n| --- | --- | --- | --- |\n${rows.join('')}`;
  });
  return [INTRO, ...sections].join('\n');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(new URL('../docs/commands.md', import.meta.url), commandsMarkdown());
}
