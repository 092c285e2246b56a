import { beforeEach, describe, expect, it } from 'vitest';
import { LinkReader, type KnownLink } from '../../../../src/engine/content/links/link-reader.ts';
import type { ResourceOutcome, ResourceRequest, Router } from '../../../../src/mcp/index.ts';
import { parseResourceLink } from '../../../../src/store/schema/link.ts';
import { FakeClock, settle } from '../../../support/fakes/fake-clock.ts';

const LINK = 'ops/fs:file:///rules.md';
const target = parseResourceLink(LINK) ?? { project: '', server: '', uri: '' };

let clock: FakeClock;
let asked: ResourceRequest[];
let outcome: (request: ResourceRequest) => ResourceOutcome | Promise<ResourceOutcome>;
let changes: [string, KnownLink][];
let reader: LinkReader;

const text = (words: string): ResourceOutcome => ({ kind: 'contents', contents: [{ uri: target.uri, text: words }] });
const down: ResourceOutcome = { kind: 'down', state: 'error', reason: 'EXIT_1' };
const told = (isStaleGood = false): string => {
  const { ok, ...rest } = reader.told(LINK, target, isStaleGood);
  return ok && 'good' in rest
    ? `${rest.good.text}${rest.old === undefined ? '' : ` (old)`}`
    : `missing: ${'reason' in rest ? rest.reason : ''}`;
};

beforeEach(() => {
  clock = new FakeClock();
  asked = [];
  changes = [];
  outcome = () => text('one');
  const router = {
    servers: {
      readResource: async (request: ResourceRequest) => {
        asked.push(request);
        return outcome(request);
      },
    },
  } as unknown as Router;
  reader = new LinkReader({
    clock,
    router: () => router,
    cut: (words, max) => words.slice(0, max),
    hasProject: (name) => name === 'ops',
    changed: (link, known) => void changes.push([link, known]),
  });
});

