import { Low } from 'lowdb';
import { describe, expect, it } from 'vitest';
import { DurableAdapter, type Codec } from '../../../src/store/files/durable-adapter.ts';
import { Disk } from '../support/disk.ts';

const PATH = '/data/file.json';

const codec: Codec<{ value: number }> = {
  encode: (data) => [JSON.stringify(data)],
  decode(bytes) {
    return JSON.parse(bytes.toString()) as { value: number };
  },
};

async function aDisk(content?: string): Promise<Disk> {
  const disk = new Disk();
  await disk.makeFolder('/data');
  if (content !== undefined) disk.put(PATH, Buffer.from(content));
  return disk;
}

describe('DurableAdapter', () => {
  it('serves lowdb: reads what it wrote, and null when there is no file', async () => {
    const disk = await aDisk();
    const low = new Low(new DurableAdapter(disk, PATH, codec), { value: 0 });
    await low.read();
    expect(low.data).toEqual({ value: 0 });
    await low.update((data) => (data.value = 7));
    const again = new Low(new DurableAdapter(disk.after('synced'), PATH, codec), { value: 0 });
    await again.read();
    expect(again.data).toEqual({ value: 7 });
  });

  it('never writes over a file that it could not read, or has not', async () => {
    const disk = await aDisk('{"value":');
    const adapter = new DurableAdapter(disk, PATH, codec);
    await expect(adapter.write({ value: 1 })).rejects.toThrow('was not read');
    await expect(adapter.read()).rejects.toThrow('JSON');
    await expect(adapter.write({ value: 1 })).rejects.toThrow('was not read');
    expect(disk.content(PATH).toString()).toBe('{"value":');
  });

  it('leaves the old file or the new one at a crash of any operation, and no temporary file when an operation fails', async () => {
    const disk = await aDisk('{"value":1}');
    const writeWith = async (target: Disk): Promise<boolean> => {
      const adapter = new DurableAdapter(target, PATH, codec);
      await adapter.read();
      return adapter.write({ value: 2 }).then(
        () => true,
        () => false,
      );
    };
    for (let at = 1; at <= 5; at++) {
      const crashing = disk.copy();
      crashing.inject({ at, kind: 'crash', written: 0.5 });
      await writeWith(crashing);
      for (const survival of ['synced', 'all', 'names', 'content'] as const) {
        expect(['{"value":1}', '{"value":2}']).toContain(crashing.after(survival).content(PATH).toString());
      }
      const failing = disk.copy();
      failing.inject({ at, kind: 'ENOSPC', written: 0.5 });
      await writeWith(failing);
      expect(failing.files()).toEqual([PATH]);
    }
    expect(await writeWith(disk)).toBe(true);
    expect(disk.after('synced').content(PATH).toString()).toBe('{"value":2}');
  });
});
