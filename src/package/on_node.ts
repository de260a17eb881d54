/**
 * What the commands use of Deno and of the language's newest library, where they run on Node: import it before all else.
 * Files are Node's own: the shims of Deno for Node that there are can neither seek in a file nor flush one.
 */
import "core-js/actual/array/from-async.js";
import "core-js/actual/disposable-stack/index.js";
import "core-js/actual/iterator/index.js";
import "core-js/actual/map/group-by.js";
import "core-js/actual/promise/with-resolvers.js";
import "core-js/actual/set/index.js";
import "core-js/actual/typed-array/to-base64.js";
import { Float16Array } from "@petamoriken/float16";
import { spawn } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import { join } from "node:path";
import process from "node:process";
import { Readable, Writable } from "node:stream";
import { promisify } from "node:util";
import { takeLock } from "./node_lock.ts";

class NotFound extends Error {}
class AlreadyExists extends Error {}
class NotCapable extends Error {}

const KINDS: Readonly<Record<string, new (message: string) => Error>> = {
  ENOENT: NotFound,
  EEXIST: AlreadyExists,
};
const [open, read, write, sync] = [
  promisify(fs.open),
  promisify(fs.read),
  promisify(fs.write),
  promisify(fs.fsync),
];

/** An error of Node as Deno throws it: of a class of its own, without the call and its path. */
function asDeno(error: unknown): unknown {
  if (!(error instanceof Error && "code" in error)) return error;
  const message = error.message.replace(/, \w+( '.*')?$/, "");
  return new (KINDS[String(error.code)] ?? Error)(message);
}

function mapped<A extends unknown[], T>(call: (...args: A) => Promise<T>): (...args: A) => Promise<T> {
  return async (...args) => {
    try {
      return await call(...args);
    } catch (error) {
      throw asDeno(error);
    }
  };
}

function mappedSync<A extends unknown[], T>(call: (...args: A) => T): (...args: A) => T {
  return (...args) => {
    try {
      return call(...args);
    } catch (error) {
      throw asDeno(error);
    }
  };
}

/** A file with a place from which it is read and written on. */
class File {
  readonly #descriptor: number;
  readonly #path: string;
  #at = 0;
  #closed = false;
  /** The file that stands for a lock. */
  #lock: string | null = null;

  constructor(descriptor: number, path: string) {
    this.#descriptor = descriptor;
    this.#path = path;
  }

  /** Node has none of the system's locks: a file beside this one names the process that holds it, as long as that lives. */
  tryLock = mapped((): Promise<boolean> => {
    const lock = `${this.#path}.node`;
    const taken = takeLock(lock);
    if (taken) this.#lock = lock;
    return Promise.resolve(taken);
  });

