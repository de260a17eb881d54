/** Finds, opens and checks the native library; every call into it goes through here. */
import { check, newErrorBuffer } from "./error.ts";
import { ABI_VERSION, SYMBOLS } from "./symbols.ts";

/** Written by `deno task setup`; names the library it built. */
const SETUP_FILE = new URL("../../native/build/setup.json", import.meta.url);

/** What it is built from: a package of the library has none of it. */
const SOURCES = new URL("../../native/include/nc.h", import.meta.url);

const REMEDY = "run `deno task setup` to build it again";

type Symbols = typeof SYMBOLS;
type Native = Deno.DynamicLibrary<Symbols>["symbols"];
type WithoutError<Parameters> = Parameters extends [...infer Rest, unknown] ? Rest : never;
type Fallible = Exclude<keyof Symbols, "nc_abi_version" | "nc_leave">;
/** Symbols that run on another thread, and those that run on this one. */
export type LongCall = { [K in Fallible]: Symbols[K] extends { nonblocking: true } ? K : never }[Fallible];
export type ShortCall = Exclude<Fallible, LongCall>;
/** A symbol's arguments without the error buffer. */
export type Arguments<K extends Fallible> = WithoutError<Parameters<Native[K]>>;

export interface LibraryDescription {
  /** Version of libtorch, e.g. "2.13.0". */
  readonly libtorch: string;
  /** Usable CUDA devices. */
  readonly cuda: number;
  /** "yes", or why training steps cannot be recorded as CUDA graphs. */
  readonly cudaGraphs: string;
  /** Widest vector instructions libtorch uses here, e.g. "AVX512". */
  readonly cpuCapability: string;
  readonly threads: number;
  readonly deterministic: boolean;
  /** "yes", or why ranks cannot meet. */
  readonly gloo: string;
}

/** The libraries that are open or still in a call. */
const loaded = new Set<Deno.DynamicLibrary<Symbols>>();

export class Library {
  readonly #library: Deno.DynamicLibrary<Symbols>;
  /** The arguments of calls on other threads. */
  readonly #inUse = new Set<readonly unknown[]>();
  #closed = false;

  private constructor(library: Deno.DynamicLibrary<Symbols>) {
    this.#library = library;
    loaded.add(library);
  }

  /** Opens the library that set-up built, or the one at `path`. Throws, naming the remedy, where that fails. */
  static open(path: string = builtLibrary()): Library {
    let library;
    try {
      library = Deno.dlopen(path, SYMBOLS);
    } catch (cause) {
      if (cause instanceof Deno.errors.NotCapable) throw cause;
      // Another version lacks whichever symbol is looked for first; its number says more than that symbol's name.
      requireVersion(path, versionOf(path));
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new Error(`cannot open the native library ${path} (${reason}): ${REMEDY}`);
    }
    try {
      requireVersion(path, library.symbols.nc_abi_version());
    } catch (error) {
      library.close();
      throw error;
    }
    return new Library(library);
  }

  /** Calls a symbol on this thread and throws what it reports. */
  call<K extends ShortCall>(name: K, ...args: Arguments<K>): void {
    const error = newErrorBuffer();
    const symbol = this.#symbols[name] as (...all: unknown[]) => number;
    check(symbol(...args, error), error);
  }

  /** Calls a symbol on another thread. The buffers among `args` must not be touched until it is done. */
  async callLong<K extends LongCall>(name: K, ...args: Arguments<K>): Promise<void> {
    const error = newErrorBuffer();
    const symbol = this.#symbols[name] as (...all: unknown[]) => Promise<number>;
    const all = [...args, error];
    // Not every Deno 2 keeps the memory that another thread works on from being collected.
    this.#inUse.add(all);
    try {
      check(await symbol(...all), error);
    } finally {
      this.#inUse.delete(all);
      this.#closeWhenStill();
    }
  }

  describe(): LibraryDescription {
    const text = new Uint8Array(1024);
    this.call("nc_describe", text, BigInt(text.length));
    const lines = new TextDecoder().decode(text.subarray(0, text.indexOf(0))).trim().split("\n");
    const fields = Object.fromEntries(lines.map((line) => line.split("=")));
    return {
      libtorch: fields.libtorch,
      cuda: Number(fields.cuda),
      cudaGraphs: fields.cuda_graphs,
      cpuCapability: fields.cpu_capability,
      threads: Number(fields.threads),
      deterministic: fields.deterministic === "yes",
      gloo: fields.gloo,
    };
  }

  /** Threads every later call may use. */
  setThreads(threads: number): void {
    this.call("nc_set_threads", threads);
  }

  /**
   * Whether the same input gives the same bits on the same machine, at some cost in speed; see nc.h. Holds for the
   * whole process.
   */
  setDeterministic(on: boolean): void {
    this.call("nc_set_deterministic", Number(on));
  }

  /** Native objects that are not freed yet. */
  liveHandles(): number {
    const count = new BigInt64Array(1);
    this.call("nc_live_handles", count);
    return Number(count[0]);
  }

  /**
   * Ends the use of the library: at once, or, where calls are under way, after the last of them. Native code stays in
   * memory until the process ends, since threads of its own live in it.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#closeWhenStill();
  }

  #closeWhenStill(): void {
    if (this.#closed && this.#inUse.size === 0 && loaded.delete(this.#library)) this.#library.close();
  }

  get #symbols(): Native {
    if (this.#closed) throw new Error("this Library was closed and cannot be used any more");
    return this.#library.symbols;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Ends the process at once. `Deno.exit` runs what libtorch registered to be run at the end, under threads that may
 * still compute with it, and the process would end with a segmentation fault; where the library is open, native ends
 * the process without that.
 */
export function leave(exitCode: number): never {
  for (const { symbols } of loaded) symbols.nc_leave(exitCode);
  Deno.exit(exitCode);
}

/** Of a library that may lack every other symbol; null where it has no version either. */
function versionOf(path: string): number | null {
  try {
    const library = Deno.dlopen(path, { nc_abi_version: SYMBOLS.nc_abi_version });
    const version = library.symbols.nc_abi_version();
    library.close();
    return version;
  } catch {
    return null;
  }
}

function requireVersion(path: string, found: number | null): void {
  if (found === null || found === ABI_VERSION) return;
  throw new Error(
    `the native library ${path} was built from other sources (ABI version ${found}, expected ${ABI_VERSION}): ${REMEDY}`,
  );
}

function builtLibrary(): string {
  let text;
  try {
    text = Deno.readTextFileSync(SETUP_FILE);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Error(
      isThere(SOURCES)
        ? "the native library is not built yet: run `deno task setup`"
        : "this package holds no native library; `deno task measure` of the project does what needs one",
    );
  }
  return JSON.parse(text).library;
}

function isThere(file: URL): boolean {
  try {
    Deno.readTextFileSync(file);
    return true;
  } catch {
    return false;
  }
}
