/** `deno task train DATASET`: trains by the data set's protocol, each hyper-parameter of which is an option. */
import { Command, type CommandUnknownOpts, Option } from "@commander-js/extra-typings";
import configuration from "../../deno.json" with { type: "json" };
import type { Dataset } from "../data/dataset.ts";
import { datasetNames, resolveName } from "../data/registry.ts";
import type { Library } from "../ffi/library.ts";
import { isThere, makeFolder } from "../files.ts";
import { RESNETS } from "../models/resnet.ts";
import type { LogRow, Protocol, RunRecord } from "../record.ts";
import { chooseMetrics, readMeasured } from "../train/measure.ts";
import { MAX_SEED, type ProtocolOverrides, resolveProtocol } from "../train/protocol.ts";
import { lockRun, readRun, requireSameProtocol, type RunPaths, writeRun } from "../train/run.ts";
import { openSession, requireVariance, type Session } from "../train/session.ts";
import { type Measuring, SAVE_SECONDS, train, type TrainOptions } from "../train/train.ts";
import type { EngineChoices, MeasureChoices } from "./choices.ts";
import { commandLine } from "./command_line.ts";
import { halfOfFreeMemory, openLibrary } from "./engine.ts";
import { loadImages, loadImagesOf } from "./images.ts";
import { metricSelection } from "./metrics_option.ts";
import {
  decimal,
  device,
  epochList,
  keptPerClass,
  memory,
  perClass,
  runName,
  threads,
  wholeNumber,
} from "./options.ts";
import { defaultRunName, pathsOfRun } from "./places.ts";
import { duration, openBar } from "./progress.ts";
import { onInterrupt } from "./signals.ts";
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
  readonly rewrite?: boolean | undefined;
  readonly graphs?: boolean | undefined;
  readonly deterministic?: boolean | undefined;
  /** Seconds after which what `resume` needs is written again. */
  readonly saveSeconds?: number | undefined;
  /** Measures each checkpoint as it is written, and writes the report at the end. */
  readonly measure?: MeasureChoices | undefined;
  /** The command line, for the report. */
  readonly command: string;
}

const REMEDY = "leave --metrics out, and measure others afterwards with deno task validate --again";

export function trainCommand(): CommandUnknownOpts {
  const command = new Command("train")
    .description("train a network by the protocol of a data set")
    .argument("<dataset>", datasetNames().join(", "))
    .option("--model <name>", RESNETS.join(", "))
    .addOption(
      new Option("--stem <kind>", "stock (7×7 stride 2, max-pool) or small (3×3)").choices([
        "stock",
        "small",
      ]),
    )
    .option("--per-class <n>", "keep the first n training images of each class, or all", perClass)
    .option("--epochs <n>", "how often to go through the images", wholeNumber({ min: 1 }))
    .option("--batch-size <n>", "images a step", wholeNumber({ min: 1, max: 2 ** 31 - 1 }))
    .option("--lr <rate>", "learning rate of the first epochs", decimal({ min: 0, above: true }))
    .option("--decay-factor <x>", "multiplies the learning rate", decimal({ min: 0, above: true }))
    .option("--decay-after <epochs>", "after these epochs (default: E/3,2E/3)", epochList)
    .option("--momentum <x>", "of SGD", decimal({ min: 0, below: 1 }))
    .option("--weight-decay <x>", "on every parameter", decimal({ min: 0 }))
    .addOption(
      new Option(
        "--precision <type>",
        "float32, float64, or bf16 (PyTorch's autocast: activations and products in bfloat16, all else float32)",
      ).choices(["float32", "float64", "bf16"]),
    )
    .option("--deterministic", "use deterministic algorithms only: the same bits each time on one machine")
    .option("--seed <n>", "of parameters and image order", wholeNumber({ max: MAX_SEED }))
    .option("--checkpoints <epochs>", "epochs to save (default: 1, every 5th, the last)", epochList)
    .option("--data <folder>", "an existing copy of the data set")
    .option("--device <name>", "cpu, cuda or cuda:<index> (default: cpu)", device)
    .option("--threads <n>", "CPU threads (default: one a core)", threads)
    .option("--run <name>", "folder in runs/ (default: <dataset>-<model>)", runName)
    .option("--resume", "go on where this run was stopped or killed")
    .option(
      "--save-seconds <n>",
      `seconds of training that a killed process may lose, to the end of an epoch (default: ${SAVE_SECONDS})`,
      wholeNumber(),
    )
    .option("--no-rewrite", "run the network op by op, without the exact rewrites")
    .option("--no-graphs", "on CUDA, launch each kernel of a step by itself, without CUDA graphs")
    .option("--measure", "measure each checkpoint as it is written, as validate would, and write the report")
    .option("--metrics <names>", "to measure: default, all, or names separated by commas", metricSelection)
    .option(
      "--memory <size>",
      "for measured features, as 512M or 4G (default: half of what is free)",
      memory,
    );
  return command.action(async (dataset, options) => {
    const { measure, metrics, memory, lr, perClass, ...others } = options;
    const { data, device, threads, run, resume, rewrite, graphs, deterministic, saveSeconds, ...rest } =
      others;
    for (const [name, value] of Object.entries({ metrics, memory })) {
      if (value === undefined || measure) continue;
      command.error(`error: --${name} needs --measure: expected both, found the one`);
    }
    const kept = perClass === undefined ? {} : { perClass: keptPerClass(perClass) };
    const overrides = { ...rest, ...kept, learningRate: lr };
    Deno.exitCode = await runTraining({
      dataset,
      overrides,
      data,
      device,
      threads,
      run,
      resume,
      rewrite,
      graphs,
      deterministic,
      saveSeconds,
      measure: measure ? { metrics, memory } : undefined,
      command: commandLine("train", Deno.args.slice(1)),
    });
  });
}

