/** When programs of managed models run, where they are asked, and why they are not. */
import { beforeEach, describe, expect, it } from 'vitest';
import { LiveInstance } from '../../../src/engine/instances/live-instance.ts';
import { errorState, runningState, type StartingState } from '../../../src/engine/instances/live-state.ts';
import { ModelBook } from '../../../src/engine/models/model-book.ts';
import type { Look } from '../../../src/engine/models/model-client.ts';
import { ModelPrograms } from '../../../src/engine/models/model-programs.ts';
import { programOf } from '../../../src/engine/models/program.ts';
import type { ModelOutcome } from '../../../src/engine/models/types.ts';
import { silentLogger } from '../../../src/kernel/log.ts';
import type { Model } from '../../../src/store/schema/model.ts';
import { aManagedModel, aModel } from '../../support/builders/models.ts';
import { FakeClock } from '../../support/fakes/fake-clock.ts';
import { request } from '../../contracts/model-contract.ts';

const answer: ModelOutcome = { ok: true, answer: { value: { refs: [] }, tokensIn: 1, tokensOut: 1 } };

/** One managed model with its instance, and what was asked of both. */
class World {
  readonly clock = new FakeClock();
  readonly live: LiveInstance;
  readonly asked: string[] = [];
  readonly saved: string[] = [];
  /** Ports that are free, in order; then 4711. */
  readonly ports: number[] = [];
  look: Look = { ok: true };
  wakes = 0;
  readonly programs: ModelPrograms;
  readonly book: ModelBook;
  readonly model: Model;
  models: readonly Model[];

  constructor(model = aManagedModel()) {
    this.model = model;
    this.models = [model];
    const now = this.clock.now();
    this.live = new LiveInstance(
      {
        id: 'ins_1',
        serverId: model.id,
        name: 'llm.small-1',
        ordinal: 1,
        desired: 'stopped',
        desiredBy: 'idle',
        desiredAt: now,
        held: false,
        restarts: 0,
        generation: 0,
        events: [],
        createdAt: now,
      },
      now,
    );
    const fleet = {
      all: () => [this.live],
      get: () => this.live,
      save: (_live: LiveInstance, events: readonly { readonly kind: string }[] = []) => {
        this.saved.push(...events.map(({ kind }) => kind));
        return Promise.resolve();
      },
      namesOf: () => ({ instance: 'llm.small-1', server: 'llm.small' }),
    };
    const rows = { all: () => this.models, find: (id: string) => this.models.find((one) => one.id === id) };
    const db = { collection: () => rows } as never;
    this.programs = new ModelPrograms({
      clock: this.clock,
      db,
      client: { look: () => Promise.resolve(this.look) },
      fleet: () => fleet,
      wake: () => void (this.wakes += 1),
      freePort: () => Promise.resolve(this.ports.shift() ?? 4_711),
      isPassive: false,
    });
    this.book = new ModelBook({
      clock: this.clock,
      db: { collection: () => ({ ...rows, find: () => undefined, all: () => this.models }) } as never,
      logger: silentLogger,
      client: {
        ask: ({ url }) => {
          this.asked.push(url);
          return Promise.resolve(answer);
        },
        close: () => undefined,
      },
      programs: this.programs,
    });
  }

  start(): StartingState {
    const server = programOf({ ...this.model, version: 1 });
    if (server === undefined) throw new Error('no program');
    const started = { server, version: 1, atMono: this.clock.monotonicMs() };
    const serving = { lease: undefined, failedLists: new Map<string, string>() };
    const attempt = new AbortController();
    const state = { phase: 'starting', started, attempt, ended: Promise.resolve(), serving } as const;
    this.live.enter(state, this.clock);
    this.live.started = started;
    return state;
  }

  async run(): Promise<void> {
    const begun = this.start();
    await this.programs.place('ins_1', begun.started.server);
    this.live.enter(runningState(begun, {} as never, new Map()), this.clock);
    this.live.record = { ...this.live.record, desired: 'running', desiredBy: 'engine' };
  }

