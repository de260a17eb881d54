/** Bytes that lie somewhere, in a file on disk or in what a browser was handed, read piece by piece. */
import crc32OfBytes from "crc-32";
import { FormatError } from "./error.ts";

/** Where bytes lie. */
export interface ByteStore {
  /** Name or path, for messages; its end says of which format they are. */
  readonly path: string;
  /** Throws, naming the path, where there are none. */
  open(): Promise<OpenStore>;
}

/** Bytes that can be read from any place. */
export interface OpenStore extends Disposable {
  /** How many there are. */
  readonly size: number;
  /** Fills `bytes`, or the front of them, from byte `offset` on, and returns how many it filled: none at the end. */
  read(bytes: Uint8Array<ArrayBuffer>, offset: number): Promise<number>;
  /** The runtime's own CRC-32 of `bytes` behind those of which it was `before`, where it has one. */
  readonly crc32?: Crc32 | undefined;
}

/** The CRC-32 of `bytes` behind those whose CRC-32 was `before` (0 where there are none). */
export type Crc32 = (bytes: Uint8Array, before: number) => number;

/** In plain JavaScript, many times slower than a runtime's own. */
export function crc32(bytes: Uint8Array, before: number): number {
  return crc32OfBytes.buf(bytes, before) >>> 0;
}

/** Fills `bytes` from byte `offset` of `opened` on. Throws, naming the path, where there are fewer. */
export async function fill(
  opened: OpenStore,
  bytes: Uint8Array<ArrayBuffer>,
  offset: number,
  { path }: Pick<ByteStore, "path">,
): Promise<void> {
  for (let filled = 0; filled < bytes.length;) {
    const read = await opened.read(bytes.subarray(filled), offset + filled);
    if (read === 0) {
      throw new FormatError(`${path}: truncated: expected ${bytes.length - filled} more bytes, found none`);
    }
    filled += read;
  }
}

/** `length` bytes from byte `offset` on. */
export async function readAt(
  opened: OpenStore,
  offset: number,
  length: number,
  store: Pick<ByteStore, "path">,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = new Uint8Array(length);
  await fill(opened, bytes, offset, store);
  return bytes;
}
