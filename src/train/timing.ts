/** How fast a protocol would train here, from some steps of it that leave nothing behind. */
import { loadImages, type LoadingProgress } from "../engine/images.ts";
import { type EngineChoices, openLibrary } from "../engine/library.ts";
import { openSession } from "../engine/session.ts";
import { recipeOf } from "../experiment/recipe.ts";
import type { Protocol } from "../experiment/parts.ts";
import { learningRate } from "../experiment/schedule.ts";
import { Trainer } from "../ffi/trainer.ts";
import { secondsSince } from "./epoch.ts";
import { imagesOfEpoch } from "./order.ts";

/** Seconds of steps that are timed, after a first one that allocates what the others use again. */
const TIMED_SECONDS = 1.5;

/** What a timing found. */
export interface Timing {
  readonly imagesPerSecond: number;
  /** Training images of an epoch. */
  readonly images: number;
}

/** Trains a fresh network for a second or two. Throws as training would where images or device are not there. */
export async function timeTraining(
  protocol: Protocol,
  { data, device = "cpu", threads }: EngineChoices & { readonly data?: string | undefined },
  progress: LoadingProgress = {},
): Promise<Timing> {
  using library = openLibrary({ threads, device });
  const dataset = await loadImages(protocol, data, progress);
  const recipe = recipeOf(protocol, { graphs: true });
  using session = openSession(library, protocol, dataset, { device, recipe });
  using trainer = Trainer.create(library, session.network, session.train, recipe);
  const { batchSize, seed } = protocol.training;
  const { count } = session.train;
  session.network.initialise(seed);
  const { order, changes } = imagesOfEpoch(protocol, 1, count);
  const rate = learningRate(1, protocol);
  const steps = Math.ceil(count / batchSize);
  const step = (firstStep: number) =>
    trainer.run(order, { batchSize, firstStep: firstStep % steps, steps: 1, learningRate: rate, changes });
  await step(0);
  const started = performance.now();
  let taken = 0;
  let images = 0;
  do {
    taken += 1;
    const first = (taken % steps) * batchSize;
    await step(taken);
    images += Math.min(batchSize, count - first);
  } while (secondsSince(started) < TIMED_SECONDS);
  return { imagesPerSecond: images / secondsSince(started), images: count };
}
