/** One set-up at a time: an advisory lock on a file, which the system gives up when its process ends, however it ends. */
import type { System } from "./system.ts";

/** Runs `body` while holding the lock; waits, and says so, while another process holds it. */
export async function withLock<T>(path: string, system: System, body: () => Promise<T>): Promise<T> {
  using file = await Deno.open(path, { create: true, write: true });
  if (!await file.tryLock(true)) {
    system.say("another set-up is under way; waiting for it to finish");
    await Promise.race([file.lock(true), rejectWhenAborted(system.signal)]);
  }
  return await body();
}

function rejectWhenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
}
