/** Measures checkpoints behind a bar. Apart from what measures features: it brings libtorch and the readers of all data sets along. */
import { type CheckpointOptions, measureCheckpoints } from "../measuring/measure_checkpoints.ts";
import type { Result } from "../measuring/results.ts";
import { type Bar, openBar, passText, showLoading } from "./progress.ts";

/** `save` is handed the results after each checkpoint. */
export async function measureNetworks(
  paths: readonly string[],
  options: CheckpointOptions,
  save: (results: readonly Result[]) => Promise<void>,
): Promise<Result[]> {
  using shown = new DisposableStack();
  let bar: Bar;
  return await measureCheckpoints(paths, options, {
    ...showLoading(),
    onNote: (sentence) => console.error(sentence),
    onBegin: (checkpoints) => bar = shown.use(openBar(checkpoints, { unit: "checkpoints" })),
    onCheckpoint: ({ path, done }) => bar.update(done, path),
    onImages: (path, pass) => bar.tell(passText(path, pass)),
    onResults: async (results, path) => {
      await save(results);
      bar.line(`measured ${path}`);
    },
  });
}
