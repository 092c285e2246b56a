/** The store, for the rest of the program. */
export { openDatabase, type OpenOptions } from './database.ts';
export type { CollectionSpec } from './collection.ts';
export type { CollectionSpecs } from './replay.ts';
export type { Retention } from './retention.ts';
export type * from './types.ts';
export { repairStore, type RepairOptions, type RepairReport } from './repair.ts';
export { verifyStore } from './verify.ts';
