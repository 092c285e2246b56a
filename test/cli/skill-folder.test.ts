import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSkill } from '../../src/cli/content/skill-folder.ts';

const SKILL = '---\nname: pdf\ndescription: d\n---\nbody\n';

describe('readSkill', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(path.join(tmpdir(), 'mcptui-skill-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function make(files: Readonly<Record<string, string | Buffer>>, name = 'pdf'): string {
    const folder = path.join(root, name);
    for (const [file, content] of Object.entries({ 'SKILL.md': SKILL, ...files })) {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      writeFileSync(path.join(folder, file), content);
    }
    return folder;
  }

  it('takes text as text and other files as bytes, and says so', async () => {
    const png = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff]);
    const folder = make({
      'ref/ü (1).md': '\uFEFFtext',
      'a.png': png,
      'empty.py': '',
      'latin.txt': Buffer.from([0xe9]),
    });
    expect(await readSkill(folder)).toEqual({
      content: {
        files: { 'SKILL.md': SKILL, 'ref/ü (1).md': 'text', 'empty.py': '' },
        binary: { 'a.png': png.toString('base64'), 'latin.txt': Buffer.from([0xe9]).toString('base64') },
      },
      notes: ['a.png is not UTF-8 text: kept as 6 bytes', 'latin.txt is not UTF-8 text: kept as 1 bytes'],
    });
  });

  it('leaves out secrets, histories, what is built, and what .skillignore names', async () => {
    const folder = make({
      '.env': 'KEY=secret',
      '.git/config': 'x',
      'node_modules/a/index.js': 'x',
      'src/__pycache__/x.pyc': 'x',
      'src/.npmrc': 'token',
      'src/keep.py': 'x',
      'data/big.csv': 'x',
      'data/keep.csv': 'x',
      'notes.log': 'x',
      '.skillignore': '# not these\n*.log\ndata/*\n!data/keep.csv\n',
    });
    const { content, notes } = await readSkill(folder);
    expect(Object.keys(content.files).toSorted()).toEqual(['SKILL.md', 'data/keep.csv', 'src/keep.py']);
    expect(notes).toEqual([
      'left out: .env, .git/, data/big.csv, node_modules/, notes.log, src/.npmrc, src/__pycache__/',
    ]);
  });

  it('follows links inside the folder, and ends where they lead back', async () => {
    const folder = make({ 'real/a.md': 'a' });
    symlinkSync('real/a.md', path.join(folder, 'b.md'));
    symlinkSync('real', path.join(folder, 'also'));
    symlinkSync('..', path.join(folder, 'real', 'up'));
    const { content, notes } = await readSkill(folder);
    expect(content.files).toEqual({ 'SKILL.md': SKILL, 'real/a.md': 'a', 'also/a.md': 'a', 'b.md': 'a' });
    expect(notes).toEqual([
      'also/up is a link back to its own folder: left out',
      'real/up is a link back to its own folder: left out',
    ]);
  });

  it.each<[string, (folder: string) => void, string]>([
    [
      'a link to a file outside',
      (folder) => symlinkSync('/etc/hostname', path.join(folder, 'ref.md')),
      'ref.md cannot be part of the skill: it is a link to outside the folder',
    ],
    [
      'a link to a folder outside',
      (folder) => symlinkSync('..', path.join(folder, 'refs')),
      'refs cannot be part of the skill: it is a link to outside the folder',
    ],
    [
      'a link to nothing',
      (folder) => symlinkSync('nowhere', path.join(folder, 'x')),
      'x cannot be part of the skill: it is a link to nothing',
    ],
    [
      'a named pipe',
      (folder) => execFileSync('mkfifo', [path.join(folder, 'pipe')]),
      'pipe cannot be part of the skill: it is a named pipe',
    ],
    [
      'too much',
      (folder) => writeFileSync(path.join(folder, 'big'), Buffer.alloc(5 * 1024 * 1024)),
      'big cannot be part of the skill: a skill holds 4 MiB at most',
    ],
    [
      'a SKILL.md in UTF-16',
      (folder) => writeFileSync(path.join(folder, 'SKILL.md'), Buffer.from('\uFEFFx', 'utf16le')),
      'SKILL.md is not UTF-8 text: it is UTF-16LE',
    ],
  ])('refuses %s by name', async (_, spoil, message) => {
    const folder = make({});
    spoil(folder);
    await expect(readSkill(folder)).rejects.toThrow(message);
  });

  it('leaves out what it is told to, whatever that is', async () => {
    const folder = make({ '.skillignore': 'gone\npipe\n' });
    symlinkSync('/etc/passwd', path.join(folder, '.env'));
    symlinkSync('/etc', path.join(folder, 'node_modules'));
    symlinkSync('nowhere', path.join(folder, 'gone'));
    execFileSync('mkfifo', [path.join(folder, 'pipe')]);
    const { content, notes } = await readSkill(folder);
    expect(Object.keys(content.files)).toEqual(['SKILL.md']);
    expect(notes).toContain('left out: .env, gone, node_modules/, pipe');
  });

  it('takes skill.md for SKILL.md, and says where one is that is not here', async () => {
    const lower = path.join(root, 'lower');
    mkdirSync(lower);
    writeFileSync(path.join(lower, 'skill.md'), SKILL);
    expect(await readSkill(lower)).toEqual({
      content: { files: { 'SKILL.md': SKILL } },
      notes: ['skill.md is taken as SKILL.md'],
    });
    const plugin = path.join(root, 'plugin');
    mkdirSync(path.join(plugin, 'skills', 'pdf'), { recursive: true });
    writeFileSync(path.join(plugin, 'skills', 'pdf', 'SKILL.md'), SKILL);
    await expect(readSkill(plugin)).rejects.toMatchObject({
      message: `${plugin} has no SKILL.md`,
      hint: `name the folder of skills/pdf/SKILL.md: ${path.join(plugin, 'skills', 'pdf')}`,
    });
    await expect(readSkill(path.join(root, 'gone'))).rejects.toThrow('there is no such file or folder');
  });
});
