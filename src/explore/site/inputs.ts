/** What the files of an epoch hold, ready to be measured: features by the names of their arrays, or partial statistics. */
import type { MeasureInput } from "../../collapse/measure.ts";
import { openArrays } from "../../formats/array_file.ts";
import type { ByteStore } from "../../formats/byte_store.ts";
import { ARRAY_NAMES, openFeatureFiles, requireComplete, withRoles } from "../../formats/feature_files.ts";
import { type OnRows, sourcesOf } from "../../formats/feature_sources.ts";
import { holdsStatistics, mergeFiles, openStatistics } from "../../formats/statistics_files.ts";

/** Bytes of features that are held at a time. */
const MEMORY = 2 ** 28;

export interface EpochInput {
  readonly input: MeasureInput;
  /** Whether samples are at hand, and not their statistics alone. */
  readonly sampled: boolean;
  /** "403 training, 90 test samples". */
  readonly samples: string;
  /** C. */
  readonly classes: number;
  /** d. */
  readonly width: number;
}

/** Throws, naming the file, where one is damaged, or something needed is missing or does not fit. */
export async function inputOf(stores: readonly ByteStore[], onRows: OnRows): Promise<EpochInput> {
  const partial = await Promise.all(stores.map(holdsStatistics));
  if (partial.includes(true)) {
    const files = await openStatistics(stores);
    const input = await mergeFiles(files);
    return { input, sampled: false, samples: samplesOf(input), classes: files.classes, width: files.width };
  }
  const arrays = new Map<string, typeof stores[number]["path"]>();
  const found = {};
  for (const store of stores) {
    const own = withRoles(await openArrays(store, ARRAY_NAMES));
    for (const name of Object.keys(own)) {
      const other = arrays.get(name);
      if (other !== undefined) {
        throw new Error(`${store.path}: expected one ${name} an epoch, found another in ${other}`);
      }
      arrays.set(name, store.path);
    }
    Object.assign(found, own);
  }
  requireComplete(found, {
    place: `in ${stores.map(({ path }) => path).join(", ")}`,
    remedy: (name) => `name the array so, or its file ${name}.npy`,
  });
  const files = await openFeatureFiles(found);
  const input = sourcesOf(files, { memory: MEMORY, onRows });
  const { classes, width } = files;
  return { input, sampled: true, samples: samplesOf(input), classes, width };
}

function samplesOf({ train, test, ood }: MeasureInput): string {
  const counts = [["training", train], ["test", test], ["out-of-distribution", ood]] as const;
  const all = counts.flatMap(([name, source]) => source ? [`${source.count} ${name}`] : []);
  return `${all.join(", ")} samples`;
}
