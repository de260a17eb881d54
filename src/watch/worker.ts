/** What runs in the thread of thread.ts: its first message names the run, each other one asks to tell pages how it stands. */
/// <reference lib="deno.worker" />
import { pathsOfRun } from "../run/places.ts";
import { serveRun, type Watching } from "./server.ts";
import type { FromThread, RunToWatch } from "./thread.ts";
import { watchedRun } from "./watched_run.ts";

let watching: Watching | null = null;

self.addEventListener("message", async ({ data }: MessageEvent<RunToWatch | "look">) => {
  const answer = (message: FromThread) => self.postMessage(message);
  try {
    if (data === "look") {
      await watching?.look();
      answer("told");
    } else {
      watching = await serveRun(await watchedRun(pathsOfRun(data.name, data.runs)));
      answer({ address: watching.address });
    }
  } catch (error) {
    answer({ failure: error instanceof Error ? error.message : String(error) });
  }
});
