/** What must hold after a round: nothing raw on a terminal, no secret, no bug, flat memory and files, a journal that verifies. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Home } from '../support/worlds/run-mcptui.ts';
import { CANARY } from './values.ts';

/** What a terminal acts on: C0 but newline, DEL, C1, bidi and separators. */
// oxlint-disable-next-line no-control-regex -- that is what is looked for
const raw = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u2028\u2029]/;

const verbs: readonly (readonly string[])[] = [
  ['get', 'instances'],
  ['get', 'servers', '-o', 'wide'],
  ['get', 'sessions'],
  ['get', 'tools'],
  ['get', 'resources', '-o', 'json'],
  ['get', 'upstreams'],
  ['get', 'audit', '--limit', '2000'],
  ['get', 'audit', '--limit', '2000', '-o', 'yaml'],
  ['get', 'proposals'],
  ['describe', 'instance', 'hostile-0-1'],
  ['logs', 'hostile-0-1'],
  ['call', 'hostile-0', 't0'],
  ['info'],
];

const forms = [CANARY, Buffer.from(CANARY).toString('base64').slice(0, 40), Buffer.from(CANARY).toString('hex')];

export async function checkVerbs(home: Home): Promise<string[]> {
  const problems: string[] = [];
  for (const verb of verbs) {
    const { stdout, stderr, code } = await home.mcptui(verb);
    const text = stdout + stderr;
    const found = raw.exec(text);
    if (found !== null)
      problems.push(
        `${verb.join(' ')} prints U+${(found[0].codePointAt(0) ?? 0).toString(16)}: ${JSON.stringify(text.slice(Math.max(0, found.index - 80), found.index + 80))}`,
      );
    // What a server answers to a call is the caller's.
    if (verb[0] !== 'call' && forms.some((form) => text.includes(form)))
      problems.push(`${verb.join(' ')} prints the secret`);
    if (code === null || /SyntaxError|RangeError|TypeError/.test(stderr))
      problems.push(`${verb.join(' ')} ended with ${code}: ${stderr.slice(0, 400)}`);
  }
  return problems;
}

/** Files of a data folder that hold the secret in some form. */
export function filesWithSecret(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
    .filter((file) => {
      const bytes = readFileSync(file);
      return forms.some((form) => bytes.includes(form));
    });
}

export function residentMib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
}

export function openFiles(pid: number): number {
  return readdirSync(`/proc/${pid}/fd`).length;
}