describe('LinkReader', () => {
  it('asks the server that the link names, for an agent, with bounds', async () => {
    await reader.read(LINK);
    expect(asked).toEqual([
      { project: 'ops', server: 'fs', uri: 'file:///rules.md', isUse: true, timeoutMs: 2_500, maxBytes: 4_194_304 },
    ]);
    expect(told()).toBe('one');
  });

  it('asks again after 60 s', async () => {
    await reader.read(LINK);
    await clock.advance(59_999);
    await reader.read(LINK);
    expect(asked).toHaveLength(1);
    outcome = () => text('two');
    await clock.advance(1);
    await reader.read(LINK);
    expect(told()).toBe('two');
  });

  it('asks again 15 s after a failure', async () => {
    outcome = () => down;
    await reader.read(LINK);
    await clock.advance(14_999);
    await reader.read(LINK);
    expect(asked).toHaveLength(1);
    expect(told()).toBe('missing: server fs failed: EXIT_1');
    outcome = () => text('back');
    await clock.advance(1);
    await reader.read(LINK);
    expect(told()).toBe('back');
  });

  it('reads a link once for all who ask at the same time', async () => {
    let answer: (outcome: ResourceOutcome) => void = () => undefined;
    outcome = () => new Promise((resolve) => (answer = resolve));
    const reads = [reader.read(LINK), reader.read(LINK), reader.check(LINK)];
    await settle();
    answer(text('one'));
    await Promise.all(reads);
    expect(asked).toHaveLength(1);
  });

  it('reads for an agent what a check under way could not see, because it starts nothing', async () => {
    outcome = ({ isUse }) => (isUse ? text('started') : { kind: 'busy' });
    const check = reader.check(LINK);
    await Promise.all([reader.read(LINK), reader.read(LINK), check]);
    expect(asked.map(({ isUse }) => isUse)).toEqual([false, true]);
    expect(told()).toBe('started');
  });

  it('gives an old text up to a day where that is wanted, with the reason', async () => {
    await reader.read(LINK);
    outcome = () => down;
    await clock.advance(60_000);
    await reader.read(LINK);
    expect(told()).toContain('missing');
    expect(told(true)).toBe('one (old)');
    await clock.advance(86_400_000 - 60_000);
    expect(told(true)).toBe('one (old)');
    await clock.advance(1);
    expect(told(true)).toContain('missing');
  });

  it('knows nothing of what nobody has read, and forgets what nobody links', async () => {
    expect(told()).toBe('missing: it has not been read yet');
    await reader.read(LINK);
    reader.keep(new Set());
    expect(reader.known(LINK)).toBeUndefined();
  });

  it('asks no server for a project that is not there', async () => {
    await reader.read('web/fs:file:///x');
    expect(asked).toEqual([]);
    expect(reader.known('web/fs:file:///x')?.failure).toMatchObject({
      health: 'dead',
      reason: 'there is no project web',
      next: 'mcptui get projects',
    });
  });

  it.each<[ResourceOutcome, string, RegExp, string]>([
    [{ kind: 'no-server' }, 'dead', /no server fs/, 'mcptui get servers'],
    [{ kind: 'other-project', project: 'web' }, 'dead', /in project web, not in ops/, 'link web/fs:file:///rules.md'],
    [{ kind: 'down', state: 'stopped', reason: 'by ann' }, 'unknown', /is stopped: by ann/, 'mcptui start fs'],
    [{ kind: 'down', state: 'starting', reason: 'x' }, 'unknown', /is starting/, 'mcptui describe server fs'],
    [down, 'dead', /failed: EXIT_1/, 'mcptui retry fs'],
    [{ kind: 'down', state: 'unreachable', reason: 'x' }, 'dead', /is unreachable/, 'mcptui describe server fs'],
    [{ kind: 'busy' }, 'unknown', /serves a session/, 'an agent that reads the prompt gets one'],
    [{ kind: 'no-resources' }, 'dead', /has no resources/, 'mcptui get resources --server fs'],
    [
      { kind: 'error', code: -32002, message: 'not found' },
      'dead',
      /refused it: not found/,
      'mcptui get resources --server fs',
    ],
    [{ kind: 'refused', message: '403' }, 'dead', /403/, 'mcptui describe server fs'],
    [{ kind: 'refused', message: '429', retryAfterMs: 5 }, 'unknown', /asked later/, 'mcptui describe server fs'],
    [{ kind: 'too-large' }, 'dead', /over 4 MiB/, 'link a smaller resource'],
    [{ kind: 'timeout' }, 'dead', /did not answer within 2\.5s/, 'mcptui describe server fs'],
    [{ kind: 'lost', message: 'gone' }, 'dead', /was lost: gone/, 'mcptui describe server fs'],
    [{ kind: 'contents', contents: [] }, 'dead', /gave nothing/, 'mcptui get resources --server fs'],
    [
      { kind: 'contents', contents: [{ blob: 'AA==', mimeType: 'image/png' }] },
      'dead',
      /binary \(image\/png\)/,
      'mcptui get resources --server fs',
    ],
  ])('makes of %j %s', async (answer, health, reason, next) => {
    outcome = () => answer;
    await reader.read(LINK);
    expect(reader.known(LINK)?.failure).toMatchObject({
      health,
      reason: expect.stringMatching(reason) as string,
      next,
    });
  });

  it('reads 16 links at a time, the others after them', async () => {
    const answers: ((outcome: ResourceOutcome) => void)[] = [];
    outcome = () => new Promise((resolve) => answers.push(resolve));
    const reads = Array.from({ length: 20 }, (_, n) => reader.read(`ops/fs:demo:${n}`));
    await settle();
    expect(asked).toHaveLength(16);
    for (let done = 0; done < 20; done += 1) {
      answers[done]?.(text('x'));
      await settle();
    }
    await Promise.all(reads);
    expect(asked).toHaveLength(20);
  });

  it('keeps 32 Mi characters at most: those that were read longest ago go', async () => {
    outcome = () => text('x'.repeat(256 * 1024));
    for (let n = 0; n < 130; n += 1) await reader.read(`ops/fs:demo:${n}`);
    expect(reader.known('ops/fs:demo:0')).toBeUndefined();
    expect(reader.known('ops/fs:demo:1')).toBeUndefined();
    expect(reader.known('ops/fs:demo:2')).toBeDefined();
  });
});
