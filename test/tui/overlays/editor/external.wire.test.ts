import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { editInFile, editorFrom, keepText } from '../../../../src/tui/overlays/editor/external.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'mcptui-external-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const directly = (work: () => Promise<void>): Promise<void> => work();

let scripts = 0;

/** An editor in JavaScript: `path` is the file, `text` what it holds. */
function editorDoing(body: string): string {
  scripts += 1;
  const script = join(folder, `editor ${scripts}.mjs`);
  const lines = [
    `import { readFileSync, writeFileSync, statSync, appendFileSync } from 'node:fs';`,
    `const path = process.argv.at(-1);`,
    `const text = readFileSync(path, 'utf8');`,
    body,
  ];
  writeFileSync(script, lines.join('\n'));
  return `'${process.execPath}' '${script}'`;
}

const editing = (text: string, body: string, options: Partial<Parameters<typeof editInFile>[1]> = {}) =>
  editInFile(text, { name: 'prompt-style.md', ...options }, { EDITOR: editorDoing(body) }, directly);

describe('editorFrom', () => {
  it('takes $MCPTUI_EDITOR before $VISUAL before $EDITOR before vi; an empty one counts as unset', () => {
    const all = { MCPTUI_EDITOR: 'one', VISUAL: 'two', EDITOR: 'three' };
    expect(editorFrom(all)).toEqual({ command: 'one', args: [], variable: 'MCPTUI_EDITOR' });
    expect(editorFrom({ ...all, MCPTUI_EDITOR: ' ' }).command).toBe('two');
    expect(editorFrom({ EDITOR: 'three' }).variable).toBe('EDITOR');
    expect(editorFrom({})).toEqual({ command: 'vi', args: [], variable: undefined });
  });

  it('splits words as a shell does, with quotes and variables', () => {
    const env = { EDITOR: `"$HOME/my bin/ed" --wait 'a b'`, HOME: '/home/ann' };
    expect(editorFrom(env)).toMatchObject({ command: '/home/ann/my bin/ed', args: ['--wait', 'a b'] });
  });

  it.each(['vi | tee x', 'vi; rm x', 'vi > x', 'vi && x', 'vi $(x) &'])('refuses %s', (value) => {
    expect(() => editorFrom({ VISUAL: value })).toThrow(/\$VISUAL uses .+, which only a shell understands/);
  });
});

describe('editInFile', () => {
  it('gives the editor a file of that name which only its owner can read, and removes it', async () => {
    const seen = join(folder, 'seen.json');
    const report = `const mode = (of) => (statSync(of).mode & 0o777).toString(8);
      writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ path, file: mode(path), folder: mode(path + '/..') }));
      appendFileSync(path, 'more\\n');`;
    expect(await editing('one\n', report.replace("path + '/..'", "path.slice(0, path.lastIndexOf('/'))"))).toBe(
      'one\nmore\n',
    );
    const found = JSON.parse(readFileSync(seen, 'utf8')) as Record<string, string>;
    expect(found).toMatchObject({ file: '600', folder: '700' });
    expect(found.path).toMatch(/\/prompt-style\.md$/);
    expect(existsSync(dirname(found.path ?? '/'))).toBe(false);
  });

  it('takes no path out of a name', async () => {
    expect(
      await editInFile('a', { name: '../../x y' }, { EDITOR: editorDoing(`writeFileSync(path, path);`) }, directly),
    ).toMatch(/mcptui-[^/]+\/\.\.-\.\.-x-y$/);
  });

  it.each([
    ['it leaves the file as it is', ''],
    ['it only ends the last line', 'writeFileSync(path, text + "\\n");'],
    ['it fails', 'writeFileSync(path, "other"); process.exitCode = 1;'],
    ['a signal ends it', 'writeFileSync(path, "other"); process.kill(process.pid, "SIGTERM");'],
  ])('changes nothing when %s', async (_name, body) => {
    expect(await editing('one', body)).toBeUndefined();
  });

  it('takes a text that was left as it is where that counts', async () => {
    expect(await editing('one', '', { acceptsUnchanged: true })).toBe('one');
  });

  it('shows the error on top as comments and takes off those lines alone', async () => {
    const seen = join(folder, 'with-error');
    const body = `writeFileSync(${JSON.stringify(seen)}, text); writeFileSync(path, text.replace('# Old', '# New'));`;
    expect(await editing('# Old\n# two\nbody', body, { error: 'line 2:\nno such field' })).toBe('# New\n# two\nbody');
    expect(readFileSync(seen, 'utf8')).toMatch(
      /^# line 2:\n# no such field\n# Correct it and save.+\n(?:# .+\n)?# Old\n# two\nbody$/,
    );
  });

  it('counts a text as unchanged when only the error above it was removed', async () => {
    expect(await editing('one\ntwo', `writeFileSync(path, 'one\\ntwo');`, { error: 'no' })).toBeUndefined();
  });

  it('names the editor that is not there and the variable that names it', async () => {
    const missing = editInFile('a', { name: 'x.md' }, { VISUAL: '/no/such/editor -w' }, directly);
    await expect(missing).rejects.toMatchObject({
      code: 'unavailable',
      message: 'the editor /no/such/editor, which $VISUAL names, is not there',
      hint: 'set $VISUAL to an editor that exists',
    });
  });

  it('keeps what is no text and tells where', async () => {
    const left = await editing('a', `writeFileSync(path, Buffer.from([0xff, 0xfe]));`).catch((error: unknown) => error);
    expect(left).toMatchObject({ code: 'invalid' });
    const path = /kept in (.+)$/.exec((left as { hint: string }).hint)?.[1] ?? '';
    expect(readFileSync(path)).toEqual(Buffer.from([0xff, 0xfe]));
    rmSync(dirname(path), { recursive: true });
  });

  it('gives the terminal away for as long as the editor runs', async () => {
    const marks: string[] = [];
    await editInFile('a', { name: 'x' }, { EDITOR: editorDoing(`writeFileSync(path, 'b');`) }, async (work) => {
      marks.push('away');
      await work();
      marks.push('back');
    });
    expect(marks).toEqual(['away', 'back']);
  });
});

describe('keepText', () => {
  it('writes a file that stays and that only its owner can read', () => {
    const path = keepText('mine', 'prompt-style.md');
    expect(readFileSync(path, 'utf8')).toBe('mine');
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(path)).mode & 0o777).toBe(0o700);
    rmSync(dirname(path), { recursive: true });
  });
});
