/** Long work in parts: between them the event loop has its turn, so that signals are heard, bars move and pages answer. */

/** Work for as long, in milliseconds, goes on undisturbed. */
const PART = 50;

let last = performance.now();

/** The end of a part of long work. Throws the reason of `signal` where it was aborted. */
export async function turn(signal?: AbortSignal | null): Promise<void> {
  if (performance.now() - last >= PART) {
    await new Promise((resolve) => setTimeout(resolve));
    last = performance.now();
  }
  signal?.throwIfAborted();
}
