/** What every engine must do for its users, wherever it runs; run on each, the one in memory for screens included. */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isReading, type CommandName } from '../../src/engine/commands/table/index.ts';
import type { Engine, EngineView, ViewPatch } from '../../src/engine/index.ts';
import { McptuiError } from '../../src/kernel/errors.ts';
import { applyPatches } from '../../src/engine/views/view-state.ts';
import type { AuditEvent } from '../../src/store/types.ts';
import { until } from '../support/until.ts';

export interface OpenedEngine {
  readonly engine: Engine;
  /** A server of this name is there from now on. */
  addServer(name: string): Promise<void>;
  /** It is there no longer. */
  removeServer(name: string): Promise<void>;
  /** So many audit events happen, at once. */
  happen(count: number): Promise<void>;
  /** Lets time pass for what gathers changes. */
  pass(): Promise<void>;
  /** Ends what runs the engine, does this while it is away, and starts it anew on what it has stored. */
  restart?(meanwhile: () => Promise<void>): Promise<void>;
  /** Closes all behind the engine as well. */
  close(): Promise<void>;
}

export interface EngineUnderTest {
  open(): Promise<OpenedEngine>;
  readonly isReadOnly?: boolean;
  /** It is attached to an engine elsewhere, which may go and come back: `restart` is there. */
  readonly isAttached?: boolean;
}

/** Commands that name something, with the name of nothing. */
const unknown: readonly (readonly [CommandName, ...unknown[]])[] = [
  ['deleteServer', 'nobody'],
  ['start', 'nobody'],
  ['stop', 'nobody'],
  ['restart', 'nobody'],
  ['retry', 'nobody'],
  ['hold', 'nobody'],
  ['probe', 'nobody'],
  ['beginLogin', 'nobody'],
  ['finishLogin', 'nobody', 'http://127.0.0.1:33418/callback?code=1&state=2'],
  ['logout', 'nobody'],
  ['removeSecret', 'nobody'],
  ['removeToken', 'nobody'],
  ['dropLists', 'nobody'],
  ['disconnectSession', 'nobody'],
  ['callTool', 'nobody', 'tool', {}],
  ['instanceDetail', 'nobody'],
  ['logs', 'nobody'],
  ['contentDetail', 'prompt', 'nobody'],
  ['revisions', 'prompt', 'nobody'],
  ['proposalDetail', 'nobody'],
];

/** Those that change something, with arguments that any engine could take. */
const changing: readonly (readonly [CommandName, ...unknown[]])[] = [
  ['createServer', { name: 'made', runtime: 'process', source: { kind: 'command', command: ['serve'] } }],
  ['start', 'first'],
  ['stop', 'first'],
  ['deleteServer', 'first'],
  ['setSecret', 'made', 'a value'],
];

type Call = (...args: readonly unknown[]) => Promise<unknown>;

const asTaken = (): string => 'done';
const codeOf = (error: unknown): unknown => (error instanceof McptuiError ? error.code : error);

