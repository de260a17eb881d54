/** run.json: what was asked of a run and what ran, with its validator. */
import * as v from "valibot";
import { ProtocolSchema } from "./protocol.ts";

const positiveCount = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.finite(), v.gtValue(0));

const VersionsSchema = v.strictObject({ tool: v.string(), deno: v.string(), libtorch: v.string() });

/** From where on a run was trained elsewhere, or by other software. */
const ResumptionSchema = v.strictObject({
  /** Epoch in which it went on, counted from 1. */
  epoch: positiveCount,
  device: v.string(),
  threads: positiveCount,
  versions: VersionsSchema,
  /** ISO 8601, UTC. */
  started: v.string(),
});

/** What run.json says beside its format and protocol. */
export const RAN = {
  dataset: v.strictObject({
    name: v.string(),
    /** For titles, e.g. "CIFAR-10". */
    title: v.string(),
    /** SHA-256 over the pixels and labels of both splits as trained on, lower-case hex. */
    digest: v.string(),
    classes: positiveCount,
    trainImages: positiveCount,
    testImages: positiveCount,
    /** Channels, height, width as fed to the network. */
    shape: v.tuple([positiveCount, positiveCount, positiveCount]),
    /** What the network was fed is (x/255 − mean) / std, per channel; absent in runs from before this was recorded. */
    pixels: v.optional(v.strictObject({
      mean: v.array(v.pipe(v.number(), v.finite())),
      std: v.array(positive),
    })),
  }),
  /** The command line that started the run, for the report. */
  command: v.string(),
  versions: VersionsSchema,
  device: v.string(),
  threads: positiveCount,
  /** Trained with deterministic algorithms only: on the same machine the same run gives the same bits. */
  deterministic: v.optional(v.boolean(), false),
  /** ISO 8601, UTC. */
  started: v.string(),
  /** Each time that it went on with another device, number of threads or libtorch, in this order. */
  resumed: v.exactOptional(v.array(ResumptionSchema)),
};

/** run.json: what was asked and what ran. */
export const RunSchema = v.strictObject({ format: v.literal(2), protocol: ProtocolSchema, ...RAN });
export type RunRecord = v.InferOutput<typeof RunSchema>;
