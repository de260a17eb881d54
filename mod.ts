/**
 * Measures neural collapse on features in typed arrays or streams, in any JavaScript runtime: no native library,
 * no file access, no Deno.
 *
 * ```ts
 * import { arraySource, measure } from "neural-collapse-lab";
 *
 * const train = arraySource({ features, labels, width: 512, classes: 10 });
 * const { values } = await measure({ train, classifier: { weight, bias } });
 * console.log(values.within_class_variation);
 * ```
 */
export {
  type ArrayFeatures,
  arraySource,
  type StreamShape,
  streamSource,
} from "./src/collapse/array_source.ts";
export type { ByMetric, MetricName } from "./src/collapse/by_metric.ts";
export { bootstrap, type BootstrapOptions, type Interval } from "./src/collapse/bootstrap.ts";
export { CATALOGUE, idealOf, type Metric, type Selection } from "./src/collapse/catalogue.ts";
export {
  type ClassifierInput,
  measure,
  type MeasureInput,
  type MeasureOptions,
  type MeasureResult,
} from "./src/collapse/measure.ts";
export type { Defined, NotDefined, Outcome, RankDecision, Sensitivity } from "./src/collapse/outcome.ts";
export type { ClassSums, FeatureChunk, FeatureSource } from "./src/collapse/source.ts";
export {
  addSums,
  MergedStatistics,
  type SplitStatistics,
  statisticsSource,
} from "./src/collapse/statistics.ts";
