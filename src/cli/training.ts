/** Trains a run behind a progress bar, and says how it went. */
import { openEvents } from "../run/event_file.ts";
import { dropCheckpoints } from "../run/keep.ts";
import { type Follower, followMetrics } from "../run/lines.ts";
import { readMeasured } from "../run/measured.ts";
import { pathsOfRun, wordsOfRuns } from "../run/places.ts";
import type { RunRequest } from "../train/request.ts";
import { startRun } from "../train/start_run.ts";
import { commandLine } from "./command_line.ts";
import { epochLine, IN_LINE_WORDS } from "./key_numbers.ts";
import { oodText } from "./ood_option.ts";
import { type Bar, openBar, passText, say, showLoading } from "./progress.ts";
import { interruption, STOPPED_WITH_OTHERS } from "./signals.ts";
import { watchInThread } from "../watch/thread.ts";
import { runValidation } from "./validate.ts";

/** A run to train, and what follows. */
export interface Training extends RunRequest {
  /** Opens the report, where checkpoints are measured. */
  readonly open?: boolean | undefined;
  /** Folder for event files, to which each epoch adds its row and what was measured. */
  readonly tensorboard?: string | undefined;
  /** Writes metrics.jsonl, where checkpoints are measured. */
  readonly jsonl?: boolean | undefined;
  /** Serves the report meanwhile. */
  readonly watch?: boolean | undefined;
}

/** Trains and says how it went. Returns the exit code: 0, or that of the signal that stopped it. */
export async function runTraining(training: Training): Promise<number> {
  const { run, runs, protocol } = training;
  const { kind: name } = protocol.data;
  const exitCode = await trainBehindBar(training);
  if (exitCode !== 0) {
    console.error(`stopped and saved; go on with: ${commandLine("train", wordsToGoOn(training))}`);
    return exitCode;
  }
  const paths = pathsOfRun(run, runs);
  const { measure, data, threads, device } = training;
  if (measure === undefined) {
    const words = [name, "--run", run, ...wordsOfRuns(runs)];
    console.error(`done: ${paths.checkpoints}; measure it: ${commandLine("validate", words)}`);
    return 0;
  }
  say(`done: ${paths.checkpoints}`);
  // Checkpoints from before a resume may lack a measurement still.
  await runValidation({
    dataset: name,
    run,
    runs,
    data,
    threads,
    device,
    memory: measure.memory,
    ood: measure.ood,
    layers: measure.layers,
    geometry: measure.geometry,
    jsonl: training.jsonl,
    open: training.open,
  });
  const { training: { checkpoints: epochs } } = protocol;
  await dropCheckpoints(paths, protocol, measure.keep, (await readMeasured(paths, epochs))?.rows ?? []);
  return 0;
}

/** Returns the exit code. Signals are listened to from the first step on: before it, there is nothing to save. */
async function trainBehindBar(training: Training): Promise<number> {
  using interrupted = interruption();
  using shown = new DisposableStack();
  const { tensorboard } = training;
  const events = tensorboard === undefined ? null : shown.use(await openEvents(tensorboard));
  await using watched = new AsyncDisposableStack();
  const lines = training.jsonl ? watched.use(linesOf(training)) : null;
  let bar: Bar;
  let [epochs, count, done, started] = [0, 0, 0, 0];
  let evaluating = "";
  const evaluates = (what: string) => (epoch: number) => {
    evaluating = `${what} epoch ${epoch}/${epochs}`;
    bar.update(epoch * count, evaluating);
  };
  const outcome = await startRun(training, {
    ...showLoading(),
    signal: interrupted.signal,
    onSpace: ({ line, isEnough }) => isEnough ? say(line) : console.error(`warning: ${line}`),
    onStart: (run) => {
      interrupted.listen();
      say(`${run.title}: ${run.images} images, ${run.epochs} epochs, ${run.device}, in ${run.folder}`);
      if (run.measures) say(IN_LINE_WORDS);
      [epochs, count, started] = [run.epochs, run.images, performance.now()];
      if (training.watch) watched.use(watchedMeanwhile(training, () => bar));
      bar = shown.use(openBar(epochs * count, { unit: "images" }));
    },
    onSteps: ({ epoch, images }) => bar.update((epoch - 1) * count + images, `epoch ${epoch}/${epochs}`),
    onMeasure: evaluates("measuring"),
    onImages: (_, pass) => bar.tell(passText(evaluating, pass)),
    onNote: (sentence) => bar.note(`note: ${sentence}`),
    onInitial: (measured) => {
      events?.add(0, "metrics", measured.values);
      lines?.update();
    },
    onEvaluate: evaluates("testing"),
    onEpoch: (row, measured) => {
      const { epoch, ...numbers } = row;
      events?.add(epoch, "log", numbers);
      if (measured !== undefined) {
        events?.add(epoch, "metrics", measured.values);
        lines?.update();
      }
      done += 1;
      const left = (epochs - row.epoch) * (performance.now() - started) / 1000 / done;
      bar.line(epochLine(row, { epochs, left, measured }));
    },
    onUnrecorded: (whyNot) => bar.line(`note: no CUDA graphs, steps are launched one by one: ${whyNot}`),
  });
  return outcome === "done" ? 0 : interrupted.exitCode || STOPPED_WITH_OTHERS;
}

function linesOf({ run, runs, protocol }: Training): Follower {
  return followMetrics(pathsOfRun(run, runs), protocol.training.checkpoints);
}

/** Serves the run from now on, and says where. Training goes on where that fails. */
function watchedMeanwhile({ run, runs }: Training, bar: () => Bar): AsyncDisposable {
  const opened = watchInThread(run, runs).then((thread) => {
    bar().note(`watch it: ${thread.address}`);
    return thread;
  }, (error) => bar().note(`note: it cannot be watched: ${error instanceof Error ? error.message : error}`));
  return { [Symbol.asyncDispose]: async () => await (await opened)?.[Symbol.asyncDispose]() };
}

/** What follows `deno task train` to go on with a run that was stopped. */
function wordsToGoOn(
  {
    protocol,
    run,
    runs,
    data,
    rewrite = true,
    graphs = true,
    saveSeconds,
    measure,
    open = false,
    tensorboard,
    jsonl = false,
    watch = false,
  }: Training,
): string[] {
  const { metrics, ood, layers, geometry = true, memory, keep } = measure ?? {};
  return [
    ...[protocol.data.kind, "--run", run, ...wordsOfRuns(runs)],
    ...data === undefined ? [] : ["--data", data],
    ...rewrite ? [] : ["--no-rewrite"],
    ...graphs ? [] : ["--no-graphs"],
    ...saveSeconds === undefined ? [] : ["--save-seconds", String(saveSeconds)],
    ...measure === undefined ? [] : ["--measure"],
    ...metrics === undefined ? [] : ["--metrics", [metrics].flat().join()],
    ...ood === undefined ? [] : ["--ood", oodText(ood)],
    ...layers === undefined ? [] : ["--layers", layers],
    ...geometry ? [] : ["--no-geometry"],
    ...memory === undefined ? [] : ["--memory", `${memory / 1024}K`],
    ...keep === undefined ? [] : ["--keep", keep],
    ...tensorboard === undefined ? [] : ["--tensorboard", tensorboard],
    ...jsonl ? ["--jsonl"] : [],
    ...open ? ["--open"] : [],
    ...watch ? ["--watch"] : [],
    "--resume",
  ];
}
