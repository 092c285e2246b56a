/** Run by `modes.ts` with a umask of 0: prints every name of a file that was ever created with a mode other than 0600. */
import { statSync } from 'node:fs';
import { systemClock } from '../../../src/kernel/clock.ts';
import { realFs } from '../../../src/store/files/fs.ts';
import { openDatabase } from '../../../src/store/index.ts';
import { noted, type NotedShape } from './records.ts';

process.umask(0);
const fs = {
  ...realFs,
  open: async (path: string, how: 'create' | 'change') => {
    const file = await realFs.open(path, how);
    const mode = statSync(path).mode & 0o777;
    if (mode !== 0o600) process.stdout.write(`${path} ${mode.toString(8)} when opened\n`);
    return file;
  },
};
const db = await openDatabase<NotedShape>({
  dataDir: process.argv[2] ?? '',
  collections: noted,
  clock: systemClock,
  fs,
  segmentBytes: 300,
});
for (let value = 0; value < 5; value++)
  await db.transact((tx) => {
    tx.collection('items').insert({ id: `i${value}`, value });
    tx.collection('notes').insert({ id: `i${value}`, title: '', text: 'body' });
  });
await db.close();
