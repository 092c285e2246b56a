/** Exports the store to the rest of the program. */
export { openDatabase, type OpenOptions } from './database.ts';
export type { CollectionSpec } from './collection.ts';
export type { CollectionSpecs } from './journal/replay.ts';
export type { Retention } from './journal/retention.ts';
export type * from './types.ts';
export { trialDatabase, withTransact } from './around.ts';
export { repairStore, type RepairOptions, type RepairReport } from './repair/repair.ts';
export { verifyStore } from './journal/verify.ts';
export { chainFault, eventsOf, follow, parseRecord } from './record.ts';
