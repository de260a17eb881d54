/** Format 1 of run.json, whose protocol was flat: read as what it means in the format of now. */
import * as v from "valibot";
import { RAN, RunSchema } from "./run_record.ts";

const positiveCount = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

const Format1Schema = v.strictObject({
  format: v.literal(1),
  protocol: v.strictObject({
    dataset: v.string(),
    perClass: v.nullable(positiveCount),
    model: v.string(),
    stem: v.picklist(["stock", "small"]),
    epochs: positiveCount,
    batchSize: positiveCount,
    learningRate: positive,
    decayFactor: positive,
    decayAfter: v.array(positiveCount),
    momentum: v.pipe(v.number(), v.minValue(0), v.ltValue(1)),
    weightDecay: v.pipe(v.number(), v.finite(), v.minValue(0)),
    precision: v.picklist(["float32", "float64", "bf16"]),
    seed: v.pipe(v.number(), v.integer(), v.minValue(0)),
    checkpoints: v.array(positiveCount),
  }),
  ...RAN,
});

/** run.json of any format, as the format of now. */
export const RunFileSchema = v.variant("format", [
  RunSchema,
  v.pipe(Format1Schema, v.transform(asFormat2), RunSchema),
]);

/** What is absent then means its default. */
function asFormat2({ protocol: p, ...ran }: v.InferOutput<typeof Format1Schema>): unknown {
  return {
    ...ran,
    format: 2,
    protocol: {
      data: { kind: p.dataset, perClass: p.perClass },
      network: { kind: p.model, stem: p.stem },
      classifier: { kind: "learned" },
      loss: { kind: "cross_entropy" },
      optimizer: {
        kind: "sgd",
        learningRate: p.learningRate,
        momentum: p.momentum,
        weightDecay: p.weightDecay,
      },
      schedule: { kind: "step", factor: p.decayFactor, after: p.decayAfter },
      training: {
        epochs: p.epochs,
        batchSize: p.batchSize,
        precision: p.precision,
        seed: p.seed,
        checkpoints: p.checkpoints,
      },
    },
  };
}
