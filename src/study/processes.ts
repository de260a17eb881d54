/** Worker processes on this machine: each is the same command, told to be one worker. */
import { fileURLToPath } from "node:url";
import configuration from "../../deno.json" with { type: "json" };
import type { WorkerEvent } from "./progress.ts";

const MAIN = fileURLToPath(new URL("../cli/main.ts", import.meta.url));
const PROJECT = fileURLToPath(new URL("../..", import.meta.url)).replace(/\/$/, "");

export interface WorkerProcess {
  readonly pid: number;
  /** Resolves once it has ended and all that it said is passed on. */
  readonly finished: Promise<Deno.CommandStatus>;
  kill(signal: Deno.Signal): void;
}

/** Who hears what a worker process says. */
export interface WorkerListener {
  readonly onEvent: (event: WorkerEvent) => void;
  /** A line for the reader: a note, or why it ended. */
  readonly onLine: (line: string) => void;
}

/** Starts `study` with `words`, with the permissions that deno.json gives the task. */
export function startWorker(
  words: readonly string[],
  { onEvent, onLine }: WorkerListener,
): WorkerProcess {
  const child = new Deno.Command("deno", {
    args: [
      "run",
      "-q",
      "--no-prompt",
      "--config",
      `${PROJECT}/deno.json`,
      ...permissionFlags(),
      MAIN,
      "study",
      ...words,
    ],
    // Ctrl-C in a terminal reaches a whole group: a worker is to hear of it once, from us.
    detached: true,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const heard = [
    forEachLine(child.stdout, (line) => onEvent(JSON.parse(line) as WorkerEvent)),
    forEachLine(child.stderr, onLine),
  ];
  return {
    pid: child.pid,
    finished: Promise.all(heard).then(() => child.status),
    kill(signal) {
      try {
        child.kill(signal);
      } catch {
        // It has ended by itself.
      }
    },
  };
}

/**
 * Passes an event on to the process that started this worker. Throws a BrokenPipe where that one is gone: nobody would see
 * or end the worker any more.
 */
export function tellStarter(event: WorkerEvent): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(event)}\n`));
}

/** The last line of a process that is killed may be cut off: it is left out. */
async function forEachLine(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
  take: (line: string) => void,
): Promise<void> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    parts.forEach(take);
  }
}

/** The task's set as flags: its folders are those of where the command runs, and the library lies in the project. */
function permissionFlags(): string[] {
  const set: Readonly<Record<string, boolean | readonly string[]>> = configuration.permissions.study;
  return Object.entries(set).map(([kind, value]) => {
    if (value === true) return `--allow-${kind}`;
    const list = value as readonly string[];
    return `--allow-${kind}=${(kind === "ffi" ? list.map((path) => `${PROJECT}/${path}`) : list).join()}`;
  });
}
