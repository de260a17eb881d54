/** Opens the native library, and says how much memory there is to work in. */
import process from "node:process";
import { Library } from "../ffi/library.ts";

/** Where the tensor work is done. */
export interface EngineChoices {
  /** "cpu", "cuda" or "cuda:<index>". */
  readonly device?: string | undefined;
  /** Of the CPU; libtorch's own number by default. */
  readonly threads?: number | undefined;
}

/** Threads as asked, else libtorch's own number. Throws, before anything else is done, where the device is not there. */
export function openLibrary({ threads, device }: { threads?: number | undefined; device: string }): Library {
  const library = Library.open();
  try {
    if (threads !== undefined) library.setThreads(threads);
    requireDevice(library, device);
  } catch (error) {
    library.close();
    throw error;
  }
  return library;
}

function requireDevice(library: Library, device: string): void {
  if (device === "cpu") return;
  const { cuda, libtorch } = library.describe();
  const [, index = "0"] = device.split(":");
  if (Number(index) < cuda) return;
  const found = cuda === 0 ? "none" : `${cuda} (cuda:0 to cuda:${cuda - 1})`;
  throw new Error(
    `expected the device ${device}, found ${found} with libtorch ${libtorch}; for a GPU, set LIBTORCH to a CUDA build`,
  );
}

/**
 * The device of one of several ranks, the `local`th of its machine (from 0 on), where `device` was asked for and `cuda` GPUs
 * are seen: each takes one of its own.
 */
export function deviceOfRank(
  device: string,
  { local, cuda }: { readonly local: number; readonly cuda: number },
): string {
  if (device === "cpu") return device;
  if (device !== "cuda") {
    throw new Error(
      `--device ${device}: expected cpu or cuda for several ranks, each of which takes the GPU of its own number on its machine`,
    );
  }
  // A scheduler may show each rank its own GPU alone.
  if (cuda === 1) return "cuda:0";
  if (local < cuda) return `cuda:${local}`;
  throw new Error(
    `--device cuda: expected a GPU for each rank of a machine, found ${cuda} for rank ${local} of this one, counted from 0`,
  );
}

/** Bytes for features where nothing was said: half of the memory that is free. */
export function halfOfFreeMemory(): number {
  return freeMemoryNow() / 2;
}

/** {@link freeMemory} of this process at this moment. */
export function freeMemoryNow(): number {
  return freeMemory({
    available: Deno.systemMemoryInfo().available,
    limit: (process.constrainedMemory as (() => number) | undefined)?.() ?? 0,
    used: Deno.memoryUsage().rss,
  });
}

/**
 * Bytes that this process may still take: of the machine's `available` ones, as many as the `limit` of its control
 * group (a container, a job of a cluster; 0 for none) leaves beside what it `used`. Others of its group do not count.
 */
export function freeMemory(
  { available, limit, used }: { available: number; limit: number; used: number },
): number {
  return limit === 0 ? available : Math.max(0, Math.min(available, limit - used));
}
