/** Worker processes on this machine: each is the same command, told to be one worker. */
import configuration from "../../deno.json" with { type: "json" };

const MAIN = new URL("../cli/main.ts", import.meta.url).pathname;
const PROJECT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");

export interface WorkerProcess {
  readonly pid: number;
  readonly finished: Promise<Deno.CommandStatus>;
  kill(signal: Deno.Signal): void;
}

/** Starts `study` with `words`, with the permissions that deno.json gives the task. What it says goes where ours goes. */
export function startWorker(words: readonly string[]): WorkerProcess {
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
    stdout: "inherit",
    stderr: "inherit",
  }).spawn();
  return {
    pid: child.pid,
    finished: child.status,
    kill(signal) {
      try {
        child.kill(signal);
      } catch {
        // It has ended by itself.
      }
    },
  };
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
