/** Makes zip files, sound ones and such that are not. */
import { crc32, deflateRawSync } from 'node:zlib';

export interface ZipPart {
  readonly name: string;
  readonly text?: string;
  /** With the type in its upper bits: `0o120777` is a symbolic link. */
  readonly mode?: number;
  readonly flags?: number;
  readonly method?: number;
  /** What the list says, when that is a lie. */
  readonly claimedBytes?: number;
  /** The name in front of the bytes, when that is another. */
  readonly localName?: string;
}

export function aZip(parts: readonly ZipPart[]): Buffer {
  const bodies: Buffer[] = [];
  const central: Buffer[] = [];
  let at = 0;
  for (const { name, text = '', mode = 0o100644, flags = 0, method = 8, claimedBytes, localName = name } of parts) {
    const plain = Buffer.from(text);
    const packed = method === 0 ? plain : deflateRawSync(plain);
    const head = (size: number, signature: number): Buffer => {
      const bytes = Buffer.alloc(size);
      bytes.writeUInt32LE(signature, 0);
      return bytes;
    };
    const local = head(30, 0x04034b50);
    local.writeUInt16LE(Buffer.byteLength(localName), 26);
    bodies.push(local, Buffer.from(localName), packed);
    const entry = head(46, 0x02014b50);
    entry.writeUInt16LE(flags, 8);
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(crc32(plain), 16);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt32LE(claimedBytes ?? plain.length, 24);
    entry.writeUInt16LE(Buffer.byteLength(name), 28);
    entry.writeUInt32LE((mode << 16) >>> 0, 38);
    entry.writeUInt32LE(at, 42);
    central.push(entry, Buffer.from(name));
    at += 30 + Buffer.byteLength(localName) + packed.length;
  }
  const list = Buffer.concat(central);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(parts.length, 8);
  end.writeUInt16LE(parts.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...bodies, list, end]);
}
