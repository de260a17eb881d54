/** Files of arrays on disk. */
import * as zlib from "node:zlib";
import { fileStore } from "../file_store.ts";
import { openArrays } from "../formats/array_file.ts";
import type { ArrayFile } from "../formats/byte_reader.ts";
import type { ByteStore, Crc32 } from "../formats/byte_store.ts";

/** The bytes of the file at `path`, with checksums at the runtime's speed: Node has them from 20.15 on. */
export function arrayStore(path: string): ByteStore {
  return fileStore(path, zlib.crc32 as Crc32 | undefined);
}

/** The arrays of the file at `path`, as {@link openArrays} finds them. Throws, naming the file, where it is not there. */
export async function openArraysAt(
  path: string,
  wanted?: readonly string[],
): Promise<Map<string, ArrayFile>> {
  return await openArrays(arrayStore(path), wanted);
}
