/** Deflated bytes that lie somewhere, inflated in order and some at a time. */
import type { OpenStore } from "./byte_store.ts";
import { FormatError } from "./error.ts";

/** Bytes that are unpacked at a time: they may become 1032 times as many. */
const PACKED_STEP = 2 ** 14;

/** Where deflated bytes begin in the file, and how many they are there. */
export interface PackedPlace {
  readonly start: number;
  readonly packed: number;
}

export class Inflated implements AsyncDisposable {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  /** Unpacked and not yet handed over. */
  #rest: Uint8Array = new Uint8Array();
  readonly #damaged: (what: string) => FormatError;

  /**
   * @param format "deflate" with zlib's header and checksum, "deflate-raw" without
   * @param damaged makes the error that names the file, of words as "cannot be unpacked"
   */
  constructor(
    opened: OpenStore,
    place: PackedPlace,
    format: "deflate" | "deflate-raw",
    damaged: (what: string) => FormatError,
  ) {
    this.#reader = unpack(opened, place, format);
    this.#damaged = damaged;
  }

  async fill(bytes: Uint8Array): Promise<void> {
    for (let filled = 0; filled < bytes.length;) {
      if (this.#rest.length === 0 && !await this.#next()) {
        throw this.#damaged("unpacks to less than it says");
      }
      const part = this.#rest.subarray(0, bytes.length - filled);
      bytes.set(part, filled);
      this.#rest = this.#rest.subarray(part.length);
      filled += part.length;
    }
  }

  /** Throws where there is more, or a checksum does not hold. */
  async end(): Promise<void> {
    if (this.#rest.length > 0 || await this.#next()) throw this.#damaged("unpacks to more than it says");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#reader.cancel().catch(() => {});
  }

  /** Unpacks some more; false at the end. */
  async #next(): Promise<boolean> {
    try {
      do {
        const { done, value } = await this.#reader.read();
        if (done) return false;
        this.#rest = value;
      } while (this.#rest.length === 0);
      return true;
    } catch (error) {
      if (error instanceof FormatError) throw error;
      throw this.#damaged("cannot be unpacked");
    }
  }
}

function unpack(
  opened: OpenStore,
  { start, packed }: PackedPlace,
  format: "deflate" | "deflate-raw",
): ReadableStreamDefaultReader<Uint8Array> {
  let taken = 0;
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      const bytes = new Uint8Array(Math.min(packed - taken, PACKED_STEP));
      const read = bytes.length === 0 ? 0 : await opened.read(bytes, start + taken);
      if (read === 0) return controller.close();
      taken += read;
      controller.enqueue(bytes.subarray(0, read));
    },
  }, { highWaterMark: 0 });
  return source.pipeThrough(new DecompressionStream(format)).getReader();
}
