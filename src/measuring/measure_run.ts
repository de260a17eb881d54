/** Measures the checkpoints of a run: metrics.csv and trust.json beside them. */
import { decayBesideSquares } from "../experiment/squared_error.ts";
import { setsIn } from "../collapse/catalogue.ts";
import { resolveName } from "../data/registry.ts";
import { loadStateDict } from "../engine/checkpoint.ts";
import { loadImagesOf, type LoadingProgress } from "../engine/images.ts";
import { keepFrame } from "../engine/keep_frame.ts";
import { type EngineChoices, halfOfFreeMemory, openLibrary } from "../engine/library.ts";
import { measureLayers } from "../engine/measure_layers.ts";
import { type ImagePass, type MeasureChoices, measureState } from "../engine/measure_network.ts";
import { choicesFor, type OodChoice, openOod } from "../engine/ood.ts";
import { openSession } from "../engine/session.ts";
import { resolveProtocol } from "../experiment/protocol.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { hasFrame } from "../run/geometry.ts";
import {
  isWhole,
  type LayerForm,
  type LayerRow,
  readLayers,
  requireForm,
  writeLayers,
} from "../run/layers.ts";
import { lockRun } from "../run/lock.ts";
import { chooseMetrics, type Measured, readMeasured, writeMeasured } from "../run/measured.ts";
import { checkpointPath, checkpointsThere, type RunPaths } from "../run/paths.ts";
import { defaultRunName, requireRun } from "../run/places.ts";
import type { Bootstrap, CheckpointTrust } from "../run/tables.ts";

/** A run by its name, or by its data set, or both, which must fit. */
type RunOf =
  | { readonly run: string; readonly dataset?: string | undefined }
  | {
    /** Name of the data set, in any case. */
    readonly dataset: string;
    /** Defaults to the names of the data set and its protocol's network. */
    readonly run?: string | undefined;
  };

/** What {@link measureRun} measures, where, and on what. */
export type MeasureRequest =
  & RunOf
  & EngineChoices
  & MeasureChoices
  & {
    /** Folder of all runs. */
    readonly runs?: string | undefined;
    /** Folder of an existing copy of the data set. */
    readonly data?: string | undefined;
    /** Measures what metrics.csv holds, too, in the metrics and foreign images that are asked for, whatever it has. */
    readonly again?: boolean | undefined;
    /**
     * What the moving picture needs is kept of each checkpoint that is measured, unless this is false; where it is true,
     * checkpoints without it are measured anew.
     */
    readonly geometry?: boolean | undefined;
    /** Data sets whose images are measured as out-of-distribution ones; by default those that metrics.csv has columns of. */
    readonly ood?: readonly OodChoice[] | undefined;
    /** Measures each layer, too, whose maps become vectors so; checkpoints whose layers were not are measured anew. */
    readonly layers?: LayerForm | undefined;
    /** Intervals by resampling; none by default. */
    readonly bootstrap?: Bootstrap | null | undefined;
  };

/** What is told while a run is measured. */
export interface MeasureProgress extends LoadingProgress {
  /** Called before the first checkpoint with the number of those that are due; not where none is. */
  readonly onBegin?: (checkpoints: number) => void;
  /** Called before each checkpoint, `done` of which are measured. */
  readonly onCheckpoint?: (checkpoint: { readonly epoch: number; readonly done: number }) => void;
  /** Called some times a second while images pass through the network. */
  readonly onImages?: (epoch: number, pass: ImagePass) => void;
  /** Called once a checkpoint's row is measured. */
  readonly onMeasured?: (epoch: number) => void;
  /** Called with what became of a damaged file, in a sentence. */
  readonly onNote?: (sentence: string) => void;
}

/** What {@link measureRun} has done. */
export interface MeasuredRun {
  readonly run: string;
  /** Checkpoints that metrics.csv holds. */
  readonly rows: number;
  /** Those of them that were measured now. */
  readonly now: number;
}

interface WhatToMeasure {
  readonly record: RunRecord;
  readonly paths: RunPaths;
  readonly bootstrap: Bootstrap | null;
  /** The metrics to measure. */
  readonly metrics: readonly string[];
  /** What the files hold: each row stands until its checkpoint is measured anew. */
  readonly old: Measured | null;
  /** Rows of layers that stand. */
  readonly layered: readonly LayerRow[];
}

type Listening = MeasureProgress & { readonly signal?: AbortSignal };

const REMEDY = "add --again to measure every checkpoint anew";

/**
 * Measures what is due of a run; a row is in the files once its checkpoint is done. `signal` ends it within a second or
 * so, by throwing its reason. Throws where there is no such run, or nothing in it to measure.
 */
