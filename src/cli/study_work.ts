/** The part of `deno task study` that works: one worker in this process, or several, each a process of its own. */
import { hostname } from "node:os";
import { wordsOfRuns } from "../run/places.ts";
import type { Cell } from "../study/cells.ts";
import { startWorker, tellStarter } from "../study/processes.ts";
import type { WorkerEvent } from "../study/progress.ts";
import type { StateOptions } from "../study/state.ts";
import type { Study } from "../study/study.ts";
import { trainCell } from "../study/train_cell.ts";
import { work } from "../study/worker.ts";
import type { StudyDisplay } from "./study_progress.ts";

/** What a worker is told on its command line. */
export interface WorkerChoices {
  readonly attempts?: number;
  readonly failFast?: boolean;
  readonly lease?: number;
  readonly runs?: string;
  readonly data?: string;
  readonly device?: string;
  readonly threads?: number;
}

/** Milliseconds at least from one telling of how far a cell is to the next. */
const BETWEEN_EVENTS = 250;

/** What every worker of the study is told, on whatever machine. */
export function wordsOf({ runs, data, device, lease, attempts }: WorkerChoices): string[] {
  return [
    ...wordsOfRuns(runs),
    ...data === undefined ? [] : ["--data", data],
    ...device === undefined ? [] : ["--device", device],
    ...lease === undefined ? [] : ["--lease", String(lease)],
    ...attempts === undefined ? [] : ["--attempts", String(attempts)],
  ];
}

/** The same, and what is said of workers on this machine. */
export function wordsHere(choices: WorkerChoices): string[] {
  const { threads, failFast = false } = choices;
  return [
    ...wordsOf(choices),
    ...threads === undefined ? [] : ["--threads", String(threads)],
    ...failFast ? ["--fail-fast"] : [],
  ];
}

/** One worker, in this process. */
export async function workHere(
  study: Study,
  cells: readonly Cell[],
  { state, choices: { data, device, threads, failFast = false }, signal, tell }: {
    readonly state: StateOptions;
    readonly choices: WorkerChoices;
    readonly signal: AbortSignal;
    readonly tell: (event: WorkerEvent) => void;
  },
): Promise<void> {
  let told = 0;
  await work(cells, {
    ...state,
    owner: `${hostname()} process ${Deno.pid}`,
    signal,
    failFast,
    run: (cell, signals) =>
      trainCell(study, cell, {
        data,
        device,
        threads,
        ...signals,
        onEpochs(epochs) {
          if (performance.now() - told < BETWEEN_EVENTS) return;
          told = performance.now();
          tell({ is: "trained", cell: cell.index, epochs });
        },
      }),
    onBegin: ({ index: cell }, epochs) => tell({ is: "begun", cell, epochs }),
    onEnd: ({ index: cell }, outcome) => tell({ is: "ended", cell, outcome }),
    onSettled: ({ index: cell }) => tell({ is: "settled", cell }),
  });
}

/** The worker that {@link workInProcesses} started. Without who started it, it saves and ends. */
export async function workForStarter(
  study: Study,
  state: StateOptions,
  choices: WorkerChoices,
  signal: AbortSignal,
): Promise<void> {
  const alone = new AbortController();
  await workHere(study, study.cells, {
    state,
    choices,
    signal: AbortSignal.any([signal, alone.signal]),
    tell(event) {
      try {
        tellStarter(event);
      } catch (error) {
        alone.abort(error);
      }
    },
  });
}

/** Several workers with a share of the cores each. With fail-fast, the first cell that fails stops all of them. */
export async function workInProcesses(
  { file: { path } }: Study,
  choices: WorkerChoices,
  { workers, signal, display }: {
    readonly workers: number;
    readonly signal: AbortSignal;
    readonly display: StudyDisplay;
  },
): Promise<void> {
  const { failFast = false } = choices;
  const { threads = Math.max(1, Math.floor(navigator.hardwareConcurrency / workers)) } = choices;
  const words = [path, "--as-worker", ...wordsHere({ ...choices, threads })];
  const last: string[] = [];
  const processes = Array.from({ length: workers }, (_, worker) =>
    startWorker(words, {
      onLine(line) {
        if (line !== "") last[worker] = line;
        display.line(line);
      },
      onEvent(event) {
        display.take(worker, event);
        if (failFast && event.is === "ended" && event.outcome.end === "failed") stop();
      },
    }));
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    processes.forEach((process) => process.kill("SIGTERM"));
  };
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  const ends = await Promise.all(processes.map(({ finished }) => finished));
  // One whose cell fails ends well: that is in the cell's claim.
  ends.forEach(({ code }, worker) => {
    if (code === 0 || isStopped) return;
    const said = last[worker] === undefined ? "" : `: ${last[worker]}`;
    console.error(`warning: worker ${worker + 1} of ${workers} ended early, with exit code ${code}${said}`);
  });
}
