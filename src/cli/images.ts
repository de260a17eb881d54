/** Loads the images that a run needs. */
import type { Dataset } from "../data/dataset.ts";
import { loadDataset } from "../data/registry.ts";
import type { Protocol, RunRecord } from "../experiment/run_record.ts";
import { DATA_FOLDER } from "../run/places.ts";
import { downloadProgress, say } from "./progress.ts";

/** Digits of a digest that tell data sets apart in a message. */
const SHOWN_DIGITS = 12;

/** The images of a protocol, from the folder `data` where that is given, else found or downloaded. */
export async function loadImages(
  { dataset, perClass }: Pick<Protocol, "dataset" | "perClass">,
  data: string | undefined,
): Promise<Dataset> {
  using progress = downloadProgress();
  const { onProgress } = progress;
  return await loadDataset(dataset, {
    data,
    cache: DATA_FOLDER,
    perClass: perClass ?? undefined,
    onProgress,
    onWait: (folder) => say(`another process is downloading into ${folder}; waiting for it`),
  });
}

/** The images that the run in `folder` was trained on. Throws where what was found has another digest. */
export async function loadImagesOf(
  { protocol, dataset: { digest } }: RunRecord,
  { folder, data }: { folder: string; data: string | undefined },
): Promise<Dataset> {
  const dataset = await loadImages(protocol, data);
  if (dataset.digest === digest) return dataset;
  const [expected, found] = [digest, dataset.digest].map((digits) => `${digits.slice(0, SHOWN_DIGITS)}…`);
  throw new Error(
    `expected the images that ${folder} was trained on (digest ${expected}), found others (${found}); ` +
      "name the folder that holds them with --data",
  );
}