export async function measureRun(request: MeasureRequest, listening: Listening = {}): Promise<MeasuredRun> {
  const { again = false, bootstrap = null, geometry, layers } = request;
  const dataset = request.dataset === undefined ? null : resolveName(request.dataset);
  const run = request.run ?? defaultRunName(resolveProtocol(dataset!));
  const { paths, record } = await requireRun(run, request.runs);
  const { protocol } = record;
  if (dataset !== null && protocol.data.kind !== dataset) {
    throw new Error(`expected ${dataset} in ${paths.folder}, found a run on ${protocol.data.kind}`);
  }
  using _lock = await lockRun(paths, "measuring");
  const there = await checkpointsThere(paths, protocol);
  // Rows may outlive their checkpoints, which are large: a row is held against the protocol, not against files.
  const old = await readMeasured(paths, protocol.training.checkpoints).catch((error: Error) => {
    if (!again) throw error;
    listening.onNote?.(`${error.message}; all is measured anew`);
    return null;
  });
  if (there.length === 0 && old === null) {
    throw new Error(`expected checkpoints in ${paths.checkpoints}, found none; train the run first`);
  }
  const metrics = chooseMetrics(request.metrics, again ? null : old?.metrics ?? null, {
    path: paths.metrics,
    remedy: REMEDY,
    sets: request.ood?.map(({ set }) => set) ?? [],
  });
  requireCheckpointsOf(old, metrics, { paths, there });
  const stands = again
    ? []
    : (old?.rows ?? []).filter(({ trust }) => bootstrap === null || hasIntervals(trust, bootstrap));
  const drawn = await Promise.all(there.map((epoch) => geometry !== true || hasFrame(paths, epoch)));
  const layered = layers === undefined || again ? [] : (await readLayers(paths.layers)).filter(isWhole);
  if (layers !== undefined) requireForm(layered, layers, { path: paths.layers, remedy: REMEDY });
  const isLayered = (epoch: number) => layers === undefined || layered.some((row) => row.epoch === epoch);
  const due = there.filter((epoch, i) =>
    !drawn[i] || !isLayered(epoch) || stands.every((row) => row.epoch !== epoch)
  );
  if (due.length > 0) {
    await measureEpochs(due, { ...request, record, paths, bootstrap, metrics, old, layered }, listening);
  }
  const rows = new Set([...old?.rows.map(({ epoch }) => epoch) ?? [], ...due]);
  return { run, rows: rows.size, now: due.length };
}

/** Throws where measuring other metrics would drop rows whose checkpoints are no more: nothing could bring them back. */
function requireCheckpointsOf(
  old: Measured | null,
  metrics: readonly string[],
  { paths, there }: { paths: RunPaths; there: readonly number[] },
): void {
  if (old === null || old.metrics.join() === metrics.join()) return;
  const lost = old.rows.map(({ epoch }) => epoch).filter((epoch) => !there.includes(epoch));
  if (lost.length === 0) return;
  throw new Error(
    `${paths.checkpoints}: expected a checkpoint for each row of ${paths.metrics} to measure other metrics, found ` +
      `none of epoch ${lost.join(", ")}; keep to the metrics that are there, or move that file away first`,
  );
}

/**
 * Measures checkpoints and puts their rows into the files one by one, each in place of the one that stood there. Where
 * other metrics are measured than the files hold, no table could hold both: the files are replaced at the end.
 */
async function measureEpochs(
  epochs: readonly number[],
  {
    record,
    paths,
    bootstrap,
    metrics,
    old,
    data,
    threads,
    geometry = true,
    again,
    layers: form,
    layered,
    ood: askedOod = [],
    memory = halfOfFreeMemory(),
    device = record.device,
  }:
    & EngineChoices
    & { readonly memory?: number | undefined; readonly data?: string | undefined }
    & Pick<MeasureRequest, "geometry" | "again" | "layers" | "ood">
    & WhatToMeasure,
  { signal, onBegin, onCheckpoint, onImages, onMeasured, ...loading }: Listening,
): Promise<void> {
  const { protocol } = record;
  using library = openLibrary({ threads, device });
  const dataset = await loadImagesOf(record, { folder: paths.folder, data }, loading);
  const recorded = again ? [] : old?.ood ?? [];
  const choices = choicesFor(setsIn(metrics), askedOod, recorded);
  using foreign = await openOod(library, choices, { trained: dataset, device, recorded }, loading);
  using session = openSession(library, protocol, dataset, { device });
  const { sets: ood, records } = foreign;
  const weightDecay = decayBesideSquares(protocol, session.plan.classes);
  const sameMetrics = old === null || old.metrics.join() === metrics.join();
  let rows = sameMetrics ? old?.rows ?? [] : [];
  let layers = layered;
  onBegin?.(epochs.length);
  for (const [done, epoch] of epochs.entries()) {
    signal?.throwIfAborted();
    onCheckpoint?.({ epoch, done });
    const file = checkpointPath(paths, protocol, epoch);
    const state = await loadStateDict(file);
    const look = geometry ? { look: keepFrame(paths, epoch, dataset.classNames ?? null) } : {};
    const told = onImages && { onImages: (pass: ImagePass) => onImages(epoch, pass) };
    const options = { metrics, keepBytes: memory, weightDecay, bootstrap, ood, signal, ...told, ...look };
    const row = await measureState(session, { state, file, epoch }, options);
    if (form !== undefined) {
      // Before the row of metrics.csv: one that stands has its layers, where these were asked for.
      const found = await measureLayers(session, epoch, { form, keepBytes: memory, signal, ...told });
      layers = [...layers.filter((other) => other.epoch !== epoch), ...found];
      await writeLayers(paths.layers, layers);
    }
    rows = [...rows.filter((other) => other.epoch !== epoch), row];
    if (sameMetrics || done === epochs.length - 1) {
      await writeMeasured(paths, { metrics, rows, ood: records });
    }
    onMeasured?.(epoch);
  }
}

/** Whether a checkpoint was measured with the intervals that are asked for. */
function hasIntervals({ bootstrap }: CheckpointTrust, asked: Bootstrap): boolean {
  return bootstrap !== null && bootstrap.replicates === asked.replicates && bootstrap.seed === asked.seed;
}