  seek(offset: number): Promise<number> {
    return Promise.resolve(this.#at = offset);
  }

  read = mapped(async (bytes: Uint8Array): Promise<number | null> => {
    if (bytes.length === 0) return 0;
    const { bytesRead } = await read(this.#descriptor, bytes, 0, bytes.length, this.#at);
    this.#at += bytesRead;
    return bytesRead === 0 ? null : bytesRead;
  });

  write = mapped(async (bytes: Uint8Array): Promise<number> => {
    const { bytesWritten } = await write(this.#descriptor, bytes, 0, bytes.length, this.#at);
    this.#at += bytesWritten;
    return bytesWritten;
  });

  sync = mapped(() => sync(this.#descriptor));

  stat = mapped(async () => infoOf(await promisify(fs.fstat)(this.#descriptor)));

  /** Closes the file at its end. */
  get writable(): WritableStream<Uint8Array> {
    return Writable.toWeb(
      fs.createWriteStream("", { fd: this.#descriptor }),
    ) as unknown as WritableStream<Uint8Array>;
  }

  close(): void {
    if (!this.#closed) fs.closeSync(this.#descriptor);
    if (this.#lock !== null) fs.rmSync(this.#lock, { force: true });
    this.#lock = null;
    this.#closed = true;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

interface OpenOptions {
  readonly write?: boolean;
  readonly create?: boolean;
  readonly truncate?: boolean;
}

function infoOf(stats: fs.Stats): Record<string, unknown> {
  return {
    size: stats.size,
    mtime: stats.mtime,
    isFile: stats.isFile(),
    isDirectory: stats.isDirectory(),
    isSymlink: stats.isSymbolicLink(),
  };
}

async function* readDir(path: string | URL): AsyncGenerator<Record<string, unknown>> {
  const list = () => fs.promises.readdir(path, { withFileTypes: true });
  for (const entry of await mapped(list)()) {
    yield {
      name: entry.name,
      isFile: entry.isFile(),
      isDirectory: entry.isDirectory(),
      isSymlink: entry.isSymbolicLink(),
    };
  }
}

/** A process of which nothing but the end is waited for. */
class Command {
  constructor(readonly program: string, readonly options: { readonly args: readonly string[] }) {}

  spawn(): { status: Promise<{ success: boolean; code: number }>; unref(): void } {
    const child = spawn(this.program, this.options.args, { stdio: "ignore", detached: true });
    const status = new Promise<{ success: boolean; code: number }>((resolve, reject) => {
      child.once("error", (error) => reject(asDeno(error)));
      child.once("exit", (code) => resolve({ success: code === 0, code: code ?? 1 }));
    });
    return { status, unref: () => child.unref() };
  }
}

function deno(): Record<string, unknown> {
  const text = { encoding: "utf8" } as const;
  return {
    args: process.argv.slice(2),
    build: { os: process.platform === "win32" ? "windows" : process.platform },
    env: { get: (name: string) => process.env[name] },
    errors: { NotFound, AlreadyExists, NotCapable },
    SeekMode: { Start: 0 },
    Command,
    execPath: () => process.execPath,
    exit: (code: number) => process.exit(code),
    unrefTimer: (timer: unknown) => (timer as NodeJS.Timeout).unref(),
    memoryUsage: () => process.memoryUsage(),
    systemMemoryInfo: () => ({ available: os.freemem() }),
    stdin: {
      isTerminal: () => process.stdin.isTTY === true,
      get readable() {
        return Readable.toWeb(process.stdin);
      },
    },
    stderr: {
      isTerminal: () => process.stderr.isTTY === true,
      writeSync: (bytes: Uint8Array) => fs.writeSync(2, bytes),
    },
    open: mapped(async (path: string, { write: writing, create, truncate }: OpenOptions = {}) => {
      const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC } = fs.constants;
      const flags = (writing ? O_WRONLY : O_RDONLY) | (create ? O_CREAT : 0) | (truncate ? O_TRUNC : 0);
      return new File(await open(path, flags), path);
    }),
    readDir,
    readFile: mapped(async (path: string) => new Uint8Array(await fs.promises.readFile(path))),
    readTextFile: mapped((path: string) => fs.promises.readFile(path, text)),
    readTextFileSync: mappedSync((path: string | URL) => fs.readFileSync(path, text)),
    writeTextFile: mapped((
      path: string,
      content: string,
      { append, createNew }: { append?: boolean; createNew?: boolean } = {},
    ) => fs.promises.writeFile(path, content, { flag: append ? "a" : createNew ? "wx" : "w" })),
    stat: mapped(async (path: string) => infoOf(await fs.promises.stat(path))),
    lstat: mapped(async (path: string) => infoOf(await fs.promises.lstat(path))),
    statSync: mappedSync((path: string) => infoOf(fs.statSync(path))),
    mkdir: mapped(fs.promises.mkdir),
    link: mapped(fs.promises.link),
    rename: mapped(fs.promises.rename),
    remove: mapped((path: string, options?: { recursive?: boolean }) => fs.promises.rm(path, options)),
    removeSync: mappedSync((path: string) => fs.rmSync(path)),
    makeTempDir: mapped(() => fs.promises.mkdtemp(join(os.tmpdir(), "neural-collapse-"))),
    get exitCode() {
      return process.exitCode ?? undefined;
    },
    set exitCode(code: number | string | undefined) {
      process.exitCode = code;
    },
  };
}

if (!("Deno" in globalThis)) Object.assign(globalThis, { Deno: deno() });
if (!("Float16Array" in globalThis)) Object.assign(globalThis, { Float16Array });
