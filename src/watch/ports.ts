/** The first free port. */

/** Ports that are tried. */
const TRIES = 100;

/** What `listen` gives on the first port from `first` on that no other process has. */
export function onFreePort<T>(first: number, listen: (port: number) => T): T {
  const last = Math.min(65535, first + TRIES - 1);
  for (let port = first; port <= last; port++) {
    try {
      return listen(port);
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
  throw new Error(`expected a free port from ${first} to ${last}, found none; choose others with --port`);
}