  why(): string {
    const reach = this.programs.reach(this.model);
    return reach.ok ? reach.model.url : reach.reason;
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe('ModelPrograms', () => {
  it('wakes one that rests, and says that it is loading until it runs', async () => {
    expect(world.programs.view(world.model)).toMatchObject({ state: 'idle' });
    expect(world.why()).toBe('model small is loading');
    expect(world.live.record).toMatchObject({ desired: 'running', desiredBy: 'engine' });
    expect(world.saved).toEqual(['instance_wake']);
    expect(world.wakes).toBe(1);
    world.start();
    expect(world.why()).toBe('model small is loading');
    expect(world.wakes).toBe(1);
  });

  it('says where it is asked while it runs, at the port that it was given', async () => {
    await world.run();
    expect(world.why()).toBe('http://127.0.0.1:4711/v1');
    world.live.drainingSinceMono = world.clock.monotonicMs();
    expect(world.why()).toBe('model small is loading: it restarts');
  });

  it('gives no two of them one port, and one of them its own again', async () => {
    const server = programOf({ ...world.model, version: 1 }) as never;
    world.ports.push(4_000, 4_000, 4_001, 4_000);
    expect((await world.programs.place('ins_1', server))?.port).toBe(4_000);
    expect((await world.programs.place('ins_2', server))?.port).toBe(4_001);
    expect((await world.programs.place('ins_1', server))?.port).toBe(4_000);
  });

  it('leaves alone what an operator has stopped', () => {
    world.live.record = { ...world.live.record, desiredBy: 'operator:ann' };
    expect(world.why()).toBe('model small is stopped by operator:ann');
    expect(world.wakes).toBe(0);
  });

  it('tells why it failed and when it is tried again', () => {
    world.start();
    world.live.record = {
      ...world.live.record,
      failure: { kind: 'exit', isInitialized: true, code: null, signal: 'SIGKILL', lastLines: [] },
    };
    world.live.enter(errorState(world.clock.monotonicMs() + 29_500), world.clock);
    expect(world.why()).toBe('model small failed: EXITED: killed by SIGKILL; next try in 30 s');
  });

  it('lets it rest after 15 min without a question, and not while one is open', async () => {
    await world.run();
    await world.clock.advance(15 * 60_000 - 1);
    const end = world.programs.use(world.model);
    await world.clock.advance(15 * 60_000);
    world.programs.look(world.live);
    expect(world.live.record.desired).toBe('running');
    end();
    await world.clock.advance(15 * 60_000 - 1);
    world.programs.look(world.live);
    expect(world.live.record.desired).toBe('running');
    await world.clock.advance(1);
    world.programs.look(world.live);
    expect(world.live.record).toMatchObject({ desired: 'stopped', desiredBy: 'idle' });
    expect(world.saved).toEqual(['instance_rest']);
  });

  it('keeps one that is always warm running, and wakes it by itself', async () => {
    world = new World(aManagedModel({ warm: 'always' }));
    expect(world.programs.restingBy('mdl_small')).toBeUndefined();
    world.programs.look(world.live);
    expect(world.live.record).toMatchObject({ desired: 'running', desiredBy: 'engine' });
    await world.run();
    await world.clock.advance(60 * 60_000);
    world.programs.look(world.live);
    expect(world.live.record.desired).toBe('running');
  });

  it('has a new instance rest until it is needed', () => {
    expect(world.programs.restingBy('mdl_small')).toBe('idle');
    expect(world.programs.restingBy('srv_other')).toBeUndefined();
  });

  it.each([
    [{ ok: true }, { ok: true }],
    [{ ok: false, failure: { kind: 'late', reason: 'no answer within 10 s' } }, { code: 'PROBE_TIMEOUT' }],
    [{ ok: false, failure: { kind: 'down', reason: 'refused' } }, { code: 'PROBE_LOST' }],
    [{ ok: false, failure: { kind: 'garbage', reason: 'its answer is no JSON' } }, { code: 'PROBE_REFUSED' }],
  ] as const)('makes of the look %j the probe %j', async (look, probe) => {
    await world.run();
    world.look = look;
    expect(await world.programs.probe('ins_1', { timeoutMs: 10 }, new AbortController().signal)).toMatchObject(probe);
  });

  it('counts no probe as lost that comes late while it thinks', async () => {
    await world.run();
    world.look = { ok: false, failure: { kind: 'late', reason: 'no answer within 10 s' } };
    const end = world.programs.use(world.model);
    const probe = (): Promise<unknown> =>
      world.programs.probe('ins_1', { timeoutMs: 10 }, new AbortController().signal);
    expect(await probe()).toMatchObject({ ok: true });
    end();
    expect(await probe()).toMatchObject({ ok: false, code: 'PROBE_TIMEOUT' });
  });

  it('starts nothing where no engine runs', () => {
    const { clock } = world;
    const db = { collection: () => ({ all: () => [], find: () => undefined }) } as never;
    const parts = { clock, db, client: { look: () => Promise.resolve(world.look) }, wake: () => undefined };
    const fleet = (): never => {
      throw new Error('there are no instances');
    };
    const programs = new ModelPrograms({ ...parts, fleet, freePort: () => Promise.resolve(1), isPassive: true });
    expect(programs.reach(world.model)).toMatchObject({ reason: 'model small does not run: no engine is running' });
  });
});

describe('ModelBook of a managed model', () => {
  it('asks it where it runs, as a model of this machine', async () => {
    await world.run();
    expect(await world.book.ask('local', 'fast', request)).toMatchObject({ ok: true, model: 'small' });
    expect(world.asked).toEqual(['http://127.0.0.1:4711/v1']);
    expect(await world.book.ask('none', 'fast', request)).toMatchObject({ ok: false });
  });

  it('asks the next one while it loads, or says why there is no answer; that is no failure of its', async () => {
    expect(await world.book.ask('local', 'fast', request)).toEqual({ ok: false, reason: 'model small is loading' });
    expect(world.book.health(world.model)).toMatchObject({ failures: 0, used: { asked: 0 } });
    world.models = [world.model, { ...aModel(), id: 'mdl_other', name: 'other' }];
    expect(await world.book.ask('local', 'fast', request)).toMatchObject({ ok: true, model: 'other' });
  });

  it('is used up like any other', async () => {
    world = new World(aManagedModel({}, { dailyTokens: 1 }));
    await world.run();
    await world.book.ask('local', 'fast', request);
    const second = await world.book.ask('local', 'fast', request);
    expect(second).toEqual({ ok: false, reason: 'model small has used 2 of 1 tokens today' });
  });

  it('is warmed up for a session, when it is the first that would be asked', () => {
    world.book.warmup('none');
    expect(world.wakes).toBe(0);
    world.models = [{ ...aModel(), id: 'mdl_other', name: 'other' }, world.model];
    world.book.warmup('local');
    expect(world.wakes).toBe(0);
    world.models = [world.model];
    world.book.warmup('local');
    expect(world.wakes).toBe(1);
  });
});
