/**
 * The zip files that PyTorch writes: entries stored uncompressed, below 4 GiB in all. Own code because libraries
 * neither align an entry's bytes nor check the CRC of a stored one, and because refusing compression makes it
 * impossible for a small file to ask for much memory.
 * Layout: PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end record).
 */
import crc32 from "crc-32";
import { FormatError, quote } from "./error.ts";

const LOCAL = { signature: 0x04034b50, size: 30 } as const;
const DIRECTORY = { signature: 0x02014b50, size: 46 } as const;
const END = { signature: 0x06054b50, size: 22 } as const;

const LIMIT_32 = 0xffffffff;
const LIMIT_16 = 0xffff;
const STORED = 0;
const ENCRYPTED = 1;
const UTF8_NAMES = 0x800;
/** 1980-01-01, the first date that a zip can hold, so that equal contents give equal files. */
const DATE = 0x21;
/** PyTorch pads with an extra field of this id so that tensors can be mapped to memory. */
const PADDING_ID = 0x4246;
const PADDING_HEADER = 4;
const ALIGNMENT = 64;
const TOO_LARGE = "zip files hold at most 4 GiB and 65534 entries here";

/** The entries of a zip by name. */
export interface Zip {
  readonly names: readonly string[];
  /** The bytes of an entry, not copied; undefined where there is none. Throws where its CRC does not match. */
  read(name: string): Uint8Array | undefined;
}

interface Entry {
  readonly name: string;
  readonly crc: number;
  /** Bytes from the start of the file: of the local header, and of the data. */
  readonly start: number;
  readonly dataStart: number;
  readonly end: number;
}

/** Reads the directory of a zip and checks that every entry lies inside the file and apart from the others. */
export function readZip(bytes: Uint8Array): Zip {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries = readDirectory(bytes, view);
  checkOverlap(entries);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  if (byName.size < entries.length) throw new FormatError("the zip has two entries of one name");
  const verified = new Set<string>();

  return {
    names: [...byName.keys()],
    read(name) {
      const entry = byName.get(name);
      if (!entry) return undefined;
      const data = bytes.subarray(entry.dataStart, entry.end);
      if (!verified.has(name)) checkCrc(entry, data);
      verified.add(name);
      return data;
    },
  };
}

/**
 * A zip of stored entries, each beginning at a multiple of 64 bytes, in the order given: its bytes one piece after the
 * other, headers and the data as given, not copied.
 */
export function zipPieces(entries: readonly (readonly [name: string, data: Uint8Array])[]): Uint8Array[] {
  const placed = place(entries);
  const directoryStart = placed.at(-1)?.end ?? 0;
  const directory = placed.flatMap(({ name, start, fields }) => [
    ...u32(DIRECTORY.signature),
    ...u16(0),
    ...fields,
    ...u16(name.length, 0, 0, 0, 0),
    ...u32(0, start),
    ...name,
  ]);
  const size = directoryStart + directory.length + END.size;
  if (size > LIMIT_32 || entries.length >= LIMIT_16) {
    throw new FormatError(`${entries.length} entries take ${size} bytes; ${TOO_LARGE}`);
  }
  const count = entries.length;
  const end = [
    ...u32(END.signature),
    ...u16(0, 0, count, count),
    ...u32(directory.length, directoryStart),
    ...u16(0),
  ];
  return [
    ...placed.flatMap((entry) => [localHeader(entry), entry.data]),
    Uint8Array.from([...directory, ...end]),
  ];
}

/** The header of an entry, with the padding that puts the data behind it at its place. */
function localHeader({ name, start, dataStart, fields }: Placed): Uint8Array {
  const padding = dataStart - start - LOCAL.size - name.length;
  const header = new Uint8Array(dataStart - start);
  header.set([
    ...u32(LOCAL.signature),
    ...fields,
    ...u16(name.length, padding),
    ...name,
    ...u16(PADDING_ID, padding - PADDING_HEADER),
  ]);
  return header;
}

interface Placed {
  readonly name: number[];
  readonly data: Uint8Array;
  /** Offsets of the local header, of the data and of their end. */
  readonly start: number;
  readonly dataStart: number;
  readonly end: number;
  /** What the local header and the directory both state, from the version to the sizes. */
  readonly fields: readonly number[];
}

function place(entries: readonly (readonly [string, Uint8Array])[]): Placed[] {
  let end = 0;
  return entries.map(([name, data]) => {
    const start = end;
    const encoded = [...new TextEncoder().encode(name)];
    const headerEnd = start + LOCAL.size + encoded.length + PADDING_HEADER;
    const dataStart = Math.ceil(headerEnd / ALIGNMENT) * ALIGNMENT;
    end = dataStart + data.length;
    const fields = [
      ...u16(0, UTF8_NAMES, STORED, 0, DATE),
      ...u32(crc32.buf(data) >>> 0, data.length, data.length),
    ];
    return { name: encoded, data, start, dataStart, end, fields };
  });
}

