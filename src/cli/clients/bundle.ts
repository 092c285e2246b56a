/** Imports the server of an MCPB bundle: judged and shown before anything is written. */
import { createHash } from 'node:crypto';
import { readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { planBundle, readManifest, type BundlePlan } from '../../clients/bundle/plan-bundle.ts';
import { unpackBundle } from '../../clients/bundle/unpack.ts';
import { MAX_ZIP_BYTES, ZipFile } from '../../clients/bundle/zip.ts';
import { checkedItems } from '../../clients/import/apply.ts';
import { readOnlyError } from '../../engine/commands/read-only.ts';
import type { Engine } from '../../engine/index.ts';
import { errnoOf, McptuiError } from '../../kernel/errors.ts';
import { nearestServerName } from '../../kernel/server-name.ts';
import type { Context } from '../context.ts';
import { carryOut, show } from './import.ts';
import { machineOf } from './machine.ts';
import { keptSecrets } from './planned-items.ts';
import { isAgreed } from './preview.ts';
import { answeredPlan, type RegistryImportFlags } from './registry.ts';

const MANIFEST = 'manifest.json';

export async function importBundle(
  context: Context,
  engine: Engine,
  live: boolean,
  file: string,
  flags: RegistryImportFlags,
): Promise<void> {
  const bytes = await bytesOf(file);
  const zip = new ZipFile(bytes);
  const manifest = readManifest(zip.read(MANIFEST).toString('utf8'));
  const { home, platform } = machineOf(context);
  const secrets = await keptSecrets(engine);
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, 12);
  const stem = nearestServerName(typeof manifest['name'] === 'string' ? manifest['name'] : '') ?? 'bundle';
  const folder = path.join(context.paths.dataDir, 'bundles', `${stem}-${hash}`);
  const plan = (answers: ReadonlyMap<string, string>): BundlePlan =>
    planBundle(manifest, {
      taken: [...engine.view().servers.values()].map(({ name }) => name),
      secrets,
      project: flags.project,
      start: flags.start === true,
      answers,
      origin: path.resolve(file),
      home,
      platform,
      folder,
      has: (name) => zip.has(name),
    });
  const { item } = await answeredPlan(context, plan, flags);
  const items = await checkedItems(engine.commands, [item]);
  await show(context, items, flags);
  if (items.some(({ state }) => state === 'refused')) throw new McptuiError('invalid', `${file} cannot be imported`);
  if (flags.dryRun === true) return;
  if (context.access.isReadOnly) throw readOnlyError();
  if (!(await isAgreed(context, `unpack and import ${path.basename(file)}`, flags))) return;
  const isNew = await unpackBundle(zip, folder);
  const made = await carryOut(context, engine, items, live);
  if (made.length === 0 && isNew) await rm(folder, { recursive: true, force: true });
}

async function bytesOf(file: string): Promise<Buffer> {
  try {
    const { size } = await stat(file);
    if (size > MAX_ZIP_BYTES) throw new McptuiError('invalid', `${file} is over ${MAX_ZIP_BYTES / 1024 / 1024} MiB`);
    return await readFile(file);
  } catch (error) {
    if (error instanceof McptuiError) throw error;
    throw new McptuiError('invalid', `cannot read ${file}: ${errnoOf(error) ?? 'unknown error'}`, { cause: error });
  }
}
