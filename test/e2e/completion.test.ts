/** Completion as a shell has it: bash with the script that the program prints, names from a running engine. */
import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aHome, bin, type Home } from '../support/worlds/run-mcptui.ts';

const run = promisify(execFile);
let home: Home;

beforeAll(async () => {
  home = aHome();
  await home.daemon();
  await home.mcptui(['create', 'project', 'shop']);
  await home.mcptui(['create', 'server', 'files', '-p', 'shop', '--', 'false']);
  await home.mcptui(['create', 'prompt', 'rules', '-p', 'shop', '--body', 'Be kind.']);
});
afterAll(() => home.close());

/** What the package bash-completion has, for words without quotes. */
const WORDS = `_get_comp_words_by_ref() {
  words=("\${COMP_WORDS[@]}"); cword=$COMP_CWORD; cur=\${words[cword]}; prev=\${words[cword-1]}
}`;

/** What bash offers for the last of the words. */
async function bash(...words: readonly string[]): Promise<readonly string[]> {
  const { stdout: script } = await home.mcptui(['completion', 'bash']);
  const file = path.join(home.folder, 'completion.bash');
  writeFileSync(file, script);
  const typed = ['mcptui', ...words];
  const program = [
    `mcptui() { '${process.execPath}' '${bin}' "$@"; }`,
    WORDS,
    `source '${file}'`,
    `COMP_WORDS=(${typed.map((word) => `'${word}'`).join(' ')})`,
    `COMP_CWORD=${typed.length - 1}`,
    '__mcptui_complete 2>/dev/null',
    'printf "%s\\n" "${COMPREPLY[@]}"',
  ].join('\n');
  const { stdout } = await run('bash', ['--norc', '--noprofile', '-c', program], { env: home.env });
  return stdout.split('\n').filter((line) => line !== '');
}

describe('mcptui completion bash', () => {
  it('completes verbs, options and their values', async () => {
    expect(await bash('get', 'serv')).toEqual(['servers']);
    expect(await bash('get', 'servers', '--out')).toEqual(['--output']);
    expect(await bash('get', 'servers', '-o', 'js')).toEqual(['json', 'jsonl']);
  });

  it('completes names that the engine has', async () => {
    expect(await bash('describe', 'server', 'f')).toEqual(['files']);
    expect(await bash('get', 'servers', '-p', 's')).toEqual(['shop']);
    expect(await bash('edit', 'prompt', 'project:shop/r')).toEqual(['project:shop/rules']);
  });

  it.each(['zsh', 'fish', 'powershell'])('prints a script for %s', async (shell) => {
    const { code, stdout } = await home.mcptui(['completion', shell]);
    expect({ code, stdout: stdout.includes('mcptui complete --') || stdout.includes("mcptui complete '--'") }).toEqual({
      code: 0,
      stdout: true,
    });
  });
});

describe('mcptui complete', () => {
  it('offers nothing, and says nothing, without an engine', async () => {
    const other = aHome();
    try {
      expect(await other.mcptui(['complete', '--', 'describe', 'server', ''])).toMatchObject({
        code: 0,
        stdout: ':4\n',
        stderr: '',
      });
    } finally {
      await other.close();
    }
  });
});
