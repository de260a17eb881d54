/** Work on this thread while a pass runs on others. */

/**
 * Awaits `pass`, doing `work` in the meantime. Where `work` throws, its error is thrown once the pass has ended, whatever
 * became of it: nobody closes the source of a pass that still runs, and no rejection is left behind unseen.
 */
export async function meanwhile<T>(pass: Promise<T>, work: () => void): Promise<T> {
  try {
    work();
  } catch (error) {
    await Promise.allSettled([pass]);
    throw error;
  }
  return await pass;
}
