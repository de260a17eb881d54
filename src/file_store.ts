/** Files on disk, as the readers of formats take bytes. */
import * as zlib from "node:zlib";
import { openArrays } from "./formats/array_file.ts";
import type { ArrayFile } from "./formats/byte_reader.ts";
import type { ByteStore, Crc32 } from "./formats/byte_store.ts";

/** Not in Node before 20.15. */
const crc32 = zlib.crc32 as Crc32 | undefined;

/** The bytes of the file at `path`, opened when they are read. */
export function fileStore(path: string): ByteStore {
  return {
    path,
    open: async () => {
      const file = await openToRead(path);
      const { size } = await file.stat();
      let at = 0;
      return {
        size,
        crc32,
        async read(bytes, offset) {
          if (offset !== at) at = await file.seek(offset, Deno.SeekMode.Start);
          const read = await file.read(bytes) ?? 0;
          at += read;
          return read;
        },
        [Symbol.dispose]: () => file.close(),
      };
    },
  };
}

/** The arrays of the file at `path`, as {@link openArrays} finds them. Throws, naming the file, where it is not there. */
export async function openArraysAt(
  path: string,
  wanted?: readonly string[],
): Promise<Map<string, ArrayFile>> {
  return await openArrays(fileStore(path), wanted);
}

async function openToRead(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`expected a file ${path}, found none`);
    throw error;
  }
}
