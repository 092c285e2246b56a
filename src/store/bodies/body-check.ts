/** Checks what a snapshot says of bodies. Changes nothing. */
import type { KeptPlace } from './bodies.ts';
import { bodyPath, readLines, rowInBodyLine } from './body-files.ts';
import type { StoreFs } from '../files/fs.ts';
import { damaged } from '../journal/segments.ts';
import type { Snapshot } from '../snapshot.ts';

/** A body that cannot be read where the snapshot says it is. */
export interface BodyFault {
  readonly id: string;
  readonly file: string;
  readonly offset: number;
  readonly reason: string;
}

interface NamedPlace {
  readonly id: string;
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

function placesByFile(snapshot: Snapshot): Map<number, NamedPlace[]> {
  const named = snapshot.rows.flatMap(({ id }, i) => {
    const kept: KeptPlace | undefined = snapshot.places?.[i];
    return kept == null ? [] : [{ id, file: kept[0], offset: kept[1], length: kept[2] }];
  });
  return Map.groupBy(named, ({ file }) => file);
}

/** Reads every body. @throws system errors */
export async function bodyFaults(fs: StoreFs, dataDir: string, snapshot: Snapshot): Promise<BodyFault[]> {
  const faults: BodyFault[] = [];
  for (const [file, places] of placesByFile(snapshot)) {
    const path = bodyPath(dataDir, snapshot.collection, file);
    for await (const line of readLines(fs, path, places)) {
      const { id, offset } = line.at;
      if (line.body === undefined) faults.push({ id, file: path, offset, reason: line.reason });
      else if (rowInBodyLine(line.body, id) === undefined) {
        faults.push({ id, file: path, offset, reason: 'it is another body' });
      }
    }
  }
  return faults;
}

/** Looks at names and sizes only, so that opening does not take longer with more bodies. @throws McptuiError `unavailable` */
export async function checkBodyFiles(fs: StoreFs, dataDir: string, snapshot: Snapshot): Promise<void> {
  for (const [file, places] of placesByFile(snapshot)) {
    const path = bodyPath(dataDir, snapshot.collection, file);
    const size = (await fs.info(path))?.size;
    const end = places.reduce((most, { offset, length }) => Math.max(most, offset + length), 0);
    if (size === undefined) throw damaged(path, 0, `the file is missing, and ${places.length} bodies with it`);
    if (size < end) throw damaged(path, size, `the file ends before byte ${end}, up to which bodies are in it`);
  }
}
