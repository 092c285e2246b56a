/** A worker thread that opens the folder in `workerData`, says `open`, and holds it until it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../../src/kernel/clock.ts';
import { openDatabase } from '../../../src/store/index.ts';
import { collections, type Shape } from './records.ts';

await openDatabase<Shape>({ dataDir: String(workerData), collections, clock: systemClock });
parentPort?.on('message', () => undefined);
parentPort?.postMessage('open');