function u16(...values: readonly number[]): number[] {
  return values.flatMap((value) => [value & 255, value >>> 8]);
}

function u32(...values: readonly number[]): number[] {
  return values.flatMap((value) => [value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24]);
}

function readDirectory(bytes: Uint8Array, view: DataView): Entry[] {
  const end = findEnd(view);
  const count = view.getUint16(end + 10, true);
  const size = view.getUint32(end + 12, true);
  const start = view.getUint32(end + 16, true);
  if (count === LIMIT_16 || size === LIMIT_32 || start === LIMIT_32) throw new FormatError(TOO_LARGE);
  if (start + size > end) throw new FormatError("damaged: the zip's directory lies outside the file");

  const entries: Entry[] = [];
  let offset = start;
  while (entries.length < count) {
    if (offset + DIRECTORY.size > end || view.getUint32(offset, true) !== DIRECTORY.signature) {
      throw new FormatError(
        `damaged: expected ${count} entries in the zip's directory, found ${entries.length}`,
      );
    }
    const next = offset + DIRECTORY.size + view.getUint16(offset + 28, true) +
      view.getUint16(offset + 30, true) +
      view.getUint16(offset + 32, true);
    if (next > end) throw new FormatError("damaged: a name in the zip's directory runs past its end");
    entries.push(readEntry(bytes, view, offset, start));
    offset = next;
  }
  return entries;
}

/** The end record is the last thing in the file, but for a comment whose length it states. */
function findEnd(view: DataView): number {
  const first = Math.max(0, view.byteLength - END.size - LIMIT_16);
  for (let offset = view.byteLength - END.size; offset >= first; offset--) {
    const isEnd = view.getUint32(offset, true) === END.signature;
    if (isEnd && offset + END.size + view.getUint16(offset + 20, true) === view.byteLength) return offset;
  }
  throw new FormatError("truncated, or not a zip: it does not end with a zip's directory");
}

function readEntry(bytes: Uint8Array, view: DataView, offset: number, limit: number): Entry {
  const nameBytes = (at: number, length: number) => new TextDecoder().decode(bytes.subarray(at, at + length));
  const nameLength = view.getUint16(offset + 28, true);
  const name = nameBytes(offset + DIRECTORY.size, nameLength);
  const flags = view.getUint16(offset + 8, true);
  const method = view.getUint16(offset + 10, true);
  const packed = view.getUint32(offset + 20, true);
  const size = view.getUint32(offset + 24, true);
  const start = view.getUint32(offset + 42, true);
  if (size === LIMIT_32 || packed === LIMIT_32 || start === LIMIT_32) throw new FormatError(TOO_LARGE);
  if (flags & ENCRYPTED) throw new FormatError(`entry ${quote(name)} is encrypted`);
  if (method !== STORED || packed !== size) {
    const advice = "torch.save never compresses, so zip the files again with `zip -0`";
    throw new FormatError(`entry ${quote(name)} is compressed; ${advice}`);
  }

  const damaged = (what: string) =>
    new FormatError(`damaged: the ${what} of entry ${quote(name)} lies outside the file`);
  if (start + LOCAL.size > limit) throw damaged("header");
  const dataStart = start + LOCAL.size + view.getUint16(start + 26, true) + view.getUint16(start + 28, true);
  if (dataStart + size > limit) throw damaged("data");
  const isLocal = view.getUint32(start, true) === LOCAL.signature &&
    view.getUint16(start + 26, true) === nameLength;
  if (!isLocal || nameBytes(start + LOCAL.size, nameLength) !== name) {
    throw new FormatError(`damaged: entry ${quote(name)} of the zip's directory is not where it should be`);
  }
  return { name, crc: view.getUint32(offset + 16, true), start, dataStart, end: dataStart + size };
}

function checkOverlap(entries: readonly Entry[]): void {
  const sorted = entries.toSorted((a, b) => a.start - b.start);
  const clash = sorted.find((entry, i) => i > 0 && entry.start < sorted[i - 1].end);
  if (clash) throw new FormatError(`damaged: entry ${quote(clash.name)} of the zip overlaps another`);
}

function checkCrc({ name, crc }: Entry, data: Uint8Array): void {
  // PyTorch writes 0 where the user turned checksums off (torch.serialization.set_crc32_options).
  if (crc === 0) return;
  const found = crc32.buf(data) >>> 0;
  if (found !== crc) {
    throw new FormatError(
      `damaged: the CRC-32 of entry ${quote(name)} is ${found.toString(16)}, expected ${crc.toString(16)}`,
    );
  }
}
