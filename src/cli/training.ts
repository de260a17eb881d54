/** Trains a run from the command line: its locks, its folder, the bar and the words around the training loop. */
import { dirname } from "node:path";
import { resolveName } from "../data/registry.ts";
import { makeFolder } from "../files.ts";
import type { Protocol, RunRecord } from "../experiment/run_record.ts";
import { chooseMetrics, readMeasured } from "../run/measured.ts";
import { type ProtocolOverrides, resolveProtocol } from "../experiment/protocol.ts";
import type { Keep } from "../run/keep.ts";
import { checkpointsThere, type RunPaths } from "../run/paths.ts";
import { lockRun } from "../run/lock.ts";
import { removeRun, writeRun } from "../run/run_json.ts";
import { openSession, requireVariance, type Session } from "../engine/session.ts";
import { type Measuring, SAVE_SECONDS, train, type TrainOptions } from "../train/train.ts";
import type { EngineChoices, MeasureChoices } from "./choices.ts";
import { commandLine } from "./command_line.ts";
import { bytesIn, spaceFor } from "../run/disk.ts";
import { halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import { loadImages, loadImagesOf } from "./images.ts";
import { epochLine, IN_LINE_WORDS } from "./key_numbers.ts";
import { defaultRunName, pathsOfRun } from "../run/places.ts";
import { openBar, say } from "./progress.ts";
import { protocolText } from "./protocol_text.ts";
import { onInterrupt } from "./signals.ts";
import { findRun, lastTrainedOn, makeRecord, resumedIn } from "./run_to_train.ts";
import { runValidation } from "./validate.ts";

/** What {@link runTraining} trains, where, and on what. */
export interface Training extends EngineChoices {
  /** Name of the data set, in any case. */
  readonly dataset: string;
  readonly overrides: ProtocolOverrides;
  /** Defaults to the names of data set and network. */
  readonly run?: string | undefined;
  /** Folder of an existing copy of the data set. */
  readonly data?: string | undefined;
  readonly resume?: boolean | undefined;
  /** Removes the run that is there, and starts over. */
  readonly overwrite?: boolean | undefined;
  readonly rewrite?: boolean | undefined;
  readonly graphs?: boolean | undefined;
  readonly deterministic?: boolean | undefined;
  /** Seconds after which what `resume` needs is written again. */
  readonly saveSeconds?: number | undefined;
  /** Measures each checkpoint as it is written, and writes the report at the end. */
  readonly measure?: MeasureChoices & { readonly keep?: Keep | undefined } | undefined;
  /** Opens the report, where checkpoints are measured. */
  readonly open?: boolean | undefined;
  /** The command line, for the report. */
  readonly command: string;
}

const REMEDY = "leave --metrics out, and measure others afterwards with deno task validate --again";

/** The protocol that {@link runTraining} would train by, as text. Reads run.json where a run is resumed; changes nothing. */
export async function protocolAsked(
  asked: Pick<Training, "dataset" | "overrides" | "run" | "resume" | "deterministic">,
): Promise<string> {
  const run = nameOfRun(asked);
  const before = asked.resume ? await findRun(pathsOfRun(run), asked, { locked: true }) : null;
  return protocolText(before?.protocol ?? resolveProtocol(resolveName(asked.dataset), asked.overrides), run);
}

function nameOfRun({ dataset, overrides, run }: Pick<Training, "dataset" | "overrides" | "run">): string {
  const name = resolveName(dataset);
  const { model = resolveProtocol(name).model } = overrides;
  return run ?? defaultRunName({ dataset: name, model });
}

/** Trains and says how it went. Returns the exit code: 0, or that of the signal that stopped it. */
export async function runTraining(training: Training): Promise<number> {
  const name = resolveName(training.dataset);
  const run = nameOfRun(training);
  const exitCode = await trainRun(training, run);
  if (exitCode !== 0) {
    console.error(`stopped and saved; go on with: ${commandLine("train", wordsToGoOn(training, name, run))}`);
    return exitCode;
  }
  const { checkpoints } = pathsOfRun(run);
  const { measure, data, threads, device } = training;
  if (measure === undefined) {
    console.error(`done: ${checkpoints}; measure it: ${commandLine("validate", [name, "--run", run])}`);
    return 0;
  }
  say(`done: ${checkpoints}`);
  // Checkpoints from before a resume may lack a measurement still.
  await runValidation({
    dataset: name,
    run,
    data,
    threads,
    device,
    memory: measure.memory,
    open: training.open,
  });
  return 0;
}

/** Trains, holding the run's locks and all that is native. Returns the exit code. */
async function trainRun(training: Training, run: string): Promise<number> {
  const paths = pathsOfRun(run);
  using lock = new DisposableStack();
  let before = await findRun(paths, training, { locked: false });
  if (before !== null) {
    lock.use(await lockRun(paths, "training"));
    before = await findRun(paths, training, { locked: true });
  }
  const protocol = before?.protocol ?? resolveProtocol(resolveName(training.dataset), training.overrides);
  const last = before && lastTrainedOn(before);
  const { threads = last?.threads, device = last?.device ?? "cpu", data, rewrite = true } = training;
  const deterministic = before?.deterministic ?? training.deterministic ?? false;

  using library = openLibrary({ threads, device });
  library.setDeterministic(deterministic);
  const dataset = before === null
    ? await loadImages(protocol, data)
    : await loadImagesOf(before, { folder: paths.folder, data });
  using session = openSession(library, protocol, dataset, { device, rewrite });
  requireVariance(session, protocol);
  await saySpace(paths, { before, session, protocol, training });
  if (before === null) {
    await makeFolder(paths.folder);
    lock.use(await lockRun(paths, "training"));
    // Another process may have begun this run while the images were loaded.
    await findRun(paths, training, { locked: true });
    if (training.overwrite) {
      using _lock = await lockRun(paths, "measuring");
      await removeRun(paths);
    }
    await writeRun(paths, makeRecord({ protocol, dataset, library, device, command: training.command }));
  }
  if (training.measure !== undefined) lock.use(await lockRun(paths, "measuring"));
  const measuring = training.measure && await prepareMeasuring(paths, protocol, training.measure);

  using interruption = onInterrupt();
  const title = `${protocol.model} on ${dataset.title}`;
  const { signal } = interruption;
  const { graphs = true, saveSeconds = SAVE_SECONDS } = training;
  const outcome = await trainWithProgress(session, {
    title,
    protocol,
    paths,
    measuring,
    graphs,
    saveSeconds,
    signal,
    ...before && {
      onBegin: async (epoch: number) => {
        const record = resumedIn(epoch, before, { library, device });
        if (record !== before) await writeRun(paths, record);
      },
    },
  });
  return outcome === "done" ? 0 : interruption.exitCode;
}

/** What the run's files hold, and the metrics to go on with. */
async function prepareMeasuring(
  paths: RunPaths,
  { checkpoints }: Protocol,
  { metrics: asked, memory: keepBytes = halfOfFreeMemory(), keep = "all" }: NonNullable<Training["measure"]>,
): Promise<Measuring> {
  const there = await readMeasured(paths, checkpoints);
  const metrics = chooseMetrics(asked, there?.metrics ?? null, { path: paths.metrics, remedy: REMEDY });
  return { measured: { metrics, rows: there?.rows ?? [] }, keepBytes, keep };
}

/** Says what the run will take of the disk. */
async function saySpace(
  paths: RunPaths,
  { before, session: { plan }, protocol, training: { measure } }: {
    before: RunRecord | null;
    session: Session;
    protocol: Protocol;
    training: Training;
  },
): Promise<void> {
  const written = before === null ? [] : await checkpointsThere(paths, protocol);
  const measured = before && measure ? await readMeasured(paths, protocol.checkpoints) : null;
  const due = protocol.checkpoints.filter((epoch) =>
    !written.includes(epoch) && !measured?.rows.some((row) => row.epoch === epoch)
  );
  if (due.length === 0) return;
  const freed = await bytesIn(dirname(paths.resume)) +
    (before === null ? await bytesIn(paths.checkpoints) : 0);
  const { keep = "all" } = measure ?? {};
  const size = { plan, protocol, checkpoints: due.length, keep, freed };
  const { line, isEnough } = await spaceFor(paths.folder, size);
  if (isEnough) say(line);
  else console.error(`warning: ${line}`);
}

/** What follows `deno task train` to go on with a run that was stopped. */
function wordsToGoOn(
  { data, rewrite = true, graphs = true, saveSeconds, measure, open = false }: Training,
  name: string,
  run: string,
): string[] {
  const { metrics, memory, keep } = measure ?? {};
  return [
    ...[name, "--run", run],
    ...data === undefined ? [] : ["--data", data],
    ...rewrite ? [] : ["--no-rewrite"],
    ...graphs ? [] : ["--no-graphs"],
    ...saveSeconds === undefined ? [] : ["--save-seconds", String(saveSeconds)],
    ...measure === undefined ? [] : ["--measure"],
    ...metrics === undefined ? [] : ["--metrics", [metrics].flat().join()],
    ...memory === undefined ? [] : ["--memory", `${memory / 1024}K`],
    ...keep === undefined ? [] : ["--keep", keep],
    ...open ? ["--open"] : [],
    "--resume",
  ];
}

/** Trains behind a progress bar. */
async function trainWithProgress(
  session: Session,
  { title, measuring, ...options }:
    & { title: string; measuring: Measuring | undefined }
    & Pick<TrainOptions, "protocol" | "paths" | "graphs" | "saveSeconds" | "signal" | "onBegin">,
): Promise<"done" | "stopped"> {
  const { protocol: { epochs }, paths } = options;
  const { count } = session.train;
  say(`${title}: ${count} images, ${epochs} epochs, ${session.network.device}, in ${paths.folder}`);
  if (measuring) say(IN_LINE_WORDS);
  const started = performance.now();
  let done = 0;
  using bar = openBar(epochs * count, { unit: "images" });
  return await train(session, {
    ...options,
    ...measuring && { measuring },
    onSteps: ({ epoch, images }) => bar.update((epoch - 1) * count + images, `epoch ${epoch}/${epochs}`),
    onMeasure: (epoch) => bar.update(epoch * count, `measuring epoch ${epoch}/${epochs}`),
    onNote: (sentence) => bar.note(`note: ${sentence}`),
    onEvaluate: (epoch) => bar.update(epoch * count, `testing epoch ${epoch}/${epochs}`),
    onEpoch: (row, measured) => {
      done += 1;
      const left = (epochs - row.epoch) * (performance.now() - started) / 1000 / done;
      bar.line(epochLine(row, { epochs, left, measured }));
    },
    onUnrecorded: (whyNot) => bar.line(`note: no CUDA graphs, steps are launched one by one: ${whyNot}`),
  });
}
