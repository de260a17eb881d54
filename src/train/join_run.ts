/** A rank other than 0: it takes its part of every step, and neither reads nor writes the run's folder. */
import * as v from "valibot";
import { loadImagesOf, type LoadingProgress } from "../engine/images.ts";
import { openLibrary } from "../engine/library.ts";
import { type Position, START } from "../engine/resume.ts";
import { openSession, type Session } from "../engine/session.ts";
import type { Together } from "../engine/together.ts";
import { recipeOf } from "../experiment/recipe.ts";
import { type RunRecord, RunSchema } from "../experiment/run_record.ts";
import type { Library } from "../ffi/library.ts";
import { Trainer } from "../ffi/trainer.ts";
import { trainEpoch } from "./epoch.ts";
import { versionsWith } from "./run_to_train.ts";

/** What rank 0 tells the others of the run, once. */
const ToldSchema = v.strictObject({
  versions: v.object({ tool: v.string(), libtorch: v.string() }),
  /** Checked on its own, as it is of the same version only where the tool is. */
  record: v.unknown(),
  folder: v.string(),
  /** As it was asked for: each rank takes one of its own. */
  device: v.string(),
  rewrite: v.boolean(),
  graphs: v.boolean(),
});

/** Where training stands when the ranks begin. */
const PositionSchema = v.strictObject({
  epoch: v.number(),
  step: v.number(),
  loss: v.number(),
  correct: v.number(),
  seconds: v.number(),
});

/** What rank 0 says before each epoch. */
export type Word = "epoch" | "stopped" | "done";
const WordSchema = v.picklist(["epoch", "stopped", "done"]);

export interface JoinRequest {
  readonly together: Together;
  /** Folder of an existing copy of the data set. */
  readonly data?: string | undefined;
  readonly threads?: number | undefined;
}

/** Rank 0 tells the others what run they train. */
export async function tellOfRun(
  together: Together,
  { library, graphs = true, ...run }: {
    library: Library;
    record: RunRecord;
    folder: string;
    device: string;
    rewrite: boolean;
    graphs: boolean | undefined;
  },
): Promise<void> {
  await together.tell({ versions: versionsOf(library), graphs, ...run });
}

/**
 * Trains along with rank 0 until that says that the run is done or stopped. `signal` stops all ranks; `onStart` is told
 * when training begins. Throws where another rank ends, and where versions or images differ from rank 0's.
 */
export async function joinRun(
  { together, data, threads }: JoinRequest,
  { signal, onStart, ...loading }: LoadingProgress & {
    readonly signal?: AbortSignal;
    readonly onStart?: () => void;
  } = {},
): Promise<"done" | "stopped"> {
  const told = v.parse(ToldSchema, await together.hear());
  using library = openLibrary({ threads, device: told.device });
  const device = together.deviceOf(told.device);
  requireVersions(told.versions, library);
  const record = v.parse(RunSchema, told.record);
  library.setDeterministic(record.deterministic);
  const dataset = await loadImagesOf(record, { folder: told.folder, data }, loading);
  const { protocol } = record;
  const { rewrite, graphs } = told;
  using session = openSession(library, protocol, dataset, {
    device,
    rewrite,
    recipe: recipeOf(protocol),
  });
  using trainer = Trainer.create(library, session.network, session.train, recipeOf(protocol, { graphs }));
  await together.share(trainer, protocol.training);
  const position = v.parse(PositionSchema, await together.hear());
  onStart?.();
  return await follow(session, trainer, position, { together, record, signal });
}

async function follow(
  session: Session,
  trainer: Trainer,
  start: Position,
  { together, record: { protocol }, signal }: {
    together: Together;
    record: RunRecord;
    signal: AbortSignal | undefined;
  },
): Promise<"done" | "stopped"> {
  let position = start;
  for (;;) {
    const word = v.parse(WordSchema, await together.hear());
    if (word !== "epoch") return word;
    const { stopped } = await trainEpoch(session, trainer, position, { protocol, together, signal });
    if (stopped) return "stopped";
    trainer.flush();
    position = { ...START, epoch: position.epoch + 1 };
  }
}

function versionsOf(library: Library): { tool: string; libtorch: string } {
  const { tool, libtorch } = versionsWith(library.describe().libtorch);
  return { tool, libtorch };
}

function requireVersions(expected: { tool: string; libtorch: string }, library: Library): void {
  const words = ({ tool, libtorch }: { tool: string; libtorch: string }) =>
    `version ${tool} with libtorch ${libtorch}`;
  const found = versionsOf(library);
  if (words(found) === words(expected)) return;
  throw new Error(`expected ${words(expected)}, as rank 0 has, found ${words(found)}`);
}
