/** Measures a checkpoint: its features of both splits, reduced to metrics. */
import { bootstrap as resample } from "../collapse/bootstrap.ts";
import type { Selection } from "../collapse/catalogue.ts";
import { measure } from "../collapse/measure.ts";
import { Features } from "../ffi/features.ts";
import type { StateDict } from "../formats/tensor.ts";
import type { Bootstrap, CheckpointTrust, Measurement } from "../record.ts";
import { writeState } from "./checkpoint.ts";
import type { Session } from "./session.ts";
import { trustOf } from "./trust.ts";

export interface MeasureOptions {
  readonly metrics?: Selection;
  /** Features of both splits are kept in at most so much memory; those that do not fit are computed again each pass. */
  readonly keepBytes: number;
  /** Of the optimizer, for the metrics of the MSE loss. */
  readonly weightDecay?: number | null;
  /** Intervals by resampling, or null for none; each replicate costs one measurement outside of native. */
  readonly bootstrap?: Bootstrap | null;
}

/** A row of metrics.csv and its entry in trust.json. */
export interface MeasuredCheckpoint extends Measurement {
  readonly trust: CheckpointTrust;
  /** d, the width of the features. */
  readonly width: number;
}

/** Puts `state` into the session's network and measures it. `file` names it in errors. */
export async function measureState(
  session: Session,
  { state, file, epoch }: { state: StateDict; file: string; epoch: number },
  { metrics = "default", keepBytes, weightDecay = null, bootstrap = null }: MeasureOptions,
): Promise<MeasuredCheckpoint> {
  writeState(session.network, session.plan, state, file);
  const { train: trainKeep, test: testKeep } = share(session, keepBytes);
  const { library, network } = session;
  using train = await Features.extract(library, network, session.train, { keepBytes: trainKeep });
  using test = await Features.extract(library, network, session.test, { keepBytes: testKeep });
  const input = { train, test, classifier: classifierOf(session, state) };
  const { values, outcomes } = await measure(input, { metrics, weightDecay });
  const intervals = bootstrap === null ? {} : await resample(input, { ...bootstrap, metrics, weightDecay });
  return { epoch, values, trust: trustOf(epoch, outcomes, { bootstrap, intervals }), width: train.width };
}

/** W and b of the last layer. */
export function classifierOf(
  { plan }: Pick<Session, "plan">,
  state: StateDict,
): { weight: Float64Array; bias: Float64Array } {
  const values = (name: string) =>
    Float64Array.from(state.get(`${plan.classifier}.${name}`)!.data as Float32Array);
  return { weight: values("weight"), bias: values("bias") };
}

/** The bound, split between training and test features in proportion to their number. */
export function share({ train, test }: Session, keepBytes: number): { train: number; test: number } {
  const trainShare = keepBytes * train.count / (train.count + test.count);
  return { train: trainShare, test: keepBytes - trainShare };
}
