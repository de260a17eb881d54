/** Trains a run: its locks, its folder and its record around the training loop. */
import { dirname } from "node:path";
import { setsIn } from "../collapse/catalogue.ts";
import type { Dataset } from "../data/dataset.ts";
import { loadImages, loadImagesOf, type LoadingProgress } from "../engine/images.ts";
import { halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import { choicesFor, type OodImages, openOod } from "../engine/ood.ts";
import type { Library } from "../ffi/library.ts";
import { openSession, requireVariance, type Session } from "../engine/session.ts";
import { recipeOf } from "../experiment/recipe.ts";
import type { Protocol } from "../experiment/parts.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { makeFolder } from "../files.ts";
import { bytesIn, spaceFor } from "../run/disk.ts";
import { readLayers, requireForm } from "../run/layers.ts";
import { lockRun } from "../run/lock.ts";
import { chooseMetrics, readMeasured } from "../run/measured.ts";
import { checkpointsThere, type RunPaths } from "../run/paths.ts";
import { pathsOfRun } from "../run/places.ts";
import { removeRun, writeRun } from "../run/run_json.ts";
import { findRun, lastTrainedOn, makeRecord, resumedIn } from "./run_to_train.ts";
import type { Measuring, TrainOptions } from "./options.ts";
import type { RunProgress, RunRequest } from "./request.ts";
import { tellOfRun } from "./join_run.ts";
import { train } from "./train.ts";

const REMEDY = "leave --metrics out, and measure others afterwards with deno task validate --again";

const FORM_REMEDY = "ask for that form, or measure the layers afterwards with deno task validate --again";

/**
 * Trains a run, begun or gone on with as `request` says. `signal` stops it after the native call under way; what was
 * done is saved then, and is not where `abandoned` did so. Throws, before the folder is touched, where what is there does not suit what was asked.
 */
export async function startRun(
  request: RunRequest,
  { signal, abandoned, ...progress }: RunProgress & Pick<TrainOptions, "signal" | "abandoned"> = {},
): Promise<"done" | "stopped"> {
  requireRanks(request);
  const { protocol, protocol: { network, training } } = request;
  const paths = pathsOfRun(request.run, request.runs);
  using lock = new DisposableStack();
  let before = await findRun(paths, request, { locked: false });
  if (before !== null) {
    lock.use(await lockRun(paths, "training"));
    before = await findRun(paths, request, { locked: true });
  }
  const last = before && lastTrainedOn(before);
  const { threads = last?.threads, device: asked = last?.device ?? "cpu", rewrite = true } = request;
  using library = openLibrary({ threads, device: asked });
  const { graphs, saveSeconds, together } = request;
  const device = together?.deviceOf(asked) ?? asked;
  library.setDeterministic(before?.deterministic ?? request.deterministic ?? false);
  const dataset = await imagesOf(before, paths, request, progress);
  using ood = await oodToMeasure(library, paths, { protocol, request, dataset, device }, progress);
  using session = openSession(library, protocol, dataset, { device, rewrite, recipe: recipeOf(protocol) });
  requireVariance(session, training);
  const space = await spaceNeeded(paths, { before, session, protocol, request });
  if (space !== null) progress.onSpace?.(space);
  if (before === null) {
    lock.use(await lockNew(paths, request));
    if (abandoned?.aborted) return "stopped";
  }
  const engine = { library, device: asked };
  const record = before ?? makeRecord({ protocol, dataset, ...engine, command: request.command });
  if (before === null) await writeRun(paths, record);
  if (together) await tellOfRun(together, { ...engine, record, folder: paths.folder, rewrite, graphs });
  if (request.measure !== undefined) lock.use(await lockRun(paths, "measuring"));
  const measuring = request.measure &&
    await prepareMeasuring(paths, protocol, request.measure, { ood, dataset });
  progress.onStart?.({
    title: `${network.kind} on ${dataset.title}`,
    folder: paths.folder,
    device: session.network.device,
    epochs: training.epochs,
    images: session.train.count,
    measures: measuring !== undefined,
  });
  return await train(session, {
    ...progress,
    protocol,
    paths,
    ...measuring && { measuring },
    ...{ graphs, saveSeconds, together },
    signal: AbortSignal.any([signal, abandoned].filter((one) => one !== undefined)),
    ...abandoned && { abandoned },
    ...before && {
      onBegin: async (epoch: number) => {
        const record = resumedIn(epoch, before, engine);
        if (record !== before) await writeRun(paths, record);
      },
    },
  });
}

/** The images of a new run, or those that the one before was trained on. */
async function imagesOf(
  before: RunRecord | null,
  { folder }: RunPaths,
  { protocol, data }: RunRequest,
  progress: RunProgress,
): Promise<Dataset> {
  return before === null
    ? await loadImages(protocol, data, progress)
    : await loadImagesOf(before, { folder, data }, progress);
}

/** Throws where a protocol is of more or fewer ranks than there are. */
function requireRanks({ protocol: { training: { ranks } }, together }: RunRequest): void {
  const found = together?.count ?? 1;
  if (found !== ranks) {
    throw new Error(
      `--ranks ${ranks}: expected as many processes, started by torchrun, by srun, or each with RANK, WORLD_SIZE, ` +
        `MASTER_ADDR and MASTER_PORT in its environment, found ${found}`,
    );
  }
}

/** Makes the folder of a new run, locks it, and removes the run that it takes the place of. */
async function lockNew(paths: RunPaths, request: RunRequest): Promise<Disposable> {
  await makeFolder(paths.folder);
  const lock = await lockRun(paths, "training");
  try {
    // Another process may have begun this run while the images were loaded.
    await findRun(paths, request, { locked: true });
    if (request.overwrite) {
      using _lock = await lockRun(paths, "measuring");
      await removeRun(paths);
    }
    return lock;
  } catch (error) {
    lock[Symbol.dispose]();
    throw error;
  }
}

/** What the run's files hold, and the metrics to go on with. */
async function prepareMeasuring(
  paths: RunPaths,
  { training: { checkpoints } }: Protocol,
  {
    metrics: asked,
    memory: keepBytes = halfOfFreeMemory(),
    keep = "all",
    layers: form,
    geometry = true,
  }: NonNullable<RunRequest["measure"]>,
  { ood: { sets, records }, dataset: { classNames } }: { ood: OodImages; dataset: Dataset },
): Promise<Measuring> {
  const there = await readMeasured(paths, checkpoints);
  const metrics = chooseMetrics(asked, there?.metrics ?? null, {
    path: paths.metrics,
    remedy: REMEDY,
    sets: [...sets.keys()],
  });
  const layered = form === undefined ? [] : await readLayers(paths.layers);
  if (form !== undefined) requireForm(layered, form, { path: paths.layers, remedy: FORM_REMEDY });
  const layers = form === undefined ? {} : { layers: { form, rows: layered } };
  return {
    ...layers,
    ...geometry && { geometry: { classNames: classNames ?? null } },
    measured: { metrics, rows: there?.rows ?? [], ood: records },
    ood: sets,
    keepBytes,
    keep,
  };
}

/** The out-of-distribution images that are asked for, or, of a run that goes on, that its table has columns of. */
async function oodToMeasure(
  library: Library,
  paths: RunPaths,
  { protocol, request: { measure, overwrite }, dataset, device }: {
    protocol: Protocol;
    request: RunRequest;
    dataset: Dataset;
    device: string;
  },
  loading: LoadingProgress,
): Promise<OodImages> {
  const there = measure === undefined || overwrite
    ? null
    : await readMeasured(paths, protocol.training.checkpoints);
  const asked = measure?.ood ?? [];
  const sets = new Set([...setsIn(there?.metrics ?? []), ...asked.map(({ set }) => set)]);
  const recorded = there?.ood ?? [];
  return await openOod(
    library,
    choicesFor([...sets], asked, recorded),
    { trained: dataset, device, recorded },
    loading,
  );
}

/** What the run will take of the disk; null where all its checkpoints are there. */
async function spaceNeeded(
  paths: RunPaths,
  { before, session: { plan }, protocol, request: { measure } }: {
    before: RunRecord | null;
    session: Session;
    protocol: Protocol;
    request: RunRequest;
  },
): Promise<{ line: string; isEnough: boolean } | null> {
  const written = before === null ? [] : await checkpointsThere(paths, protocol);
  const measured = before && measure ? await readMeasured(paths, protocol.training.checkpoints) : null;
  const due = protocol.training.checkpoints.filter((epoch) =>
    !written.includes(epoch) && !measured?.rows.some((row) => row.epoch === epoch)
  );
  if (due.length === 0) return null;
  const freed = await bytesIn(dirname(paths.resume)) +
    (before === null ? await bytesIn(paths.checkpoints) : 0);
  const { keep = "all" } = measure ?? {};
  return await spaceFor(paths.folder, { plan, protocol, checkpoints: due.length, keep, freed });
}
