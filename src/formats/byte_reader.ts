/** Bytes of a file in order, or of an entry of a zip as they were before they were packed, checked by their CRC-32. */
import { type ByteStore, crc32, fill, type OpenStore } from "./byte_store.ts";
import type { StoredDtype } from "./elements.ts";
import { FormatError, quote } from "./error.ts";
import { wrongCrc } from "./zip_directory.ts";

/** Bytes that are unpacked at a time: they may become 1032 times as many. */
const PACKED_STEP = 2 ** 14;
/** Bytes that are read at a time where they are only passed over. */
const SKIP_STEP = 2 ** 16;

/** An entry of a zip, and where its bytes begin in the file. */
export interface EntryPlace {
  readonly name: string;
  readonly method: "stored" | "deflated";
  readonly crc: number;
  /** Bytes from the start of the file. */
  readonly start: number;
  /** Bytes in the file, and bytes that they stand for. */
  readonly packed: number;
  readonly size: number;
}

/** Where bytes lie: in a file, or in an entry of one. */
export interface BytePlace {
  readonly store: ByteStore;
  readonly entry: EntryPlace | null;
}

/** An array that lies in a file. */
export interface ArrayFile extends BytePlace {
  /** The file, and the tensor in it where there can be several: for messages. */
  readonly title: string;
  readonly stored: StoredDtype;
  readonly shape: readonly number[];
  /** Column by column in place of row by row. */
  readonly fortranOrder: boolean;
  /** The bytes of an element with the highest first. */
  readonly bigEndian: boolean;
  /** Of the first element, in bytes from the start of the file, or of the entry of a zip. */
  readonly offset: number;
}

/** Reads on from where it is. */
export interface ByteReader extends AsyncDisposable {
  /** Throws, naming the file, where there are fewer. */
  fill(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  /** Says that no more is wanted; throws where an entry goes on, or is not what was written. */
  end(): Promise<void>;
}

/** A reader that begins `offset` bytes after the start of the file or of the entry. */
export async function openBytes({ store, entry }: BytePlace, offset: number): Promise<ByteReader> {
  const opened = await store.open();
  try {
    if (entry === null) return new FileBytes(opened, store, offset);
    const reader = new EntryBytes(opened, store, entry);
    await skip(reader, offset);
    return reader;
  } catch (error) {
    opened[Symbol.dispose]();
    throw error;
  }
}

async function skip(reader: ByteReader, count: number): Promise<void> {
  const passed = new Uint8Array(Math.min(count, SKIP_STEP));
  for (let left = count; left > 0; left -= SKIP_STEP) await reader.fill(passed.subarray(0, left));
}

class FileBytes implements ByteReader {
  #at: number;

  constructor(readonly opened: OpenStore, readonly store: ByteStore, offset: number) {
    this.#at = offset;
  }

  async fill(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    await fill(this.opened, bytes, this.#at, this.store);
    this.#at += bytes.length;
  }

  end(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.opened[Symbol.dispose]();
    return Promise.resolve();
  }
}

class EntryBytes implements ByteReader {
  readonly #opened: OpenStore;
  readonly #store: ByteStore;
  readonly #entry: EntryPlace;
  /** Of a deflated entry. */
  readonly #unpacked: ReadableStreamDefaultReader<Uint8Array> | null;
  /** Unpacked and not yet handed over. */
  #rest: Uint8Array = new Uint8Array();
  #left: number;
  #crc = 0;

  constructor(opened: OpenStore, store: ByteStore, entry: EntryPlace) {
    this.#opened = opened;
    this.#store = store;
    this.#entry = entry;
    this.#left = entry.size;
    this.#unpacked = entry.method === "stored" ? null : unpack(opened, entry);
  }

  async fill(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes.length > this.#left) {
      throw this.#damaged(`ends ${bytes.length - this.#left} bytes before the array does`);
    }
    const { start, size } = this.#entry;
    if (this.#unpacked === null) await fill(this.#opened, bytes, start + size - this.#left, this.#store);
    else await this.#fillUnpacked(bytes);
    this.#left -= bytes.length;
    this.#crc = (this.#opened.crc32 ?? crc32)(bytes, this.#crc);
  }

  async end(): Promise<void> {
    if (this.#left > 0) throw this.#damaged(`goes on for ${this.#left} bytes behind the array`);
    if (this.#rest.length > 0 || await this.#next()) throw this.#damaged("unpacks to more than it says");
    if (this.#crc !== this.#entry.crc) {
      throw new FormatError(`${this.#store.path}: ${wrongCrc(this.#entry, this.#crc).message}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#unpacked?.cancel().catch(() => {});
    this.#opened[Symbol.dispose]();
  }

  async #fillUnpacked(bytes: Uint8Array): Promise<void> {
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

  /** Unpacks some more; false at the end. */
  async #next(): Promise<boolean> {
    if (this.#unpacked === null) return false;
    try {
      do {
        const { done, value } = await this.#unpacked.read();
        if (done) return false;
        this.#rest = value;
      } while (this.#rest.length === 0);
      return true;
    } catch (error) {
      if (error instanceof FormatError) throw error;
      throw this.#damaged("cannot be unpacked");
    }
  }

  #damaged(what: string): FormatError {
    return new FormatError(`${this.#store.path}: damaged: entry ${quote(this.#entry.name)} ${what}`);
  }
}

/** The bytes of a deflated entry, inflated. */
function unpack(
  opened: OpenStore,
  { start, packed }: EntryPlace,
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
  return source.pipeThrough(new DecompressionStream("deflate-raw")).getReader();
}
