/** Prompts, personalities, skills and their history by the command line, with and without an engine. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ContentDetail, PromptView, RevisionView } from '../../src/engine/index.ts';
import { aHome, type Home } from '../support/worlds/run-mcptui.ts';

describe('mcptui on prompts, personalities and skills', () => {
  let home: Home;
  const run = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, code } = await home.mcptui(args);
    if (code !== 0) throw new Error(`mcptui ${args.join(' ')} exited ${code}: ${stderr}`);
    return stdout.trimEnd();
  };
  const fails = async (...args: string[]): Promise<string> => {
    const { stderr, code } = await home.mcptui(args);
    return `${code} ${stderr.split('\n')[0]}`;
  };
  const piped = async (input: string, ...args: string[]): Promise<string> =>
    (await home.mcptui(args, { input })).stdout;

  beforeEach(async () => {
    home = aHome();
    await run('create', 'project', 'ops', '--instructions', 'Work in ops.');
    await run('create', 'agent', 'reviewer', '--project', 'ops');
    await run('create', 'prompt', 'style', '--body', 'Be brief.', '--note', 'first');
  });
  afterEach(() => home.close());

  it('keeps a history with numbers and notes, compares and restores it', async () => {
    const edit = (text: string, ...flags: string[]) => piped(text, 'edit', 'prompt', 'style', '--file', '-', ...flags);
    expect(await edit('Be very brief.\n', '--bump', 'minor', '--note', 'still too long')).toBe(
      'prompt style saved, 0.2.0\n',
    );
    expect(await edit('Be very brief.\n')).toBe('prompt style is as it was, 0.2.0\n');
    expect(await run('diff', 'prompt', 'style', '--words')).toBe(
      [
        '--- 0.1.0',
        '+++ live 0.2.0',
        '@@ -2,4 +2,4 @@',
        ' summary: ""',
        ' priority: 5',
        ' ---',
        '-Be brief.',
        '+Be {+very +}brief.',
      ].join('\n'),
    );
    expect(await run('restore', 'prompt', 'style', '0.1.0', '--note', 'shorter is better')).toBe(
      'prompt style is as in 0.1.0 again, 0.2.1',
    );
    const revisions = await home.json<RevisionView[]>(['get', 'revisions', 'prompt', 'style']);
    expect(revisions.map(({ semver, note, isCurrent }) => [semver, note, isCurrent])).toEqual([
      ['0.2.1', 'shorter is better', true],
      ['0.2.0', 'still too long', false],
      ['0.1.0', 'first', false],
    ]);
    expect(
      await home.json<RevisionView[]>(['get', 'rev', '--hash', revisions[0]?.hash.slice(0, 8) ?? '']),
    ).toHaveLength(2);
    expect(await fails('restore', 'prompt', 'style', '7.7.7')).toBe('6 mcptui: prompt style has no revision 7.7.7');
  });

  it('refuses a bump where there are no revisions, and says why', async () => {
    expect(await fails('edit', 'project', 'ops', '--bump', 'minor')).toBe(
      '2 mcptui: a project has no revisions, so --bump means nothing here',
    );
    expect(await fails('edit', 'agent', 'reviewer', '--note', 'x')).toMatch('so --note means nothing here');
    expect(await fails('get', 'revisions', 'secret', 'x')).toMatch('a secret has no revisions');
    expect(await fails('diff', 'agent', 'reviewer')).toMatch('an agent has no revisions');
    expect(await run('edit', 'project', '--help')).not.toContain('--bump');
    expect(await run('edit', 'prompt', '--help')).toContain('--bump');
  });

  it('gates a project, says how, and refuses it where one server is shown as it is', async () => {
    await run('create', 'project', 'late', '--gated', '--tools', 'selected');
    await run('edit', 'project', 'late', '--prompt-tokens', '2000', '--always-tool', 'fs/read_file');
    expect(await run('describe', 'project', 'late')).toMatch(/gated: true[^]*promptTokens: 2000[^]*tools: selected/);
    expect(await run('get', 'projects')).toMatch(/late +0 +yes/);
    await run('edit', 'project', 'late', '--no-gated');
    await run('create', 'server', 'lone', '--project', 'late', '--prefix', '', '--', process.execPath, '-e', '0');
    expect(await fails('edit', 'project', 'late', '--gated')).toContain('its one server has prefix ""');
    expect(await fails('edit', 'project', 'late', '--tools', 'some')).toContain('all, selected');
    await run('delete', 'server', 'lone', '--yes');
  });

  it('gives long answers in pages, for a project, a server and a tool', async () => {
    await run(
      'create',
      'project',
      'paged',
      '--pages',
      'paginate',
      '--pages-of',
      'fs=off',
      '--pages-of',
      'fs/x=sections',
    );
    await run('edit', 'project', 'paged', '--page-tokens', '4000', '--pages-of', 'fs=default');
    await run('edit', 'project', 'paged', '--pages-of', 'db/query=summarise');
    const { pages } = JSON.parse(await run('describe', 'project', 'paged', '-o', 'json')) as { pages: object };
    expect(pages).toEqual({
      kind: 'paginate',
      pageTokens: 4_000,
      overrides: { 'fs/x': 'sections', 'db/query': 'summarise' },
    });
    expect(await fails('edit', 'project', 'paged', '--pages-of', 'fs=some')).toContain('SERVER/TOOL=HOW');
    expect(await fails('edit', 'project', 'paged', '--page-tokens', '5')).toContain('use 200 to 200000');
    expect(await fails('get', 'page', 'ab', '-p', 'paged')).toContain('project paged keeps no answer ab');
  });

  it('binds prompts in order, says what cannot be bound, and composes what is sent', async () => {
    await run('create', 'project', 'web');
    await run('create', 'prompt', 'tone', '--project', 'web', '--body', 'x');
    await run('create', 'prompt', 'rules', '--project', 'ops', '--body', 'Deploy on Mondays.', '--priority', '9');
    await run('create', 'persona', 'careful', '--agent', 'reviewer', '--prompt', 'style');
    await run('attach', 'careful', 'rules', '--position', '1');
    expect(await fails('attach', 'careful', 'tone')).toMatch(
      'SCOPE it belongs to project web, and agent reviewer works in ops',
    );
    expect(await fails('attach', 'careful', 'style')).toMatch('7 mcptui: prompt style is bound already, as number 2');
    await run('edit', 'agent', 'reviewer', '--default-personality', 'careful');
    expect(await run('compose', '--agent', 'reviewer')).toBe(
      'Work in ops.\n\n## rules\n\nDeploy on Mondays.\n\n## style\n\nBe brief.',
    );
    await run('detach', 'reviewer/careful', 'style');
    expect(await fails('delete', 'persona', 'careful', '--yes')).toMatch(
      '7 mcptui: personality reviewer/careful is used by agent reviewer',
    );
    expect(await fails('compose', '--agent', 'reviewer', '--personality', 'bold')).toMatch(
      '6 mcptui: agent reviewer has no personality bold',
    );
  });

  it('lists an agent’s own prompts with it only; JSON has all that a screen shows', async () => {
    await run('create', 'prompt', 'howto', '--agent', 'reviewer', '--body', 'Read \u001b[31mtwice\u202e.');
    const names = async (...flags: string[]) =>
      (await home.json<PromptView[]>(['get', 'prompts', ...flags]))
        .map(({ ref }) => ref)
        .filter((ref) => !ref.includes('system'));
    expect(await names()).toEqual(['style']);
    expect(await names('--agent', 'reviewer')).toEqual(['agent:reviewer/howto']);
    expect(await names('--all')).toEqual(['style', 'agent:reviewer/howto']);
    const detail = await home.json<ContentDetail & PromptView>(['describe', 'prompt', 'howto']);
    expect(detail).toMatchObject({
      ref: 'agent:reviewer/howto',
      semver: '0.1.0',
      priority: 5,
      linkState: 'none',
      usedBy: [],
    });
    expect(detail.unusual.map(({ shown }) => shown)).toEqual(['\\u001b', '\\u202e']);
    const shown = await run('describe', 'prompt', 'howto');
    expect(['\u001b', '\u202e'].filter((character) => shown.includes(character))).toEqual([]);
    expect(await fails('create', 'prompt', 'x', '--agent', 'reviewer', '--project', 'ops', '--body', 'y')).toMatch(
      '2 mcptui: prompt x: give a project or an agent, not both',
    );
  });

  it('takes a skill from its folder', async () => {
    const folder = path.join(home.folder, 'pdf');
    mkdirSync(path.join(folder, 'lib'), { recursive: true });
    writeFileSync(path.join(folder, 'SKILL.md'), '---\nname: pdf\ndescription: Reads PDFs.\n---\n# PDF\n');
    writeFileSync(path.join(folder, 'lib', 'read.py'), 'print(1)\n');
    expect(await run('create', 'skill', 'pdf', folder)).toBe('skill pdf created, 0.1.0');
    writeFileSync(path.join(folder, 'lib', 'read.py'), 'print(2)\n');
    expect(await run('edit', 'skill', 'pdf', '--file', folder)).toBe('skill pdf saved, 0.1.1');
    expect(await run('diff', 'skill', 'pdf')).toMatch(/-print\(1\)\n\+print\(2\)/);
    writeFileSync(path.join(folder, 'logo.png'), Buffer.from([0xff, 0xd8]));
    expect(await fails('edit', 'skill', 'pdf', '--file', folder)).toBe('0 logo.png is not UTF-8 text: kept as 2 bytes');
    expect(await run('diff', 'skill', 'pdf')).toContain('+=== logo.png (binary, 2 bytes, sha256 ');
  });

  it('keeps tags over edits and files, and says what a prompt without a summary is about', async () => {
    const body = '# Deploy\n\nPush a tag. Then wait.\n\n## Undo\nRoll back.';
    await run('create', 'prompt', 'rules', '--tag', 'deploy', '--tag', 'on call', '--body', body);
    const detail = await home.json<ContentDetail['view'] & ContentDetail>(['describe', 'prompt', 'rules']);
    expect(detail).toMatchObject({
      tags: ['deploy', 'on call'],
      summary: '',
      gist: 'Push a tag.',
      chapters: [
        { title: 'Deploy', from: 1, to: 4 },
        { title: 'Undo', from: 5, to: 6 },
      ],
    });
    expect(await run('get', 'prompts', '-o', 'wide')).toMatch(/rules .* deploy, on call +rules +Push a tag\./);
    await piped(
      '---\nsummary: how to deploy\ntags: release, deploy\n---\nWait.\n',
      'edit',
      'prompt',
      'rules',
      '--file',
      '-',
    );
    const [edited] = (await home.json<PromptView[]>(['get', 'prompts'])).filter(({ name }) => name === 'rules');
    expect(edited).toMatchObject({ tags: ['release', 'deploy'], summary: 'how to deploy' });
    expect(edited).not.toHaveProperty('gist');
    expect(await fails('create', 'prompt', 'x', '--tag', 'a,b', '--body', 'y')).toMatch(
      /tags\.0: use words without commas/,
    );
  });

  it('does the same through a running engine, and keeps it over its restart', async () => {
    const daemon = await home.daemon();
    expect(await run('create', 'prompt', 'live', '--body', 'x')).toBe('prompt live created, 0.1.0');
    await daemon.stop();
    expect(await run('get', 'prompts', '-o', 'name')).toContain('prompt/live');
    expect(await run('audit', 'verify')).toMatch(/ok/i);
    const bodies = path.join(home.folder, 'data', 'snapshots', 'revisions.json');
    expect(readFileSync(bodies, 'utf8')).not.toContain('Be brief.');
  });
});
