/**
 * The directory of a zip: where it lies, what it says of each entry, and where an entry's bytes begin. Own code because
 * no library reads a directory from pieces of a file without leave to open it; zip64 as Python's zipfile writes it.
 * Layout: PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.14 to 4.3.16 (its end), 4.5.3
 * (sizes of zip64).
 */
import { FormatError, quote } from "./error.ts";

/** Records of a zip: how they begin, and their sizes without what varies. */
export const LOCAL = { signature: 0x04034b50, size: 30 } as const;
export const DIRECTORY = { signature: 0x02014b50, size: 46 } as const;
export const END = { signature: 0x06054b50, size: 22 } as const;
const END_64 = { signature: 0x06064b50, size: 56 } as const;
const LOCATOR_64 = { signature: 0x07064b50, size: 20 } as const;

export const LIMIT_32 = 0xffffffff;
export const LIMIT_16 = 0xffff;
/** Id of the extra field with sizes that 32 bits do not hold. */
const SIZES_64 = 1;
const ENCRYPTED = 1;
const METHODS = new Map([[0, "stored"], [8, "deflated"]] as const);

/** The last bytes of a file, as many as hold all that says where its directory lies. */
export const ZIP_TAIL = END.size + LIMIT_16 + LOCATOR_64.size + END_64.size;

/** Where the directory lies, in bytes from the start of the file, and how many entries it says to have. */
export interface DirectoryPlace {
  readonly start: number;
  readonly end: number;
  readonly count: number;
}

/** An entry as the directory describes it. */
export interface ZipEntry {
  readonly name: string;
  readonly nameLength: number;
  readonly crc: number;
  readonly method: "stored" | "deflated";
  /** Bytes in the file, and bytes that they stand for. */
  readonly packed: number;
  readonly size: number;
  /** Of its local header, in bytes from the start of the file. */
  readonly start: number;
}

/** Finds the directory by the last bytes of a file of `size` bytes (`ZIP_TAIL` of them, or all there are). */
export function directoryPlace(tail: Uint8Array, size: number): DirectoryPlace {
  const view = new DataView(tail.buffer, tail.byteOffset, tail.byteLength);
  const before = size - tail.byteLength;
  const end = findEnd(view);
  const locator = end - LOCATOR_64.size;
  const large = locator >= 0 && view.getUint32(locator, true) === LOCATOR_64.signature;
  const [count, length, start, limit] = large ? end64(view, locator, before) : [
    view.getUint16(end + 10, true),
    view.getUint32(end + 12, true),
    view.getUint32(end + 16, true),
    before + end,
  ];
  if (start + length > limit) throw new FormatError("damaged: the zip's directory lies outside the file");
  return { start, end: start + length, count };
}

/** The entries that the bytes of a directory describe. Throws unless they are as many as it says. */
export function readEntries(bytes: Uint8Array, { start, count }: DirectoryPlace): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ZipEntry[] = [];
  let offset = 0;
  while (entries.length < count) {
    if (offset + DIRECTORY.size > bytes.length || view.getUint32(offset, true) !== DIRECTORY.signature) {
      throw new FormatError(
        `damaged: expected ${count} entries in the zip's directory, found ${entries.length}`,
      );
    }
    const next = offset + DIRECTORY.size + view.getUint16(offset + 28, true) +
      view.getUint16(offset + 30, true) + view.getUint16(offset + 32, true);
    if (next > bytes.length) {
      throw new FormatError("damaged: a name in the zip's directory runs past its end");
    }
    entries.push(readEntry(bytes, view, offset, start));
    offset = next;
  }
  requireDistinct(entries);
  return entries;
}

/** Bytes of the local header that {@link dataStart} reads. */
export function localHeaderSize({ nameLength }: ZipEntry): number {
  return LOCAL.size + nameLength;
}

/**
 * Where the bytes of an entry begin, by its local header, whose first bytes are `header`. Throws where that is not
 * there, or the bytes run past `limit`, the start of the directory.
 */
