/** Loads the images that a run needs. */
import type { Dataset } from "../data/dataset.ts";
import type { OnProgress } from "../data/download.ts";
import { loadDataset } from "../data/load.ts";
import type { Pictures } from "../data/own/load.ts";
import { imbalanceOf, ownImages } from "../experiment/data.ts";
import type { Protocol } from "../experiment/parts.ts";
import type { RunRecord } from "../experiment/run_record.ts";
import { DATA_FOLDER } from "../run/places.ts";

/** Digits of a digest that tell data sets apart in a message. */
const SHOWN_DIGITS = 12;

/** What is told while images are looked for. */
export interface LoadingProgress {
  /** How far a download is. */
  readonly onDownload?: OnProgress;
  /** How many images of a person's own are converted, of how many. */
  readonly onConvert?: (done: number, all: number) => void;
  /** Called with the folder that another process is downloading or converting into, before it is waited for. */
  readonly onWait?: (folder: string) => void;
  /** Called at the end, whether they were found or not. */
  readonly onLoaded?: () => void;
}

/** What of a protocol decides which images are trained on. */
export interface ImageProtocol extends Pick<Protocol, "data"> {
  readonly training: Pick<Protocol["training"], "seed">;
}

/** The images that a protocol asks for, from the folder `data` where that is given, else found or downloaded. */
export async function loadImages(
  { data: asked, training: { seed } }: ImageProtocol,
  data: string | undefined,
  { onDownload, onConvert, onWait, onLoaded }: LoadingProgress,
): Promise<Dataset> {
  const { kind, perClass, classes, imbalance, labelNoise } = asked;
  const selection = {
    perClass: perClass ?? undefined,
    classes: classes ?? undefined,
    imbalance: imbalance === null ? undefined : imbalanceOf(imbalance),
    labelNoise: labelNoise === 0 ? undefined : { fraction: labelNoise, seed },
  };
  const cache = DATA_FOLDER;
  try {
    const own = ownImages(asked);
    if (own === null) {
      return await loadDataset(kind, { data, cache, ...selection, onProgress: onDownload, onWait });
    }
    if (data !== undefined) {
      throw new Error(`--data is of data sets: expected ${own.path} alone, found ${data}, too`);
    }
    const { path, imageSize: size } = own;
    // Here, so that no other command loads the decoders of pictures.
    const { loadOwn } = await import("../data/own/load.ts");
    return await loadOwn({ path: path!, size, cache, ...selection, onImage: onConvert, onWait });
  } finally {
    onLoaded?.();
  }
}

/** A person's own images that are only measured, whatever they show. */
export async function loadOwnPictures(
  place: { readonly path: string; readonly size: number | null },
  { onConvert, onWait, onLoaded }: LoadingProgress,
): Promise<Pictures> {
  try {
    const { loadPictures } = await import("../data/own/load.ts");
    return await loadPictures({ ...place, cache: DATA_FOLDER, onImage: onConvert, onWait });
  } finally {
    onLoaded?.();
  }
}

/** The images that the run in `folder` was trained on. Throws where what was found has another digest. */
export async function loadImagesOf(
  { protocol, dataset: { digest } }: RunRecord,
  { folder, data }: { folder: string; data: string | undefined },
  progress: LoadingProgress,
): Promise<Dataset> {
  const dataset = await loadImages(protocol, data, progress);
  if (dataset.digest === digest) return dataset;
  const [expected, found] = [digest, dataset.digest].map((digits) => `${digits.slice(0, SHOWN_DIGITS)}…`);
  throw new Error(
    `expected the images that ${folder} was trained on (digest ${expected}), found others (${found}); ` +
      "name the folder that holds them with --data",
  );
}
