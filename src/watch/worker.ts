/** What runs in the thread of thread.ts: its first message names the run, the other asks it to end. */
/// <reference lib="deno.worker" />
import { pathsOfRun } from "../run/places.ts";
import { serveRun, type Watching } from "./server.ts";
import type { FromThread, RunToWatch } from "./thread.ts";
import { watchedRun } from "./watched_run.ts";

let watching: Watching | null = null;

self.addEventListener("message", async ({ data }: MessageEvent<RunToWatch | "end">) => {
  const answer = (message: FromThread) => self.postMessage(message);
  try {
    if (data === "end") {
      await watching?.[Symbol.asyncDispose]();
      answer("ended");
    } else {
      watching = await serveRun(await watchedRun(pathsOfRun(data.name, data.runs)));
      answer({ address: watching.address });
    }
  } catch (error) {
    answer({ failure: error instanceof Error ? error.message : String(error) });
  }
});
