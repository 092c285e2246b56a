/**
 * A process to be killed: opens the store in argv[2] and changes it from many callers as fast as it can. Every acknowledged
 * change is printed as `ID VALUE` to stdout, which is a pipe and thus outside of the file system under test.
 * `ready` comes first. argv[3] is a prefix of its own for ids, argv[4] the number of callers (0 = none: only hold the folder),
 * argv[5] the bytes of a segment, argv[6] `no-sync` for a store that only pretends to sync: what a test must notice.
 */
import { writeSync } from 'node:fs';
import { systemClock } from '../../src/kernel/clock.ts';
import { realFs, type StoreFs } from '../../src/store/files/fs.ts';
import { openDatabase } from '../../src/store/index.ts';
import { noted, type NotedShape } from '../store/support/records.ts';
import { IDS_A_CALLER, NOTE_EVERY, noteOf } from './notes.ts';

const [dataDir = '', prefix = 'a', callers = '16', segmentBytes = '262144', sync = 'sync'] = process.argv.slice(2);

const pretending: StoreFs = {
  ...realFs,
  syncFolder: async () => undefined,
  open: async (path, how) => {
    const file = await realFs.open(path, how);
    return {
      write: (bytes, position) => file.write(bytes, position),
      truncate: (size) => file.truncate(size),
      close: () => file.close(),
      datasync: async () => undefined,
    };
  },
};

const db = await openDatabase<NotedShape>({
  dataDir,
  collections: noted,
  clock: systemClock,
  fs: sync === 'no-sync' ? pretending : realFs,
  segmentBytes: Number(segmentBytes),
  snapshotEveryRecords: 500,
});
writeSync(1, 'ready\n');

async function caller(name: string): Promise<void> {
  for (let value = 1; ; value++) {
    const id = `${prefix}-${name}-${value % IDS_A_CALLER}`;
    await db.transact((tx) => {
      const items = tx.collection('items');
      const old = items.find(id);
      if (old === undefined) items.insert({ id, value });
      else items.replace({ ...old, value });
      const tags = tx.collection('tags');
      const tag = tags.find(id);
      if (tag === undefined) tags.insert({ id, text: String(value) });
      else tags.replace({ ...tag, text: String(value) });
      if (value % NOTE_EVERY === 0) tx.collection('notes').insert(noteOf(id, value));
      tx.event({ kind: 'item_put', actor: 'engine', outcome: 'ok', target: `item/${id}`, detail: { value } });
    });
    db.record({ kind: 'trace', actor: 'engine', outcome: 'ok', target: id });
    writeSync(1, `${id} ${value}\n`);
  }
}

await Promise.all(Array.from({ length: Number(callers) }, (_, i) => caller(String(i))));
if (callers === '0') await new Promise(() => setInterval(() => undefined, 60_000));
