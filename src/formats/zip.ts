/**
 * The zip files that PyTorch writes: entries stored uncompressed; written ones are below 4 GiB in all. Own code because
 * libraries neither align an entry's bytes nor check the CRC of a stored one, and because refusing compression makes it
 * impossible for a small file to ask for much memory.
 * Layout: PKWARE's APPNOTE.TXT, sections 4.3.7 (local header), 4.3.12 (directory), 4.3.16 (end record).
 */
import crc32 from "crc-32";
import { FormatError, quote } from "./error.ts";
import {
  dataStart,
  DIRECTORY,
  directoryPlace,
  END,
  LIMIT_16,
  LIMIT_32,
  LOCAL,
  localHeaderSize,
  readEntries,
  requireApart,
  wrongCrc,
  type ZipEntry,
} from "./zip_directory.ts";

const STORED = 0;
const UTF8_NAMES = 0x800;
/** 1980-01-01, the first date that a zip can hold, so that equal contents give equal files. */
const DATE = 0x21;
/** PyTorch pads with an extra field of this id so that tensors can be mapped to memory. */
const PADDING_ID = 0x4246;
const PADDING_HEADER = 4;
const ALIGNMENT = 64;
const TOO_LARGE = "zip files are written with at most 4 GiB and 65534 entries here";

/** The entries of a zip by name. */
export interface Zip {
  readonly names: readonly string[];
  /** The bytes of an entry, not copied; undefined where there is none. Throws where its CRC does not match. */
  read(name: string): Uint8Array | undefined;
}

/** An entry, and where its data lies in the file. */
interface Placement extends ZipEntry {
  readonly dataStart: number;
  readonly end: number;
}

/** Reads the directory of a zip and checks that every entry lies inside the file and apart from the others. */
export function readZip(bytes: Uint8Array): Zip {
  const directory = directoryPlace(bytes, bytes.length);
  const entries = readEntries(bytes.subarray(directory.start, directory.end), directory)
    .map((entry) => placement(entry, bytes, directory.start));
  requireApart(entries);
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
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

function placement(entry: ZipEntry, bytes: Uint8Array, limit: number): Placement {
  if (entry.method !== "stored") {
    const advice = "torch.save never compresses, so zip the files again with `zip -0`";
    throw new FormatError(`entry ${quote(entry.name)} is compressed; ${advice}`);
  }
  const header = bytes.subarray(entry.start, entry.start + localHeaderSize(entry));
  const start = dataStart(entry, header, limit);
  return { ...entry, dataStart: start, end: start + entry.size };
}

function checkCrc(entry: ZipEntry, data: Uint8Array): void {
  // PyTorch writes 0 where the user turned checksums off (torch.serialization.set_crc32_options).
  if (entry.crc === 0) return;
  const found = crc32.buf(data) >>> 0;
  if (found !== entry.crc) throw wrongCrc(entry, found);
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
