/** How the files of a run stand, asked of the file system alone: no file is opened. */
import type { RunPaths } from "../run/paths.ts";

/** The files that a watched run is read from, by their names in {@link RunPaths}, in the order in which a page names them. */
export const WATCHED = ["metrics", "trust", "layers", "log", "record"] as const;
type Watched = (typeof WATCHED)[number];

export interface Stamps {
  /** Another text where a file is another one, or has grown; "-" where there is none. */
  readonly of: Readonly<Record<Watched, string>>;
  readonly all: string;
  /** Of those that the page is made from, the log aside. */
  readonly page: string;
  /** The latest change, in ms since 1970; null where there is none of the files. */
  readonly written: number | null;
}

/** Of a file that is not there. */
export const MISSING = "-";

export async function stampsOf(paths: RunPaths): Promise<Stamps> {
  const files = await Promise.all(WATCHED.map(async (name) => [name, await stampOf(paths[name])] as const));
  const of = Object.fromEntries(files.map(([name, { text }]) => [name, text])) as Stamps["of"];
  const { log, ...page } = of;
  const times = files.flatMap(([, { time }]) => time ?? []);
  return {
    of,
    all: [log, ...Object.values(page)].join(),
    page: Object.values(page).join(),
    written: times.length === 0 ? null : Math.max(...times),
  };
}

/** Of one file or folder, and when it last changed, in ms since 1970. */
export async function stampOf(path: string): Promise<{ text: string; time: number | null }> {
  try {
    const { mtime, size, ino } = await Deno.stat(path);
    const time = mtime?.getTime() ?? null;
    return { text: `${ino}:${size}:${time}`, time };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { text: MISSING, time: null };
    throw error;
  }
}