export function engineContract(name: string, subject: EngineUnderTest): void {
  describe(`engine contract: ${name}`, () => {
    let opened: OpenedEngine;
    let engine: Engine;
    beforeEach(async () => {
      opened = await subject.open();
      ({ engine } = opened);
      await opened.addServer('first');
      await shown('first', true);
      await quiet();
    });
    afterEach(async () => {
      await engine.close();
      await opened.close();
    });

    const hasServer = (view: EngineView, server: string): boolean =>
      [...view.servers.values()].some((row) => row.name === server);
    async function shown(server: string, isThere: boolean): Promise<void> {
      const holds = async (): Promise<boolean> => {
        await opened.pass();
        return hasServer(engine.view(), server) === isThere;
      };
      await until(holds, `server ${server} ${isThere ? '' : 'not '}in the view`);
    }
    /** Until what the set-up began changes nothing more. */
    async function quiet(): Promise<void> {
      let before: EngineView | undefined;
      let same = 0;
      const holds = async (): Promise<boolean> => {
        await opened.pass();
        same = engine.view() === before ? same + 1 : 0;
        before = engine.view();
        return same === 3;
      };
      await until(holds, 'an engine at which nothing changes');
    }
    const call = (command: CommandName, args: readonly unknown[]): Promise<unknown> =>
      (engine.commands[command] as Call)(...args);

    it('gives the same view until something changes, then another one', async () => {
      const before = engine.view();
      expect(engine.view()).toBe(before);
      await opened.addServer('second');
      await shown('second', true);
      expect(engine.view()).not.toBe(before);
    });

    it('never changes a view that it gave out, nor what did not change', async () => {
      const before = engine.view();
      const copy = structuredClone(before);
      await opened.addServer('second');
      await shown('second', true);
      await opened.removeServer('first');
      await shown('first', false);
      expect(before).toEqual(copy);
      expect(hasServer(before, 'first')).toBe(true);
      expect(engine.view().skills).toBe(before.skills);
    });

    it('tells each change as patches that make the new view of the one before', async () => {
      let view = engine.view();
      const told: (readonly ViewPatch[])[] = [];
      const wrong: string[] = [];
      engine.subscribe((next, patches) => {
        const made = applyPatches(view, patches);
        if (!isDeepStrictEqual(made, next)) wrong.push(JSON.stringify(patches).slice(0, 300));
        if (engine.view() !== next) wrong.push('the view told is not the view');
        told.push(patches);
        view = next;
      });
      await opened.addServer('second');
      await shown('second', true);
      await opened.removeServer('second');
      await shown('second', false);
      await until(() => view === engine.view(), 'the last change being told');
      expect(wrong).toEqual([]);
      const ops = told.flat().flatMap((patch) => ('kind' in patch && patch.kind === 'servers' ? [patch.op] : []));
      expect([ops[0], ops.at(-1)]).toEqual(['put', 'delete']);
      expect(told.every((patches) => patches.length > 0)).toBe(true);
    });

    it('tells a change to all who listen, and not to those who stopped, in the midst of it neither', async () => {
      const told: string[] = [];
      const stopFirst = engine.subscribe(() => {
        told.push('first');
        stopFirst();
      });
      engine.subscribe(() => void told.push('second'));
      const stopNever = engine.subscribe(() => void told.push('never'));
      stopNever();
      stopNever();
      await opened.addServer('second');
      await shown('second', true);
      await opened.addServer('third');
      await shown('third', true);
      await until(() => told.filter((who) => who === 'second').length > 1, 'two changes');
      expect(told.filter((who) => who === 'first')).toHaveLength(1);
      expect(told).not.toContain('never');
    });

    it('tells 250 events in order, without a gap, in fewer pieces, and keeps them', async () => {
      const [last] = await engine.commands.events({ limit: 1 });
      const first = (last?.n ?? 0) + 1;
      const pieces: (readonly AuditEvent[])[] = [];
      const stop = engine.onEvents((events) => void pieces.push(events));
      await opened.happen(250);
      // What was gathered before may come too.
      const numbers = (): number[] =>
        pieces
          .flat()
          .map(({ n }) => n)
          .filter((n) => n >= first);
      const come = async (): Promise<boolean> => {
        await opened.pass();
        return numbers().some((n) => n >= first + 249);
      };
      await until(come, '250 events', { now: () => String(numbers().length) });
      expect(numbers()).toEqual(numbers().map((_, index) => first + index));
      expect(pieces.length).toBeLessThan(100);
      expect(pieces.every((events) => events.length > 0)).toBe(true);
      const kept = await engine.commands.events({ after: first - 1, limit: 250 });
      expect(kept.map(({ n }) => n)).toEqual(numbers().slice(0, 250));
      stop();
      const before = numbers().length;
      await opened.happen(3);
      for (let turn = 0; turn < 3; turn += 1) await opened.pass();
      expect(numbers()).toHaveLength(before);
    });

    it('rejects what names nothing with the code that says so', async () => {
      const codes = await Promise.all(unknown.map(([command, ...args]) => call(command, args).then(asTaken, codeOf)));
      const expected = unknown.map(([command]) =>
        subject.isReadOnly === true && !isReading(command) ? 'denied' : 'not-found',
      );
      expect(unknown.map(([command], index) => [command, codes[index]])).toEqual(
        unknown.map(([command], index) => [command, expected[index]]),
      );
    });

    it('takes every change, or refuses it and changes nothing', async () => {
      const before = [...engine.view().servers.values()];
      const ends: unknown[] = [];
      for (const [command, ...args] of changing) ends.push(await call(command, args).then(asTaken, codeOf));
      expect(ends).toEqual(changing.map(() => (subject.isReadOnly === true ? 'denied' : 'done')));
      if (subject.isReadOnly !== true) return;
      await quiet();
      expect([...engine.view().servers.values()]).toEqual(before);
    });

    it('is no thenable, so that it may be awaited', async () => {
      expect(await Promise.resolve(engine)).toBe(engine);
      expect(await Promise.resolve(engine.commands)).toBe(engine.commands);
    });

    it('lets go of who listens to the link', () => {
      const stop = engine.onLink(() => undefined);
      stop();
      expect(stop).not.toThrow();
    });

    const itAttached = subject.isAttached === true ? it : undefined;
    itAttached?.('comes back by itself when its engine was restarted', async () => {
      const links: string[] = [];
      const views: EngineView[] = [];
      const events: AuditEvent[] = [];
      engine.onLink((link) => void links.push(link));
      engine.subscribe((view) => void views.push(view));
      engine.onEvents((more) => void events.push(...more));
      const before = engine.view();
      await opened.restart?.(async () => {
        await until(() => links.includes('lost'), 'the loss being told');
        // What was known last stays, and nothing can be asked for.
        expect(engine.view()).toBe(before);
        expect(await call('start', ['first']).then(asTaken, codeOf)).toBe('unavailable');
      });
      await until(() => links.includes('attached'), 'an engine that is there again');
      expect(links).toEqual(['lost', 'attached']);
      expect(engine.view()).not.toBe(before);
      expect(views.at(-1)).toBe(engine.view());
      expect(hasServer(engine.view(), 'first')).toBe(true);
      await opened.removeServer('first');
      await shown('first', false);
      events.length = 0;
      await opened.happen(3);
      const come = async (): Promise<boolean> => {
        await opened.pass();
        return events.filter(({ kind }) => kind === 'bug').length === 3;
      };
      await until(come, 'three events', { now: () => JSON.stringify(events) });
    });

    it('closes once, however often it is asked', async () => {
      await Promise.all([engine.close(), engine.close()]);
      await engine.close();
      expect(hasServer(engine.view(), 'first')).toBe(true);
    });
  });
}
