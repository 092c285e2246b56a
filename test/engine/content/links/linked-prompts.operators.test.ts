/** Prompts that link resources of servers, as operators meet them: proposals, rights, health. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Meanings } from '../../../../src/engine/rights/meanings.ts';
import { LINK, linkedWorld, type LinkedWorld } from '../../../support/worlds/linked-world.ts';
import { connectTo } from '../../../support/worlds/offered.ts';

let harness: LinkedWorld['harness'];
let ann: LinkedWorld['ann'];
let fs: LinkedWorld['fs'];
let prompt: LinkedWorld['prompt'];
let row: LinkedWorld['row'];
let get: LinkedWorld['get'];
let call: LinkedWorld['call'];

beforeEach(async () => {
  ({ harness, ann, fs, prompt, row, get, call } = await linkedWorld());
});
afterEach(() => harness.close());

describe('a proposal for a prompt with links', () => {
  it('keeps them, and shows in its diff those that an operator adds', async () => {
    await prompt('rules', 'Own words.', { link: LINK });
    const { agent } = await connectTo(harness);
    await call(agent, 'propose_prompt', { name: 'rules', body: 'Other words.', reason: 'clearer' });
    const [proposal] = [...harness.engine.view().proposals.values()];
    const detail = await ann.proposalDetail(proposal?.id ?? '');
    expect(detail.text).toContain(`link: ${LINK}`);
    expect(detail.proposal.risks).toEqual([]);
    const text = detail.text.replace(`link: ${LINK}`, `link: [style, ops/fs:file:///other]`);
    await ann.approveProposal(proposal?.id ?? '', { hash: detail.proposal.hash, text });
    expect(row('rules').links?.map(({ ref }) => ref)).toEqual(['style', 'ops/fs:file:///other']);
  });
});

describe('the right to link', () => {
  it('is that to view each server and each prompt that is linked, also in a list and in a document', () => {
    const fleet = (): never => undefined as never;
    const meanings = new Meanings({ db: harness.db, fleet, projectOf: () => undefined });
    const server = { kind: 'server', name: 'fs', project: 'ops' };
    expect(meanings.linked('prompt', { content: { body: '', link: LINK } })).toEqual([server]);
    const list = meanings.linked('prompt', { text: `---\nlink: [web/none:a:b, "${LINK}", tone]\n---\nx\n` });
    expect(list.slice(0, 2)).toEqual([{ kind: 'server', name: 'none', project: 'web' }, server]);
    expect(list[2]).toMatchObject({ kind: 'prompt' });
    expect(meanings.linked('prompt', { content: { body: '', link: [7, ''] } })).toEqual([]);
  });
});

describe('the health of links', () => {
  it('is looked at when a prompt is saved, and shown with reason and next step', async () => {
    await prompt('rules', 'x', { link: LINK });
    await prompt('gone', 'x', { link: ['ops/fs:file:///nope', 'project:web/none'] });
    await harness.pass(1_000);
    expect(row('rules')).toMatchObject({
      linkState: 'ok',
      link: LINK,
      links: [{ ref: LINK, kind: 'resource', health: 'alive' }],
    });
    expect(row('gone')).toMatchObject({
      linkState: 'broken',
      links: [
        {
          health: 'dead',
          reason: 'server fs refused it: Resource not found',
          next: 'mcptui get resources --server fs',
        },
        { kind: 'prompt', health: 'dead', reason: 'there is no prompt project:web/none' },
      ],
    });
    expect((await ann.projectDetail('ops')).links).toMatchObject([
      { prompt: 'gone', priority: 5, link: 'ops/fs:file:///nope', status: 'dead' },
      { prompt: 'gone', link: 'project:web/none', status: 'dead' },
      { prompt: 'rules', link: LINK, status: 'alive' },
    ]);
    expect((await ann.projectDetail('web')).links).toBeUndefined();
  });

  it('is dead within the next check of a server that has died, and alive after it has come back, each said once', async () => {
    await prompt('rules', 'x', { link: LINK });
    await prompt('more', 'x', { link: LINK });
    await harness.pass(1_000);
    harness.process.fate = () => ({ ok: false, failure: { kind: 'command', file: 'serve', errno: 'ENOENT' } });
    fs().crash();
    await harness.untilPhase('fs-1', 'error');
    await harness.pass(330_000);
    expect(row('rules').links?.[0]).toMatchObject({ health: 'dead', next: 'mcptui retry fs' });
    const { agent } = await connectTo(harness);
    expect(await get(agent, 'rules')).toMatch(/^x\n\nThe linked .* is missing here: server fs failed/);
    harness.process.fate = () => undefined;
    await ann.retry('fs-1');
    await harness.untilPhase('fs-1', 'running');
    await harness.pass(33_000);
    expect(row('rules').links?.[0]).toMatchObject({ health: 'alive' });
    expect((await harness.audit('link_health')).map(({ outcome, message }) => [outcome, message])).toEqual([
      ['error', expect.stringContaining(`${LINK} is dead: server fs failed`)],
      ['ok', `${LINK} is alive again`],
    ]);
  });

  it('is unknown of a stopped server, which no check starts', async () => {
    await ann.stop('fs-1');
    await harness.untilPhase('fs-1', 'stopped');
    const starts = harness.process.starts.length;
    await prompt('rules', 'x', { link: LINK });
    await harness.pass(600_000);
    expect(row('rules').links?.[0]).toMatchObject({ health: 'unknown', next: 'mcptui start fs' });
    expect(harness.process.starts).toHaveLength(starts);
    expect(await harness.audit('link_health')).toEqual([]);
  });

  it('follows servers that are deleted, made again, or in another project', async () => {
    await prompt('rules', 'x', { link: LINK });
    await prompt('wrong', 'x', { link: 'web/fs:file:///other' });
    await harness.pass(1_000);
    expect(row('wrong').links?.[0]).toMatchObject({
      health: 'dead',
      reason: 'server fs is in project ops, not in web',
      next: 'link ops/fs:file:///other',
    });
    await ann.deleteServer('fs');
    await harness.pass(2_000);
    expect(row('rules').links?.[0]).toMatchObject({ health: 'dead', reason: 'there is no server fs' });
  });

  it('refuses a link of the wrong form with the place and the right one', async () => {
    await expect(prompt('bad', 'x', { link: 'ops/FS:file:///x' })).rejects.toThrow(
      'prompt bad: link: "FS" is no name of a server: write fs',
    );
    await expect(prompt('bad', 'x', { link: ['style', 'ops/fs:mcptui://prompts/style'] })).rejects.toThrow(
      'link.1: the URI is one of mcptui itself',
    );
    await expect(ann.createContent('prompt', { name: 'bad', text: '---\nlink: [ops/fs]\n---\nx\n' })).rejects.toThrow(
      'link.0: use NAME, project:PROJECT/NAME',
    );
  });
});
