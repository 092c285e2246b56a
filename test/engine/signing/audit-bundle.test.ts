import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalHash } from '../../../src/engine/signing/canonical.ts';
import { readBundle, sealed, verifyBundle, type AuditBundle } from '../../../src/engine/signing/audit-bundle.ts';
import { McptuiError } from '../../../src/kernel/errors.ts';
import { sha256 } from '../../../src/store/record.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { aDraftFor, queueOn } from '../../support/worlds/proposing.ts';
import { aSigner } from '../../support/worlds/signers.ts';

let harness: Harness;
let bundle: AuditBundle;

beforeAll(async () => {
  harness = await engineHarness();
  const { commands } = harness.engine;
  await commands.createProject('ops');
  const ann = await aSigner(commands, 'operator:ann');
  await commands.updateProject('ops', { approvals: { kind: 'signed' } });
  const { proposals } = queueOn(harness.db, harness.clock);
  const { id, hash } = await proposals.propose(aDraftFor('text', { place: { scope: 'project', project: 'ops' } }));
  await ann.commands.approveProposal(id, { hash });
  bundle = await commands.exportAudit(1, harness.db.head().events);
});
afterAll(() => harness.close());

/** The same records after somebody has changed them and put everything right that can be put right without a key. */
function forged(change: (body: string) => string): AuditBundle {
  let prev = bundle.start.hash;
  const records = bundle.records.map(({ body }) => {
    const next = change(body).replace(/"prev":"[0-9a-f]{64}"/, `"prev":"${prev}"`);
    prev = sha256(next);
    return { body: next, hash: prev };
  });
  const { digest: _, ...rest } = bundle;
  return sealed({ ...rest, records, head: { ...rest.head, hash: prev } });
}

describe('verifyBundle', () => {
  it('finds what was exported whole, with its signatures and its keys', () => {
    const report = verifyBundle(readBundle(JSON.stringify(bundle)), harness.db.head());
    expect(report).toMatchObject({ ok: true, signatures: 1, problems: [], keys: [{ subject: 'operator:ann' }] });
    expect(report.events).toBe(harness.db.head().events);
  });

  it('finds any character that differs', () => {
    const text = JSON.stringify(bundle);
    expect(verifyBundle(readBundle(text)).ok).toBe(true);
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('0', 'a', 'X', '"', '\\'), (at, put) => {
        fc.pre(text[at] !== put);
        const changed = text.slice(0, at) + put + text.slice(at + 1);
        try {
          return !verifyBundle(readBundle(changed)).ok;
        } catch (error) {
          return error instanceof McptuiError;
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('names the record that was changed', () => {
    const [first, ...others] = bundle.records;
    const body = first?.body.replace('"outcome":"ok"', '"outcome":"no"') ?? '';
    const { digest: _, ...rest } = bundle;
    const changed = sealed({ ...rest, records: [{ hash: first?.hash ?? '', body }, ...others] });
    expect(verifyBundle(changed).problems[0]).toBe('record 1 is not the one that its hash is of');
    expect(verifyBundle(changed).problems[1]).toBe('record 2 does not follow the record before it');
  });

  it('finds a signature that was changed though all hashes were made anew', () => {
    const problems = (change: (body: string) => string): readonly string[] => verifyBundle(forged(change)).problems;
    const n = bundle.records.flatMap(({ body }) => JSON.parse(body) as { events: { kind: string }[] }).length;
    expect(n).toBeGreaterThan(3);
    const signed = (change: (body: string) => string) => (body: string) =>
      body.includes('"decision_sign"') ? change(body) : body;
    expect(problems((body) => body)).toEqual([]);
    // What it was to sign is unsigned, then.
    const unsigned = expect.stringMatching(
      /^event \d+ \(record \d+\): approve of proposal\/\w+ by operator:ann carries no/,
    );
    expect(problems(signed((body) => body.replaceAll('"kind":"approve"', '"kind":"reject"')))).toEqual([
      expect.stringMatching(/^event \d+: the signature of operator:ann is wrong$/),
      unsigned,
    ]);
    expect(problems(signed((body) => body.replaceAll('operator:ann', 'operator:eve')))).toEqual([
      expect.stringMatching(/^event \d+: the signature of operator:eve is wrong$/),
      unsigned,
    ]);
    expect(problems(signed((body) => body.replaceAll(/"ref":"[^"]*"/g, '"ref":"other"')))).toEqual([
      expect.stringMatching(/^event \d+: what was shown is not what was signed$/),
      unsigned,
    ]);
    // One changed record before it changes every head after it.
    expect(problems((body) => body.replace('"actor":"operator"', '"actor":"nobody"'))).toEqual([
      expect.stringMatching(/^event \d+: it names a head that the journal does not have/),
      unsigned,
    ]);
  });

  it('finds a key that was put in the place of another', () => {
    const { digest: _, ...rest } = bundle;
    const keys = rest.keys.map((key) => ({ ...key, publicKey: `${key.publicKey.slice(0, -8)}AAAAAAA=` }));
    expect(verifyBundle(sealed({ ...rest, keys })).problems).toEqual([
      expect.stringContaining('its public half is of another key'),
    ]);
  });

  it('finds that a head that was kept is not in it', () => {
    const kept = { seq: 3, hash: canonicalHash('another') };
    expect(verifyBundle(bundle, kept).problems).toEqual([`record 3 with the hash ${kept.hash} is not in it`]);
  });
});

describe('exportAudit', () => {
  it('gives the records that hold a range, and says what there is when it cannot', async () => {
    const { commands } = harness.engine;
    const { records, start, head } = await commands.exportAudit(3, 4);
    expect(start.events).toBeLessThan(3);
    expect(head.events).toBeGreaterThanOrEqual(4);
    expect(records.length).toBeGreaterThan(0);
    expect(verifyBundle(await commands.exportAudit(3, harness.db.head().events))).toMatchObject({
      ok: true,
      signatures: 1,
    });
    await expect(commands.exportAudit(5, 9_999)).rejects.toMatchObject({ code: 'invalid' });
    await expect(commands.exportAudit(5, 4)).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('verifyAudit', () => {
  it('checks the signatures of the whole journal', async () => {
    expect(await harness.engine.commands.verifyAudit()).toMatchObject({ ok: true, signatures: 1 });
  });

  it('names a signature that says something else than its event', async () => {
    const event = (await harness.audit('decision_sign'))[0];
    if (event === undefined) throw new Error('nothing is signed');
    const { n: _n, at: _at, cause: _cause, ...draft } = event;
    await harness.db.transact((tx) => tx.event({ ...draft, target: 'proposal/p0000' }));
    const report = await harness.engine.commands.verifyAudit();
    expect(report).toMatchObject({ ok: false });
    expect(report.problems[0]?.reason).toMatch(/^event \d+: the signature is of another decision$/);
  });
});
