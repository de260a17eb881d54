/** Templates of data sets: what those of one kind have in common, files, shape and reader. */
import { CIFAR_SHAPE, readCifar } from "./cifar.ts";
import { readCifarPython } from "./cifar_python.ts";
import type { FileSet } from "./copies.ts";
import { drawImages, DRAWN_SHAPE, drawnClassNames, type DrawnOptions } from "./drawn.ts";
import { readIdx } from "./idx.ts";
import type { Source } from "./source.ts";

/** Training images and labels, test images and labels. */
const MNIST_FILES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

/** What differs between CIFAR-10 and CIFAR-100. */
interface CifarOptions {
  readonly labelClasses: readonly number[];
  readonly folder: string;
  /** As torchvision keeps it: the training files, then the test file. */
  readonly python: { readonly folder: string; readonly files: readonly string[] };
  readonly train: readonly string[];
  readonly test: string;
  readonly archive: { readonly file: string; readonly md5: string };
}

export function cifar(
  { labelClasses, folder, python, train, test, archive }: CifarOptions,
): Pick<Source, "shape" | "mean" | "std" | "files" | "read" | "other"> {
  const read = (reader: typeof readCifar) => async (paths: readonly string[]) => ({
    train: await reader(paths.slice(0, -1), { labelClasses, records: 50_000 / train.length }),
    test: await reader(paths.slice(-1), { labelClasses, records: 10_000 }),
  });
  return {
    shape: CIFAR_SHAPE,
    // The values of the experiment reproduced here, which uses CIFAR-10's for CIFAR-100 too.
    mean: [0.4914, 0.4822, 0.4465],
    std: [0.2023, 0.1994, 0.2010],
    files: {
      files: [...train, test],
      suffixes: [""],
      folder,
      remote: { archive: { ...archive, from: ["https://www.cs.toronto.edu/~kriz/"] } },
    },
    read: read(readCifar),
    other: { files: { ...python, suffixes: [""] }, read: read(readCifarPython) },
  };
}

/** What differs between MNIST and Fashion-MNIST. */
interface MnistOptions extends Pick<FileSet, "folder" | "otherFolders" | "systemFolders"> {
  readonly from: readonly string[];
  /** Of the four gzipped files in the order of {@link MNIST_FILES}. */
  readonly md5: readonly string[];
}

/** 28×28 images, padded to the 32×32 that networks for CIFAR take. */
export function mnistLike({ from, md5, ...folders }: MnistOptions): Pick<Source, "shape" | "files" | "read"> {
  const layout = { height: 28, width: 28, padding: 2, classes: 10 };
  return {
    shape: [1, 32, 32],
    files: {
      ...folders,
      files: MNIST_FILES,
      suffixes: [".gz", ""],
      remote: { files: MNIST_FILES.map((file, i) => ({ file: `${file}.gz`, from, md5: md5[i]! })) },
    },
    read: async ([trainImages, trainLabels, testImages, testLabels]) => ({
      train: await readIdx(trainImages!, trainLabels!, { ...layout, count: 60_000 }),
      test: await readIdx(testImages!, testLabels!, { ...layout, count: 10_000 }),
    }),
  };
}

/** Sets that are drawn by code. */
export function drawn(options: DrawnOptions): Pick<Source, "classes" | "classNames" | "shape" | "read"> {
  return {
    classes: options.classes,
    classNames: drawnClassNames(options.classes),
    shape: DRAWN_SHAPE,
    // Drawing takes far longer than all else that a small run begins with.
    read: (_paths, perClass = Infinity) =>
      Promise.resolve(drawImages({ ...options, train: Math.min(options.train, perClass * options.classes) })),
  };
}
