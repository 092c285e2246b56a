import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AppliedDocument, ApplyOptions, GivenDocument } from '../../../src/engine/apply/types.ts';
import type { EngineCommands } from '../../../src/engine/commands/table/index.ts';
import { engineHarness, type Harness } from '../../support/worlds/engine-harness.ts';
import { everyKind } from '../../support/worlds/documents.ts';

let harness: Harness;
let ann: EngineCommands;
let bob: EngineCommands;

beforeEach(async () => {
  harness = await engineHarness();
  ann = harness.engine.commandsFor('operator:ann');
  bob = harness.engine.commandsFor('operator:bob');
});
afterEach(() => harness.close());

const server = (spec: object, metadata: object = {}): GivenDocument => ({
  kind: 'server',
  metadata: { name: 'gitea', project: 'ops', ...metadata },
  spec: { source: { kind: 'command', command: ['node', 'gitea.js'] }, replicas: 0, ...spec },
});

const apply = async (
  documents: readonly GivenDocument[],
  options?: ApplyOptions,
): Promise<readonly AppliedDocument[]> => ann.applyDocuments(documents, options);

const actions = (results: readonly AppliedDocument[]): readonly string[] =>
  results.map(
    ({ kind, ref, action, error }) => `${action} ${kind} ${ref}${error === undefined ? '' : `: ${error.message}`}`,
  );

describe('applyDocuments', () => {
  it('makes what is described, of each kind, whatever the order, and nothing the second time', async () => {
    const documents = everyKind().toReversed();
    const first = await apply(documents);
    expect(actions(first)).toEqual(
      documents.map(({ kind }) => expect.stringMatching(new RegExp(`^created ${kind} [^:]`))),
    );
    const before = (await harness.audit()).length;
    const { version } =
      harness.db
        .collection('agents')
        .all()
        .find(({ name }) => name === 'reviewer') ?? {};
    const second = await apply(documents);
    expect(actions(second)).toEqual(
      documents.map(({ kind }) => expect.stringMatching(new RegExp(`^unchanged ${kind} `))),
    );
    expect(await harness.audit()).toHaveLength(before);
    expect(
      harness.db
        .collection('agents')
        .all()
        .find(({ name }) => name === 'reviewer')?.version,
    ).toBe(version);
  });

  it('is undone by what it exports: applied, that changes nothing', async () => {
    await apply(everyKind());
    const out = await ann.exportDocuments();
    expect(out.map(({ kind }) => kind)).toEqual(expect.arrayContaining(everyKind().map(({ kind }) => kind)));
    expect(out.flatMap(({ leftOut }) => leftOut)).toEqual([]);
    const again = await apply(out.map(({ document }) => document as GivenDocument));
    expect(actions(again).filter((line) => !line.startsWith('unchanged'))).toEqual([]);
    const other = await engineHarness();
    try {
      const there = other.engine.commandsFor('operator:ann');
      const made = await there.applyDocuments(out.map(({ document }) => document as GivenDocument));
      expect(actions(made).filter((line) => !/^(?:created|unchanged|changed project default)/.test(line))).toEqual([]);
      expect(await there.exportDocuments()).toEqual(out);
    } finally {
      await other.close();
    }
  });

  it('writes one record a document, with its event and who owns what', async () => {
    await apply([server({ env: { LEVEL: 'debug' } })]);
    const all = await harness.audit();
    const at = all.findIndex(({ kind }) => kind === 'server_create');
    const events = all.slice(at, at + 2);
    const [first, last] = events;
    expect((await harness.db.excerpt(first?.n ?? 0, last?.n ?? 0)).records).toHaveLength(1);
    expect(events).toMatchObject([
      { kind: 'server_create', target: 'server/gitea', actor: 'operator:ann' },
      { kind: 'apply', target: 'server/gitea', message: expect.stringContaining('as apply: ') },
    ]);
  });

  it('changes its own fields, leaves what a person changed by hand, and takes away what it no longer names', async () => {
    await apply([server({ env: { LEVEL: 'debug', MODE: 'slow' } })]);
    await bob.updateServer('gitea', { patch: { env: { EXTRA: 'by hand' }, context: 'by hand' } });
    expect(await apply([server({ env: { LEVEL: 'info' } })])).toMatchObject([
      { action: 'changed', fields: ['env.LEVEL', 'env.MODE'] },
    ]);
    const [{ document } = { document: {} }] = await ann.exportDocuments({ kinds: ['server'] });
    expect(document).toMatchObject({ spec: { env: { LEVEL: 'info', EXTRA: 'by hand' }, context: 'by hand' } });
    expect(document).not.toHaveProperty('spec.env.MODE');
  });

  it('refuses to undo what a person changed by hand, names them, and changes nothing of the document', async () => {
    await apply([server({ env: { LEVEL: 'debug' }, context: 'old' })]);
    await bob.updateServer('gitea', { patch: { env: { LEVEL: 'trace' } } });
    const wanted = [server({ env: { LEVEL: 'info' }, context: 'new' })];
    expect(await apply(wanted)).toMatchObject([
      { action: 'conflict', conflicts: [{ field: 'env.LEVEL', owner: 'operator:bob', byHand: true }] },
    ]);
    expect(harness.db.collection('servers').all()[0]).toMatchObject({ context: 'old' });
    expect(await apply(wanted, { force: true })).toMatchObject([{ action: 'changed' }]);
    expect(harness.db.collection('servers').all()[0]).toMatchObject({ context: 'new' });
  });

  it('names both of two appliers that fight', async () => {
    await apply([server({ env: { LEVEL: 'debug' } })], { manager: 'web-team' });
    expect(await apply([server({ env: { LEVEL: 'info' } })], { manager: 'platform' })).toMatchObject([
      { action: 'conflict', conflicts: [{ field: 'env.LEVEL', owner: 'web-team', byHand: false }] },
    ]);
    expect(await apply([server({ env: { OTHER: '1' } })], { manager: 'platform' })).toMatchObject([
      { action: 'changed' },
    ]);
  });

  it('ends no other document by one that is refused, and names what is missing', async () => {
    const results = await apply([
      server({ replicas: 'two' }),
      { kind: 'prompt', metadata: { name: 'rules', project: 'nowhere' }, spec: { body: 'Be kind.' } },
      { kind: 'prompt', metadata: { name: 'style' }, spec: { body: 'Be kind.' } },
      { kind: 'prompt', metadata: { name: 'style' }, spec: { body: 'Be kind.' } },
    ] as GivenDocument[]);
    expect(results.map(({ action, error }) => [action, error?.message])).toEqual([
      ['refused', expect.stringContaining('spec.replicas')],
      ['refused', 'no project nowhere'],
      ['created', undefined],
      ['refused', 'prompt/style is there twice'],
    ]);
  });

  it('keeps values that look like secrets when it does not show them', async () => {
    const secret = 'sk1234567890abcdefABCDEF';
    await ann.createServer({
      name: 'gitea',
      project: 'ops',
      runtime: 'process',
      source: { kind: 'command', command: ['node', 'gitea.js'] },
      replicas: 0,
      env: [{ name: 'API_TOKEN', value: secret }],
    });
    const [out] = await ann.exportDocuments({ kinds: ['server'] });
    expect(JSON.stringify(out)).not.toContain(secret);
    expect(out?.leftOut).toEqual(['spec.env.API_TOKEN']);
    const spec = { ...(out?.document['spec'] as object), context: 'new' };
    expect(await apply([{ ...out?.document, spec } as unknown as GivenDocument])).toMatchObject([
      { action: 'changed' },
    ]);
    expect(harness.db.collection('servers').all()[0]).toMatchObject({ env: [{ name: 'API_TOKEN', value: secret }] });
  });

  it('of one that was deleted since makes a new one', async () => {
    await apply([server({ context: 'first' })]);
    await ann.deleteServer('gitea');
    expect(await apply([server({ context: 'second' })])).toMatchObject([{ action: 'created' }]);
  });
});