/** Trains and says how it went. Returns the exit code: 0, or that of the signal that stopped it. */
export async function runTraining(training: Training): Promise<number> {
  const name = resolveName(training.dataset);
  const asked = resolveProtocol(name, training.overrides);
  const run = training.run ?? defaultRunName(asked);
  const exitCode = await trainRun(training, { asked, run });
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
  console.error(`done: ${checkpoints}`);
  // Checkpoints from before a resume may lack a measurement still.
  await runValidation({ dataset: name, run, data, threads, device, memory: measure.memory });
  return 0;
}

/** Trains, holding the run's locks and all that is native. Returns the exit code. */
async function trainRun(
  training: Training,
  { asked, run }: { asked: Protocol; run: string },
): Promise<number> {
  const paths = pathsOfRun(run);
  const before = await findRun(paths, training, asked);
  using lock = new DisposableStack();
  if (before !== null) lock.use(await lockRun(paths, "training"));
  const protocol = before?.protocol ?? asked;
  const { threads = before?.threads, device = before?.device ?? "cpu", data, rewrite = true } = training;
  const deterministic = before?.deterministic ?? training.deterministic ?? false;

  using library = openLibrary({ threads, device });
  library.setDeterministic(deterministic);
  const dataset = before === null
    ? await loadImages(protocol, data)
    : await loadImagesOf(before, { folder: paths.folder, data });
  using session = openSession(library, protocol, dataset, { device, rewrite });
  requireVariance(session, protocol);
  if (before === null) {
    await makeFolder(paths.folder);
    lock.use(await lockRun(paths, "training"));
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
  });
  return outcome === "done" ? 0 : interruption.exitCode;
}

/** What the run's files hold, and the metrics to go on with. */
async function prepareMeasuring(
  paths: RunPaths,
  { checkpoints }: Protocol,
  { metrics: asked, memory: keepBytes = halfOfFreeMemory() }: MeasureChoices,
): Promise<Measuring> {
  const there = await readMeasured(paths, checkpoints);
  const metrics = chooseMetrics(asked, there?.metrics ?? null, { path: paths.metrics, remedy: REMEDY });
  return { measured: { metrics, rows: there?.rows ?? [] }, keepBytes };
}

