/** Files on disk, as the readers of formats take bytes. */
import type { ByteStore, Crc32 } from "./formats/byte_store.ts";

/** The bytes of the file at `path`, opened when they are read. `crc32` is the runtime's own, where it has one. */
export function fileStore(path: string, crc32?: Crc32): ByteStore {
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

async function openToRead(path: string): Promise<Deno.FsFile> {
  try {
    return await Deno.open(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw new Error(`expected a file ${path}, found none`);
    throw error;
  }
}