describe('planDocuments', () => {
  it('tells what applying would do, of documents that need each other, and writes nothing', async () => {
    const head = harness.db.head();
    const planned = await ann.planDocuments(everyKind());
    expect(actions(planned)).toEqual(
      everyKind().map(({ kind }) => expect.stringMatching(new RegExp(`^created ${kind} `))),
    );
    expect(harness.db.head()).toEqual(head);
    const made = await apply(everyKind());
    expect(planned.map(({ kind, ref, action, fields }) => ({ kind, ref, action, fields }))).toEqual(made);
  });

  it('shows both sides of a change, and that a value which it does not show is another one', async () => {
    await apply([server({ context: 'old', env: { API_TOKEN: 'a-token-of-some-length-1' } })]);
    const [plan] = await ann.planDocuments([
      server({ context: 'new', env: { API_TOKEN: 'a-token-of-some-length-2' } }),
    ]);
    expect(plan).toMatchObject({
      action: 'changed',
      before: { spec: { context: 'old', env: { API_TOKEN: '(set)' } } },
      after: { spec: { context: 'new', env: { API_TOKEN: '(set), another value' } } },
    });
  });
});

describe('labels', () => {
  it('select what is exported', async () => {
    await apply([server({}, { labels: { team: 'shop' } }), { kind: 'project', metadata: { name: 'other' } }]);
    const of = async (labels: Readonly<Record<string, string>>) =>
      (await ann.exportDocuments({ labels })).map(({ ref }) => ref);
    expect(await of({ team: 'shop' })).toEqual(['gitea']);
    expect(await of({ team: '' })).toEqual(['gitea']);
    expect(await of({ team: 'web' })).toEqual([]);
    expect(await apply([server({}, { labels: { team: 'web' } })])).toMatchObject([
      { action: 'changed', fields: ['labels.team'] },
    ]);
    expect(await of({ team: 'web' })).toEqual(['gitea']);
  });
});
