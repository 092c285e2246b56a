/** Reads zip files of foreign origin: every entry is judged before anything is taken out, and each is bounded and checked. Pure. */
import { crc32, inflateRawSync } from 'node:zlib';
import { McptuiError } from '../../kernel/errors.ts';

/** Larger files are no bundles. */
export const MAX_ZIP_BYTES = 256 * 1024 * 1024;
const MAX_ENTRIES = 20_000;
/** Of all that it holds, unpacked. */
const MAX_UNPACKED_BYTES = 1024 * 1024 * 1024;
const MAX_NAME_BYTES = 1_024;

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_BYTES = 22;
const CENTRAL_BYTES = 46;
const LOCAL_BYTES = 30;
/** A comment behind the end has a length of two bytes. */
const MAX_COMMENT = 0xffff;
const STORED = 0;
const DEFLATED = 8;
const LINK = 0o120000;
const FORMAT = 0o170000;

export interface ZipEntry {
  /** With `/`, below the folder that it is unpacked into. */
  readonly name: string;
  readonly bytes: number;
  readonly isExecutable: boolean;
}

interface Packed extends ZipEntry {
  readonly at: number;
  readonly packedBytes: number;
  readonly method: number;
  readonly crc: number;
  readonly rawName: Buffer;
}

export class ZipFile {
  readonly #bytes: Buffer;
  readonly #entries: ReadonlyMap<string, Packed>;

  /** @throws McptuiError `invalid` for what is no zip, or one that is not to be unpacked */
  constructor(bytes: Buffer) {
    if (bytes.length > MAX_ZIP_BYTES) throw bad(`it is over ${MAX_ZIP_BYTES / 1024 / 1024} MiB`);
    this.#bytes = bytes;
    this.#entries = entriesOf(bytes);
  }

  get files(): readonly ZipEntry[] {
    return [...this.#entries.values()];
  }

  has(name: string): boolean {
    return this.#entries.has(name);
  }

  /** @throws McptuiError `invalid` for an entry that is not what it says */
  read(name: string): Buffer {
    const entry = this.#entries.get(name);
    if (entry === undefined) throw bad(`it holds no ${name}`);
    const packed = packedBytes(this.#bytes, entry);
    const bytes = entry.method === STORED ? packed : inflated(packed, entry);
    if (bytes.length !== entry.bytes || crc32(bytes) !== entry.crc) throw bad(`${name} is damaged`);
    return bytes;
  }
}

const bad = (why: string): McptuiError =>
  new McptuiError('invalid', `the bundle is not unpacked: ${why}`, {
    hint: 'nothing was written; ask its maker for a sound one',
  });

function inflated(packed: Buffer, { name, bytes }: Packed): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(1, bytes) });
  } catch {
    throw bad(`${name} is damaged, or larger than it says`);
  }
}

function packedBytes(bytes: Buffer, { name, at, packedBytes: length, rawName }: Packed): Buffer {
  if (at + LOCAL_BYTES > bytes.length || bytes.readUInt32LE(at) !== LOCAL)
    throw bad(`${name} is not where it should be`);
  const nameBytes = bytes.readUInt16LE(at + 26);
  const start = at + LOCAL_BYTES + nameBytes + bytes.readUInt16LE(at + 28);
  // Two names for one file: readers would disagree which it is.
  if (!bytes.subarray(at + LOCAL_BYTES, at + LOCAL_BYTES + nameBytes).equals(rawName))
    throw bad(`${name} has two names`);
  if (start + length > bytes.length) throw bad(`${name} ends behind the file`);
  return bytes.subarray(start, start + length);
}

function entriesOf(bytes: Buffer): ReadonlyMap<string, Packed> {
  const end = endOf(bytes);
  const count = bytes.readUInt16LE(end + 10);
  let at = bytes.readUInt32LE(end + 16);
  if (count === 0xffff || at === 0xffffffff) throw bad('it is a zip of 64 bits');
  if (count > MAX_ENTRIES) throw bad(`it holds ${count} files, at most ${MAX_ENTRIES} are unpacked`);
  if (bytes.readUInt16LE(end + 8) !== count) throw bad('it is one of several parts');
  const found = new Map<string, Packed>();
  /** In small letters: two files of one name on some systems; and folders that are no files. */
  const files = new Set<string>();
  const folders = new Set<string>();
  let total = 0;
  for (let index = 0; index < count; index += 1) {
    if (at + CENTRAL_BYTES > end || bytes.readUInt32LE(at) !== CENTRAL) throw bad('its list of files is damaged');
    const length =
      CENTRAL_BYTES + bytes.readUInt16LE(at + 28) + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
    const entry = entryAt(bytes, at);
    at += length;
    if (entry === undefined) continue;
    total += entry.bytes;
    if (total > MAX_UNPACKED_BYTES) throw bad(`it holds over ${MAX_UNPACKED_BYTES / 1024 / 1024} MiB`);
    const small = entry.name.toLowerCase();
    if (files.has(small)) throw bad(`${entry.name} is in it twice`);
    files.add(small);
    const parts = small.split('/');
    for (let depth = 1; depth < parts.length; depth += 1) folders.add(parts.slice(0, depth).join('/'));
    found.set(entry.name, entry);
  }
  for (const folder of folders) if (files.has(folder)) throw bad(`${folder} is a file and a folder`);
  return found;
}

function endOf(bytes: Buffer): number {
  const least = Math.max(0, bytes.length - END_BYTES - MAX_COMMENT);
  for (let at = bytes.length - END_BYTES; at >= least; at -= 1) {
    if (bytes.readUInt32LE(at) === END && at + END_BYTES + bytes.readUInt16LE(at + 20) === bytes.length) return at;
  }
  throw bad('it is no zip file');
}

/** Undefined for a folder, which its files bring along. */
function entryAt(bytes: Buffer, at: number): Packed | undefined {
  const rawName = bytes.subarray(at + CENTRAL_BYTES, at + CENTRAL_BYTES + bytes.readUInt16LE(at + 28));
  const name = rawName.toString('utf8');
  const mode = bytes.readUInt32LE(at + 38) >>> 16;
  refuseName(name, rawName);
  if ((bytes.readUInt16LE(at + 8) & 1) === 1) throw bad(`${name} is encrypted`);
  if ((mode & FORMAT) === LINK) throw bad(`${name} is a symbolic link`);
  if (name.endsWith('/')) return undefined;
  const method = bytes.readUInt16LE(at + 10);
  if (method !== STORED && method !== DEFLATED) throw bad(`${name} is packed in a way that is not known`);
  return {
    name,
    rawName,
    method,
    crc: bytes.readUInt32LE(at + 16),
    packedBytes: bytes.readUInt32LE(at + 20),
    bytes: bytes.readUInt32LE(at + 24),
    at: bytes.readUInt32LE(at + 42),
    isExecutable: (mode & 0o111) !== 0,
  };
}

/** No path leads out of the folder, and none means two things. */
function refuseName(name: string, raw: Buffer): void {
  const shown = JSON.stringify(name.slice(0, 80));
  if (raw.length === 0 || raw.length > MAX_NAME_BYTES || !Buffer.from(name).equals(raw))
    throw bad(`${shown} is no name of a file`);
  const isOdd = name.startsWith('/') || name.includes('\\') || name.includes(':') || /\p{Cc}/u.test(name);
  const parts = (name.endsWith('/') ? name.slice(0, -1) : name).split('/');
  if (isOdd || parts.some((part) => part === '' || part === '.' || part === '..'))
    throw bad(`${shown} leads out of its folder`);
}
