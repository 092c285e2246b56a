/** Two small collections, and ways to open a store of them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { systemClock, type Clock } from '../../../src/kernel/clock.ts';
import { openDatabase, type Database, type EventDraft, type OpenOptions } from '../../../src/store/index.ts';
import type { TakeLock } from '../../../src/store/files/lock.ts';
import type { Disk } from './disk.ts';
import { collections, noted, type NotedShape, type Shape } from './records.ts';

export { collections, noted, type NotedShape, type Shape };

/** A fresh folder, removed when the test ends. */
export async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mcptui-store-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A store on the real disk, closed when the test ends. */
export async function aStore(dataDir: string, options: Partial<OpenOptions> = {}): Promise<Database<Shape>> {
  const db = await openDatabase<Shape>({ dataDir, collections, clock: systemClock, ...options });
  onTestFinished(() => db.close());
  return db;
}

/** For disks in memory, where nobody else can be. */
export const noLock: TakeLock = async () => ({ release: async () => undefined });

export const DATA = '/data';

export function openOn(disk: Disk, clock: Clock, options: Partial<OpenOptions> = {}): Promise<Database<Shape>> {
  return openDatabase<Shape>({ dataDir: DATA, collections, clock, fs: disk, lock: noLock, ...options });
}

/** With the collection of notes. */
export function openNoted(disk: Disk, clock: Clock, options: Partial<OpenOptions> = {}): Promise<Database<NotedShape>> {
  return openDatabase<NotedShape>({ dataDir: DATA, collections: noted, clock, fs: disk, lock: noLock, ...options });
}

/** Inserts a note, with its event; resolves once durable. */
export function addNote(db: Database<NotedShape>, id: string, text: string): Promise<void> {
  return db.transact((tx) => {
    tx.collection('notes').insert({ id, title: `title of ${id}`, text });
    tx.event(anEvent('note_add', { target: `note/${id}` }));
  });
}

export function anEvent(kind: string, extra: Partial<EventDraft> = {}): EventDraft {
  return { kind, actor: 'operator:test', outcome: 'ok', ...extra };
}

/** Inserts or changes one item, with its event; resolves once durable. */
export function putItem(db: Database<Shape>, id: string, value: number): Promise<void> {
  return db.transact((tx) => {
    const items = tx.collection('items');
    const old = items.find(id);
    if (old === undefined) items.insert({ id, value });
    else items.replace({ ...old, value });
    tx.event(anEvent('item_put', { target: `item/${id}` }));
  });
}
