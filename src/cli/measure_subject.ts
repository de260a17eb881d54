/** Measures what was found at the paths, behind bars. */
import type { ArrayName } from "../formats/feature_files.ts";
import type { CheckpointOptions } from "../measuring/measure_checkpoints.ts";
import type { FeatureOptions, FeatureProgress } from "../measuring/measure_features.ts";
import { measureSeries, measureSubject } from "../measuring/measure_series.ts";
import type { Result } from "../measuring/results.ts";
import type { EpochSubject, Subject } from "../measuring/subject.ts";
import { choicesOf, oodPathsOf, type OodWord } from "./ood_option.ts";
import { type Bar, openBar } from "./progress.ts";

/** Measures networks with libtorch. `save` is handed the results after each checkpoint. */
export type MeasureNetworks = (
  paths: readonly string[],
  options: CheckpointOptions,
  save: (results: readonly Result[]) => Promise<void>,
) => Promise<Result[]>;

/**
 * `files` are those of features by role; `save` is handed the results so far where there are several; `networks` is null in
 * a program without libtorch.
 */
export async function measureBehindBar(
  subject: Subject,
  { ood, ...options }:
    & Omit<FeatureOptions & CheckpointOptions, "ood">
    & { readonly ood?: readonly OodWord[] | undefined },
  { files, save, networks }: {
    files: { readonly [name in ArrayName]?: string | undefined };
    save: (results: readonly Result[]) => Promise<void>;
    networks: MeasureNetworks | null;
  },
): Promise<Result[]> {
  switch (subject.kind) {
    case "features":
    case "statistics": {
      using passes = barsOfPasses();
      return [
        await measureSubject(
          subject,
          { ...options, ...ood && { ood: oodPathsOf(ood) } },
          passes,
          files,
        ),
      ];
    }
    case "series":
      if (subject.others.length > 0) {
        console.error(`left out, for no epoch at the end of the name: ${subject.others.join(", ")}`);
      }
      return await seriesBehindBar(subject.epochs, options, save);
    default:
      if (networks === null) {
        throw new Error(
          `${
            subject.paths[0]
          }: expected features (a dict with train_features), found a network, which is measured ` +
            "with libtorch: by the project this package is of, not by the package",
        );
      }
      return await networks(
        subject.paths,
        { ...options, ...ood && { ood: choicesOf(ood) } },
        save,
      );
  }
}

/** A bar for each pass over the samples of a split. */
function barsOfPasses(): FeatureProgress & Disposable {
  let bar: Bar | undefined;
  return {
    onNote: (sentence) => console.error(sentence),
    onRows({ split, rows, count }) {
      if (rows === 0) {
        bar?.[Symbol.dispose]();
        bar = openBar(count, { unit: "samples" });
      }
      bar?.update(rows, split);
    },
    [Symbol.dispose]: () => bar?.[Symbol.dispose](),
  };
}

async function seriesBehindBar(
  epochs: readonly EpochSubject[],
  options: FeatureOptions,
  save: (results: readonly Result[]) => Promise<void>,
): Promise<Result[]> {
  using bar = openBar(epochs.length, { unit: "epochs" });
  const told = new Set<string>();
  return await measureSeries(epochs, options, {
    onNote: (sentence) => {
      if (!told.has(sentence)) console.error(sentence);
      told.add(sentence);
    },
    onEpoch: ({ path, done }) => bar.update(done, path),
    onResults: async (results, path) => {
      await save(results);
      bar.line(`measured ${path}`);
    },
  });
}
