/** A run that is looked at while others write it: its last whole state, and what is told when it changes. */
import { readPageScript } from "../report/page_script.ts";
import type { LiveData } from "../report/page_data.ts";
import type { RunPaths } from "../run/paths.ts";
import { liveOf } from "./live.ts";
import { type Answer, filesOf } from "./pages.ts";
import { type Snapshot, type SnapshotReader, snapshotReader } from "./snapshot.ts";
import { type Stamps, stampsOf } from "./stamps.ts";

export interface WatchedRun {
  /** Looks whether the files have changed, and reads them where they have; says whether there is news. */
  look(): Promise<boolean>;
  /** What is told of the training; null before there is a run.json. */
  live(): LiveData | null;
  /** A file of the report by its name; null where it has none of the name. */
  file(name: string): Promise<Answer | null>;
}

interface Known {
  readonly live: LiveData;
  readonly file: (name: string) => Promise<Answer | null>;
}

/** Throws where set-up left no script for pages: without it they would not follow. */
export async function watchedRun(paths: RunPaths): Promise<WatchedRun> {
  const code = await readPageScript();
  if (code === null) {
    throw new Error("expected the script of the pages in build/page.js, found none; run deno task setup");
  }
  const reader = snapshotReader(paths);
  let stamps: Stamps | null = null;
  let known: Known | null = null;
  return {
    async look() {
      const found = await stampsOf(paths);
      if (found.all === stamps?.all) return false;
      stamps = found;
      known = await read(reader, { paths, stamps: found, before: known, code });
      return true;
    },
    live: () => known?.live ?? null,
    file: async (name) => await known?.file(name) ?? null,
  };
}

/** What cannot be read, since another machine is copying it or a run takes the place of this one, leaves what was known. */
async function read(
  reader: SnapshotReader,
  { paths, stamps, before, code }: {
    readonly paths: RunPaths;
    readonly stamps: Stamps;
    readonly before: Known | null;
    readonly code: string;
  },
): Promise<Known | null> {
  let snapshot: Snapshot | null = null;
  let trouble: string | null = null;
  try {
    snapshot = await reader.read(stamps);
    if (snapshot === null) trouble = `expected ${paths.record}, found none`;
  } catch (error) {
    trouble = error instanceof Error ? error.message.split("\n")[0]! : String(error);
  }
  if (snapshot === null) {
    return before && { ...before, live: { ...before.live, written: stamps.written, trouble } };
  }
  const live = liveOf(snapshot, stamps, trouble);
  return { live, file: filesOf(snapshot, live, code) };
}
