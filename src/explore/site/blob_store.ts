/** Files that a reader handed to the page, as the readers of formats take bytes: read where they lie, never held whole. */
/// <reference lib="dom" />
import type { ByteStore } from "../../formats/byte_store.ts";

/** `path` is for messages, and says by its end of which format the bytes are. */
export function blobStore(path: string, blob: Blob): ByteStore {
  return {
    path,
    open: () =>
      Promise.resolve({
        size: blob.size,
        async read(bytes, offset) {
          const found = new Uint8Array(await partOf(blob, offset, bytes.length, path));
          bytes.set(found);
          return found.length;
        },
        [Symbol.dispose]() {},
      }),
  };
}

/** Throws, naming the file, where it was changed or taken away since it was handed over. */
async function partOf(blob: Blob, offset: number, length: number, path: string): Promise<ArrayBuffer> {
  try {
    return await blob.slice(offset, offset + length).arrayBuffer();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(
      `${path}: expected the file as it was chosen, found it changed (${reason}); choose it again`,
    );
  }
}