/** What follows `deno task train` to go on with a run that was stopped. */
function wordsToGoOn(
  { data, rewrite = true, graphs = true, saveSeconds, measure }: Training,
  name: string,
  run: string,
): string[] {
  const { metrics, memory } = measure ?? {};
  return [
    ...[name, "--run", run],
    ...data === undefined ? [] : ["--data", data],
    ...rewrite ? [] : ["--no-rewrite"],
    ...graphs ? [] : ["--no-graphs"],
    ...saveSeconds === undefined ? [] : ["--save-seconds", String(saveSeconds)],
    ...measure === undefined ? [] : ["--measure"],
    ...metrics === undefined ? [] : ["--metrics", [metrics].flat().join()],
    ...memory === undefined ? [] : ["--memory", `${memory / 1024}K`],
    "--resume",
  ];
}

/** Trains behind a progress bar. */
async function trainWithProgress(
  session: Session,
  { title, measuring, ...options }:
    & { title: string; measuring: Measuring | undefined }
    & Pick<TrainOptions, "protocol" | "paths" | "graphs" | "saveSeconds" | "signal">,
): Promise<"done" | "stopped"> {
  const { protocol: { epochs }, paths } = options;
  const { count } = session.train;
  console.error(`${title}: ${count} images, ${epochs} epochs, ${session.network.device}, in ${paths.folder}`);
  using bar = openBar(epochs * count, { unit: "images" });
  return await train(session, {
    ...options,
    ...measuring && { measuring },
    onSteps: ({ epoch, images }) => bar.update((epoch - 1) * count + images, `epoch ${epoch}/${epochs}`),
    onMeasure: (epoch) => bar.update(epoch * count, `measuring epoch ${epoch}/${epochs}`),
    onEpoch: (row) => bar.line(epochLine(row, epochs)),
    onUnrecorded: (whyNot) => bar.line(`note: no CUDA graphs, steps are launched one by one: ${whyNot}`),
  });
}

/** The record of the run to go on with, or null for a fresh one. Throws where the folder does not suit what was asked. */
async function findRun(
  paths: RunPaths,
  { resume = false, deterministic = false, overrides }: Training,
  asked: Protocol,
): Promise<RunRecord | null> {
  const { folder } = paths;
  const record = await readRun(paths);
  if (record === null) {
    if (resume) {
      throw new Error(`expected a run to resume in ${folder}, found none; start it without --resume`);
    }
    if (await isThere(paths.resume)) {
      throw new Error(
        `expected run.json beside ${paths.resume}, found none; remove ${folder}, or choose another run with --run`,
      );
    }
    return null;
  }
  if (resume) {
    requireSameProtocol(folder, record, { ...record.protocol, ...stated(overrides), dataset: asked.dataset });
    if (deterministic && !record.deterministic) {
      throw new Error(
        `${folder} was begun without --deterministic, found it now; leave it out, or choose another run with --run`,
      );
    }
    return record;
  }
  // Says so if that run is being trained just now.
  using _lock = await lockRun(paths, "training");
  requireSameProtocol(folder, record, asked);
  throw new Error(
    `expected no run in ${folder} yet, found one; add --resume to go on with it, or choose another with --run`,
  );
}

/** What the command line leaves open is as the run has it. */
function stated(overrides: ProtocolOverrides): Partial<Protocol> {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
}

function makeRecord(
  { protocol, dataset, library, device, command }: {
    protocol: Protocol;
    dataset: Dataset;
    library: Library;
    device: string;
    command: string;
  },
): RunRecord {
  const { name, title, digest, classes, shape } = dataset;
  const { libtorch, threads, deterministic } = library.describe();
  return {
    format: 1,
    protocol,
    dataset: {
      name,
      title,
      digest,
      classes,
      trainImages: dataset.train.count,
      testImages: dataset.test.count,
      shape: [...shape],
    },
    command,
    versions: { tool: configuration.version, deno: Deno.version.deno, libtorch },
    device,
    threads,
    deterministic,
    started: new Date().toISOString(),
  };
}

function epochLine(row: LogRow, epochs: number): string {
  return `epoch ${String(row.epoch).padStart(String(epochs).length)}/${epochs}  ` +
    `loss ${row.train_loss.toPrecision(3)}  train ${row.train_accuracy.toFixed(2)} %  ` +
    `test ${row.test_accuracy.toFixed(2)} %  ${duration(row.seconds)}`;
}
