/** The real console in a terminal: a proposal of a project that demands signatures, decided by its keys. */
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AuditEvent, ProposalView } from '../../src/engine/index.ts';
import { openTui, type Tui } from '../support/worlds/open-tui.ts';
import { aHome, bin, textEnv, type Home } from '../support/worlds/run-mcptui.ts';

const PASSPHRASE = 'zebra quartz lantern';
const WRONG = 'walrus piano meadow';

describe('the console and a project that demands signatures', () => {
  let home: Home;
  let tui: Tui | undefined;
  const run = async (...args: string[]): Promise<string> => {
    const { stdout, stderr, code } = await home.mcptui(args);
    if (code !== 0) throw new Error(`mcptui ${args.join(' ')} exited ${code}: ${stderr}`);
    return stdout.trimEnd();
  };

  beforeEach(async () => {
    home = aHome();
    const file = path.join(home.folder, 'passphrase');
    writeFileSync(file, `${PASSPHRASE}\n`, { mode: 0o600 });
    await run('operator', 'init', '--name', 'ann', '--for', 'operator:ann', '--passphrase-file', file);
    await run('create', 'project', 'ops', '--approvals', 'signed');
    await run('create', 'agent', 'reviewer', '--project', 'ops');
    writeFileSync(file, '');
    await home.daemon();
    const ticket = await run('create', 'ticket', 'laptop', '--agent', 'reviewer');
    const env = { ...textEnv(home.env), MCPTUI_TICKET: ticket };
    const client = new Client({ name: 'claude', version: '2' }, { capabilities: {} });
    await client.connect(new StdioClientTransport({ command: process.execPath, args: [bin, 'proxy'], env }));
    const args = { name: 'rules', scope: 'project', body: 'Never on Friday.', reason: 'two deploys failed' };
    await client.callTool({ name: 'propose_prompt', arguments: args });
    await client.close();
  });
  afterEach(async () => {
    await tui?.[Symbol.asyncDispose]();
    await home.close();
  });

  it('asks the passphrase at a, refuses a wrong one, holds the key until :lock, and shows the passphrase nowhere', async () => {
    const console = openTui(process.execPath, [bin], { env: textEnv(home.env) });
    tui = console;
    await console.see('4 Inbox 1', 20_000);
    await console.press('4', 'a');
    // The first a shows it.
    await console.see('Never on Friday.');
    await console.press('esc');
    const state = async () => (await home.json<ProposalView[]>(['get', 'proposals', '--all']))[0]?.state;
    const sign = async (passphrase: string): Promise<void> => {
      await console.press('a');
      await console.see('y approve it');
      // A dialog takes no answer in its first 250 ms.
      await console.still(300);
      await console.press('y');
      await console.see('Sign: approve proposal/');
      console.write(passphrase);
      await console.see(`${passphrase.length} characters`);
      expect(console.screen).toContain('•');
      await console.press('enter');
    };
    await sign(WRONG);
    await console.see('that is not the passphrase of key ann', 20_000);
    expect(await state()).toBe('pending');
    expect(console.screen).not.toContain('KEY OPEN');

    await sign(PASSPHRASE);
    await console.see('KEY OPEN', 20_000);
    await expect.poll(state, { timeout: 20_000 }).toBe('approved');
    const events = await home.json<AuditEvent[]>(['get', 'audit']);
    const decisions = events.filter(({ kind }) => kind === 'decision_sign' || kind === 'proposal_approve');
    expect(decisions.map(({ kind, actor }) => `${kind} ${actor}`)).toEqual([
      'decision_sign operator:ann',
      'proposal_approve operator:ann',
    ]);
    await console.press('esc', ':', 'l', 'o', 'c', 'k', 'enter');
    await expect.poll(() => console.screen, { timeout: 20_000 }).not.toContain('KEY OPEN');
    expect(await run('audit', 'verify')).toContain('1 signatures');

    for (const typed of [PASSPHRASE, WRONG]) {
      for (const word of typed.split(' ')) expect(console.output).not.toContain(word);
    }
    const written = readdirSync(home.folder, { recursive: true, encoding: 'utf8' })
      .map((name) => path.join(home.folder, name))
      .filter((file) => statSync(file, { throwIfNoEntry: false })?.isFile() === true)
      .filter((file) => [PASSPHRASE, WRONG].some((typed) => readFileSync(file).includes(typed)));
    expect(written).toEqual([]);
  });
});
