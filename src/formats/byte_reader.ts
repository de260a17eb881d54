/** Bytes of a file in order, or of an entry of a zip as they were before they were packed, checked by their CRC-32. */
import { type ByteStore, crc32, fill, type OpenStore } from "./byte_store.ts";
import type { StoredDtype } from "./elements.ts";
import { FormatError, quote } from "./error.ts";
import { Inflated } from "./inflate.ts";
import { wrongCrc } from "./zip_directory.ts";

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
  readonly #inflated: Inflated | null;
  #left: number;
  #crc = 0;

  constructor(opened: OpenStore, store: ByteStore, entry: EntryPlace) {
    this.#opened = opened;
    this.#store = store;
    this.#entry = entry;
    this.#left = entry.size;
    this.#inflated = entry.method === "stored"
      ? null
      : new Inflated(opened, entry, "deflate-raw", (what) => this.#damaged(what));
  }

  async fill(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    if (bytes.length > this.#left) {
      throw this.#damaged(`ends ${bytes.length - this.#left} bytes before the array does`);
    }
    const { start, size } = this.#entry;
    if (this.#inflated === null) await fill(this.#opened, bytes, start + size - this.#left, this.#store);
    else await this.#inflated.fill(bytes);
    this.#left -= bytes.length;
    this.#crc = (this.#opened.crc32 ?? crc32)(bytes, this.#crc);
  }

  async end(): Promise<void> {
    if (this.#left > 0) throw this.#damaged(`goes on for ${this.#left} bytes behind the array`);
    await this.#inflated?.end();
    if (this.#crc !== this.#entry.crc) {
      throw new FormatError(`${this.#store.path}: ${wrongCrc(this.#entry, this.#crc).message}`);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#inflated?.[Symbol.asyncDispose]();
    this.#opened[Symbol.dispose]();
  }

  #damaged(what: string): FormatError {
    return new FormatError(`${this.#store.path}: damaged: entry ${quote(this.#entry.name)} ${what}`);
  }
}
