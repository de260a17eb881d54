/** A thread of its own that serves a run while this process trains it, and may read and answer, nothing else. */
import { RUNS_FOLDER } from "../run/places.ts";
import { HOST } from "./server.ts";

export interface WatchThread extends AsyncDisposable {
  readonly address: string;
}

export type FromThread = { readonly address: string } | { readonly failure: string } | "ended";

/** Which run a thread serves. */
export interface RunToWatch {
  readonly name: string;
  /** Folder of all runs. */
  readonly runs: string;
}

/** Serves the run `name` of the folder `runs`. Disposing tells open pages how it stands before the thread ends. */
export async function watchInThread(name: string, runs = RUNS_FOLDER): Promise<WatchThread> {
  const worker = new Worker(new URL("worker.ts", import.meta.url), {
    type: "module",
    deno: {
      permissions: { read: [runs, new URL("../../build", import.meta.url)], net: [HOST] },
    },
  });
  const heard = () =>
    new Promise<FromThread>((resolve) => {
      worker.onmessage = ({ data }) => resolve(data as FromThread);
      worker.onerror = (event) => {
        event.preventDefault();
        resolve({ failure: event.message });
      };
    });
  worker.postMessage({ name, runs } satisfies RunToWatch);
  const first = await heard();
  if (first === "ended" || "failure" in first) {
    worker.terminate();
    throw new Error(first === "ended" ? "the watching thread ended early" : first.failure);
  }
  return {
    address: first.address,
    async [Symbol.asyncDispose]() {
      const ended = heard();
      worker.postMessage("end");
      await ended;
      worker.terminate();
    },
  };
}