export function dataStart(entry: ZipEntry, header: Uint8Array, limit: number): number {
  const { name, nameLength, start, packed } = entry;
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const fits = header.length >= localHeaderSize(entry) &&
    view.getUint32(0, true) === LOCAL.signature && view.getUint16(26, true) === nameLength;
  if (!fits || text(header, LOCAL.size, nameLength) !== name) {
    throw new FormatError(`damaged: entry ${quote(name)} of the zip's directory is not where it should be`);
  }
  const found = start + LOCAL.size + nameLength + view.getUint16(28, true);
  if (found + packed > limit) {
    throw new FormatError(`damaged: the data of entry ${quote(name)} lies outside the file`);
  }
  return found;
}

/** Throws where two entries share bytes: `spans` are where each begins, with its header, and ends. */
export function requireApart(
  spans: readonly { readonly name: string; readonly start: number; readonly end: number }[],
): void {
  const sorted = spans.toSorted((a, b) => a.start - b.start);
  const clash = sorted.find((entry, i) => i > 0 && entry.start < sorted[i - 1]!.end);
  if (clash) throw new FormatError(`damaged: entry ${quote(clash.name)} of the zip overlaps another`);
}

/** The error of bytes that are not those that were written. */
export function wrongCrc({ name, crc }: { name: string; crc: number }, found: number): FormatError {
  return new FormatError(
    `damaged: the CRC-32 of entry ${quote(name)} is ${found.toString(16)}, expected ${crc.toString(16)}`,
  );
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

/** Count, length, start and limit of a directory whose numbers may need 64 bits. */
function end64(view: DataView, locator: number, before: number): [number, number, number, number] {
  const place = wide(view, locator + 8);
  const at = place - before;
  if (at < 0 || at + END_64.size > locator || view.getUint32(at, true) !== END_64.signature) {
    throw new FormatError("damaged: the end of the zip's directory is not where it should be");
  }
  return [wide(view, at + 32), wide(view, at + 40), wide(view, at + 48), place];
}

function readEntry(bytes: Uint8Array, view: DataView, offset: number, limit: number): ZipEntry {
  const nameLength = view.getUint16(offset + 28, true);
  const name = text(bytes, offset + DIRECTORY.size, nameLength);
  if (view.getUint16(offset + 8, true) & ENCRYPTED) {
    throw new FormatError(`entry ${quote(name)} is encrypted`);
  }
  const code = view.getUint16(offset + 10, true);
  const method = METHODS.get(code as 0 | 8);
  if (method === undefined) {
    throw new FormatError(
      `entry ${quote(name)}: expected it stored or deflated, found zip's method ${code}`,
    );
  }
  const extra = offset + DIRECTORY.size + nameLength;
  const sizes = wideSizes(view, extra, extra + view.getUint16(offset + 30, true));
  // In this order the extra field holds those that its place in the entry has no room for.
  const [size, packed, start] = [24, 20, 42].map((field) => {
    const value = view.getUint32(offset + field, true);
    if (value !== LIMIT_32) return value;
    const next = sizes.next().value;
    if (next === undefined) throw new FormatError(`damaged: a size of entry ${quote(name)} is missing`);
    return next;
  }) as [number, number, number];
  if (start + LOCAL.size + nameLength > limit) {
    throw new FormatError(`damaged: the header of entry ${quote(name)} lies outside the file`);
  }
  if (method === "stored" && packed !== size) {
    throw new FormatError(`damaged: the two sizes of the stored entry ${quote(name)} differ`);
  }
  return { name, nameLength, crc: view.getUint32(offset + 16, true), method, packed, size, start };
}

/** The numbers of the extra field of zip64 between two offsets, if it is there. */
function* wideSizes(view: DataView, start: number, end: number): Generator<number, undefined> {
  for (let at = start; at + 4 <= end;) {
    const next = at + 4 + view.getUint16(at + 2, true);
    if (view.getUint16(at, true) === SIZES_64) {
      for (let value = at + 4; value + 8 <= Math.min(next, end); value += 8) yield wide(view, value);
      return;
    }
    at = next;
  }
}

/** Throws where two entries have one name. */
function requireDistinct(entries: readonly ZipEntry[]): void {
  if (new Set(entries.map(({ name }) => name)).size < entries.length) {
    throw new FormatError("the zip has two entries of one name");
  }
}

/** A number of 64 bits; one that is no exact integer here lies outside of every file. */
function wide(view: DataView, offset: number): number {
  return Number(view.getBigUint64(offset, true));
}

function text(bytes: Uint8Array, at: number, length: number): string {
  return new TextDecoder().decode(bytes.subarray(at, at + length));
}
