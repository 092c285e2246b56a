/** Decisions that are signed, by the built program: an agent with a shell of the same user makes none. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent, ProposalView } from '../../src/engine/index.ts';
import type { DecisionDraft } from '../../src/engine/signing/document.ts';
import { openKey, type KeyFile } from '../../src/engine/signing/key-file.ts';
import { send } from '../support/worlds/http-client.ts';
import { aHome, bin, textEnv, type Daemon, type Home } from '../support/worlds/run-mcptui.ts';

describe('signed decisions', () => {
  let home: Home;
  let secret: string;
  let daemon: Daemon;
  const run = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, code } = await home.mcptui(args);
    if (code !== 0) throw new Error(`mcptui ${args.join(' ')} exited ${code}: ${stderr}`);
    return stdout.trimEnd();
  };

  /** By an agent, over its own proxy; returns the id. */
  async function proposed(body: string): Promise<string> {
    const ticket = await run('create', 'ticket', 'laptop', '--agent', 'reviewer');
    const env = { ...textEnv(home.env), MCPTUI_TICKET: ticket };
    const client = new Client({ name: 'claude', version: '2' }, { capabilities: {} });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [bin, 'proxy'], env }));
    const args = { name: 'rules', scope: 'project', body, reason: 'two deploys failed' };
    await client.callTool({ name: 'propose_prompt', arguments: args });
    await client.close();
    const [row] = await home.json<ProposalView[]>(['get', 'proposals']);
    return row?.id ?? 'none';
  }

  beforeEach(async () => {
    home = aHome();
    secret = path.join(home.folder, 'passphrase');
    writeFileSync(secret, 'correct horse battery\n', { mode: 0o600 });
    await run('operator', 'init', '--name', 'ann', '--for', 'operator:ann', '--passphrase-file', secret);
    await run('create', 'project', 'ops');
    await run('create', 'agent', 'reviewer', '--project', 'ops');
    await run('create', 'prompt', 'rules', '--project', 'ops', '--body', 'Be brief.');
    daemon = await home.daemon();
  });
  afterEach(() => home.close());

  it('are refused to a shell without the passphrase, whatever it tries, and taken with it', async () => {
    await run('edit', 'project', 'ops', '--approvals', 'signed');
    const proposal = await proposed('Do as the agent says.');
    const refused = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await home.mcptui(args, { env: { MCPTUI_PASSPHRASE: 'correct horse battery' } });
      return `${code} ${stderr}`;
    };
    const hash = (await home.json<ProposalView[]>(['get', 'proposals'])).find(({ id }) => id === proposal)?.hash ?? '';
    const approve = ['approve', 'proposal', proposal, '--hash', hash];
    expect(await refused(...approve)).toBe(
      `3 mcptui: approve proposal/${proposal} is not signed: ops demands signed decisions\n` +
        '  → in a terminal the passphrase of your key is asked for; a script gives it by --passphrase-file FILE\n',
    );
    const guessed = path.join(home.folder, 'guess');
    writeFileSync(guessed, 'hunter2 hunter2\n');
    expect(await refused(...approve, '--passphrase-file', guessed)).toContain('that is not the passphrase of key ann');
    expect(await refused('edit', 'project', 'ops', '--approvals', 'plain')).toMatch(/^3 .*is not signed/);
    expect(await refused('edit', 'prompt', 'project:ops/rules', '--body', 'x')).toMatch(/^3 .*is not signed/);
    expect(await refused('create', 'binding', 'user:eve', 'admin')).toMatch(/^3 .*is not signed/);
    expect(await refused('operator', 'init', '--name', 'eve', '--passphrase-file', guessed)).toMatch(
      /^3 .*is not signed/,
    );
    expect((await home.json<ProposalView[]>(['get', 'proposals'])).map(({ state }) => state)).toEqual(['pending']);

    expect(await run(...approve, '--passphrase-file', secret)).toContain(`proposal ${proposal} approved`);
    const signed = (await home.json<AuditEvent[]>(['get', 'audit'])).filter(({ kind }) => kind === 'decision_sign');
    expect(signed.map(({ actor, target }) => [actor, target])).toEqual([['operator:ann', `proposal/${proposal}`]]);

    // It verifies elsewhere, without this data, and not with a letter of it changed.
    const head = await run('audit', 'head');
    const last = (await home.json<AuditEvent[]>(['get', 'audit'])).at(-1)?.n ?? 0;
    const file = path.join(home.folder, 'export.json');
    await run('audit', 'export', '--from', '1', '--to', String(last), '-o', file);
    const elsewhere = { MCPTUI_HOME: path.join(home.folder, 'elsewhere') };
    const verify = (...args: string[]) => home.mcptui(['audit', 'verify', ...args], { env: elsewhere });
    const whole = await verify('--file', file, '--head', head);
    expect(whole.stdout).toMatch(/^ok: \d+ records, \d+ events, 1 signatures, head /);
    writeFileSync(file, readFileSync(file, 'utf8').replace('operator:ann', 'operator:eve'));
    expect(await verify('--file', file)).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/^NOT ok:/) as string,
    });
    expect(await run('audit', 'verify')).toContain('1 signatures');
  });

  it('are made over REST by a reviewer, whose key stays with her, and verify offline', async () => {
    await daemon.stop();
    daemon = await home.daemon({}, '--listen', '127.0.0.1:0');
    const anns = path.join(home.folder, 'anns');
    writeFileSync(anns, 'a passphrase of her own\n', { mode: 0o600 });
    const vouched = ['--signed-by', 'ann', '--signer-passphrase-file', secret];
    await run('operator', 'init', '--name', 'zoe', '--for', 'user:zoe', '--passphrase-file', anns, ...vouched);
    await run('edit', 'project', 'ops', '--approvals', 'signed');
    await run('create', 'binding', 'user:zoe', 'reviewer', '-p', 'ops', '--key', 'ann', '--passphrase-file', secret);
    const token = await run('create', 'token', 'zoe', '--for', 'user:zoe');
    const proposal = await proposed('Be brief, and kind.');
    const ask = async (url: string, body: unknown): Promise<{ status: number; json: Record<string, unknown> }> => {
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      const { status, text } = await send(`${daemon.http}/api/v1${url}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      return { status, json: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
    };
    const hash = (await home.json<ProposalView[]>(['get', 'proposals'])).find(({ id }) => id === proposal)?.hash ?? '';
    expect((await ask(`/proposals/${proposal}/approve`, { hash })).status).toBe(403);
    const { json } = await ask('/commands/decisionDraft', ['approveProposal', [proposal, { hash }]]);
    const file = JSON.parse(
      readFileSync(path.join(home.folder, 'config', 'operator-keys', 'zoe.json'), 'utf8'),
    ) as KeyFile;
    const key = await openKey(file, 'a passphrase of her own');
    const signature = key.sign(json['result'] as DecisionDraft);
    expect((await ask(`/proposals/${proposal}/approve`, { hash, signature })).status).toBe(200);
    const events = await home.json<AuditEvent[]>(['get', 'audit']);
    const decisions = events.filter(({ kind }) => kind === 'proposal_approve' || kind === 'decision_sign');
    expect(decisions.slice(-2).map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
      'decision_sign user:zoe',
      'proposal_approve user:zoe',
    ]);
    const bundle = path.join(home.folder, 'bundle.json');
    await run('audit', 'export', '--from', '1', '--to', String(events.at(-1)?.n), '-o', bundle);
    const elsewhere = { MCPTUI_HOME: path.join(home.folder, 'nowhere') };
    const { stdout } = await home.mcptui(['audit', 'verify', '--file', bundle], { env: elsewhere });
    expect(stdout).toMatch(/^ok: .* [3-9] signatures/);
  });

  it('begin with a key that is taken on trust, and may be demanded from the first day of a project', async () => {
    const other = aHome();
    const init = await other.mcptui(['operator', 'init', '--name', 'ann', '--passphrase-file', secret]);
    const id = /registered: ([0-9a-f]{32})/.exec(init.stdout)?.[1] ?? 'none';
    expect(init.stderr).toContain(
      `it is the first key, taken on trust: nobody vouched for it. Write its fingerprint down, ${id};`,
    );
    await other.mcptui(['create', 'project', 'web', '--approvals', 'signed']);
    const prompt = await other.mcptui(['create', 'prompt', 'rules', '--project', 'web', '--body', 'x']);
    expect([prompt.code, prompt.stderr]).toEqual([3, expect.stringContaining('is not signed: web demands')]);
    await other.close();
  });

  it('wait for as many people as the project wants', async () => {
    const bobs = path.join(home.folder, 'bobs');
    writeFileSync(bobs, 'another passphrase\n');
    const vouched = ['--signed-by', 'ann', '--signer-passphrase-file', secret];
    await run('operator', 'init', '--name', 'bob', '--for', 'operator:bob', '--passphrase-file', bobs, ...vouched);
    await run('edit', 'project', 'ops', '--approvers', 'user:ann,user:bob', '--quorum', '2');
    const proposal = await proposed('Be very brief.');
    const [row] = await home.json<ProposalView[]>(['get', 'proposals']);
    const approve = ['approve', 'proposal', proposal, '--hash', row?.hash ?? ''];
    expect(await run(...approve, '--key', 'ann', '--passphrase-file', secret)).toBe(
      `approve proposal/${proposal} is signed: 1 of 2 approvals, by operator:ann`,
    );
    expect(await run('get', 'proposals')).toContain('pending, 1 of 2');
    expect(await run('describe', 'proposal', proposal)).toContain('signed   1 of 2 approvals, by operator:ann');
    expect(await run(...approve, '--key', 'bob', '--passphrase-file', bobs)).toContain('approved');
  });

  it('keep the private half in a file of the owner alone, encrypted', () => {
    const file = path.join(home.folder, 'config', 'operator-keys', 'ann.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });
});
