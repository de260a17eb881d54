/** Every data set by name: where it comes from, how it is read, and how its pixels are normalised. */
import { recognise, suggestion } from "../names.ts";
import { CIFAR_SHAPE, readCifar } from "./cifar.ts";
import { readCifarPython } from "./cifar_python.ts";
import { balancedSubset, type Dataset, digestOf, releasePixels, type Split } from "./dataset.ts";
import { drawImages, DRAWN_SHAPE, drawnClassNames, type DrawnOptions } from "./drawn.ts";
import { type FilePlaces, type FileSet, findExisting, findOrDownload, type Places } from "./copies.ts";
import { readIdx } from "./idx.ts";

/** A data set that can be loaded: what is known of it beforehand, and how to get its images. */
export interface Source extends Omit<Dataset, "name" | "train" | "test" | "digest"> {
  /** Where its files come from; absent for sets drawn by code. */
  readonly files?: FileSet;
  /** Reads both splits from the paths of its files, in their order. */
  readonly read: (paths: readonly string[]) => Promise<Splits>;
  /** The same images as another library keeps them; taken where they are there and `files` are not. */
  readonly other?: {
    readonly files: FilePlaces;
    readonly read: (paths: readonly string[]) => Promise<Splits>;
  };
}

/** Both splits, whole. */
interface Splits {
  readonly train: Split;
  readonly test: Split;
}

/** What {@link loadDataset} needs to know. */
export interface LoadOptions extends Places {
  /** Keeps the first so many training samples of each class. */
  readonly perClass?: number | undefined;
}

/** Training images and labels, test images and labels. */
const MNIST_FILES = [
  "train-images-idx3-ubyte",
  "train-labels-idx1-ubyte",
  "t10k-images-idx3-ubyte",
  "t10k-labels-idx1-ubyte",
];

/** The data sets, by name. */
export const DATASETS: Readonly<Record<string, Source>> = {
  CIFAR10: {
    title: "CIFAR-10",
    classes: 10,
    classNames: ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"],
    ...cifar({
      labelClasses: [10],
      folder: "cifar-10-batches-bin",
      python: {
        folder: "cifar-10-batches-py",
        files: ["data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"],
      },
      train: [
        "data_batch_1.bin",
        "data_batch_2.bin",
        "data_batch_3.bin",
        "data_batch_4.bin",
        "data_batch_5.bin",
      ],
      test: "test_batch.bin",
      archive: { file: "cifar-10-binary.tar.gz", md5: "c32a1d4ab5d03f1284b67883e8d87530" },
    }),
  },
  CIFAR100: {
    title: "CIFAR-100",
    classes: 100,
    ...cifar({
      labelClasses: [20, 100],
      folder: "cifar-100-binary",
      python: { folder: "cifar-100-python", files: ["train", "test"] },
      train: ["train.bin"],
      test: "test.bin",
      archive: { file: "cifar-100-binary.tar.gz", md5: "03b5dce01913d631647c71ecec9e9cb8" },
    }),
  },
  MNIST: {
    title: "MNIST",
    classes: 10,
    classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    mean: [0.1307],
    std: [0.3081],
    ...mnistLike({
      folder: "MNIST/raw",
      otherFolders: ["MNIST", "mnist"],
      from: [
        "https://storage.googleapis.com/cvdf-datasets/mnist/",
        "https://ossci-datasets.s3.amazonaws.com/mnist/",
      ],
      md5: [
        "f68b3c2dcbeaaa9fbdd348bbdeb94873",
        "d53e105ee54ea40749a09fcbcd1e9432",
        "9fb629c4189551a2d022fa330f9573f3",
        "ec29112dd5afa0611ce80d1b7f02629c",
      ],
    }),
  },
  FashionMNIST: {
    title: "Fashion-MNIST",
    classes: 10,
    classNames: [
      "T-shirt/top",
      "Trouser",
      "Pullover",
      "Dress",
      "Coat",
      "Sandal",
      "Shirt",
      "Sneaker",
      "Bag",
      "Ankle boot",
    ],
    // Mean and standard deviation of all pixels of the 60,000 training images, before padding.
    mean: [0.2860],
    std: [0.3530],
    ...mnistLike({
      folder: "FashionMNIST/raw",
      otherFolders: ["FashionMNIST", "fashion-mnist"],
      // Debian's package dataset-fashion-mnist.
      systemFolders: ["/usr/share/datasets/fashion-mnist"],
      from: ["http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"],
      md5: [
        "8d4fb7e6c68d591d4c3dfef9ec88bf0d",
        "25c81989df183df01b3e8a0aad5dffbe",
        "bef4ecab320f06d8554ea6380940ec79",
        "bb300cfdad3c16e7a12a480ee83cd310",
      ],
    }),
  },
  Drawn10: {
    title: "Drawn-10",
    mean: [0.5000, 0.4995, 0.4977],
    std: [0.2646, 0.2631, 0.2604],
    ...drawn({ classes: 10, train: 2_000, test: 1_000 }),
  },
  Drawn100: {
    title: "Drawn-100",
    mean: [0.4997, 0.5031, 0.4998],
    std: [0.2577, 0.2576, 0.2581],
    ...drawn({ classes: 100, train: 10_000, test: 2_000 }),
  },
};

/** What some are also called, in lower case; case, dashes and the like do not matter anyway. */
const ALIASES: Readonly<Record<string, string>> = { fmnist: "FashionMNIST" };

/** Names that {@link loadDataset} knows. */
export function datasetNames(): string[] {
  return Object.keys(DATASETS);
}

/**
 * Loads a data set: from `data` where that is given, or else from the cache, from where a system's package puts it,
 * or from its publisher.
 *
 * @param name one of {@link datasetNames}, in any case
 * @throws if the name is unknown, files are missing, damaged or not what they should be, a download fails, or a
 * class has fewer than `perClass` samples. The message says what was expected and what was found.
 */
export async function loadDataset(name: string, options: LoadOptions): Promise<Dataset> {
  const known = resolveName(name);
  return await loadSource(known, DATASETS[known]!, options);
}

/** Loads a source that need not be registered. */
export async function loadSource(name: string, source: Source, options: LoadOptions): Promise<Dataset> {
  const { files, read: _read, other: _other, ...facts } = source;
  const { perClass } = options;
  if (files === undefined && options.data !== undefined) {
    throw new Error(`${name} is drawn by code: expected no folder with data, found ${options.data}`);
  }
  const { train: whole, test } = await readSplits(source, options);
  if (perClass === undefined) return { name, ...facts, train: whole, test, digest: digestOf(whole, test) };
  const train = balancedSubset(whole, perClass, facts.classes);
  releasePixels(whole);
  return { name, ...facts, train, test, digest: digestOf(train, test) };
}

async function readSplits({ files, read, other }: Source, options: LoadOptions): Promise<Splits> {
  if (files === undefined) return await read([]);
  if (other === undefined) return await read(await findOrDownload(files, options));
  const there = await findExisting(files, options);
  if (there !== null) return await read(there);
  const others = await findExisting(other.files, options);
  if (others !== null) return await other.read(others);
  return await read(await findOrDownload(files, options, other.files));
}

/** The name as the registry spells it; throws, with a guess, where it holds none like it. */
export function resolveName(name: string): string {
  const names = datasetNames();
  const known = recognise(name, names, ALIASES);
  if (known !== undefined) return known;
  throw new Error(
    `unknown data set "${name}": expected one of ${names.join(", ")}${suggestion(name, names, ALIASES)}`,
  );
}

/** The data set that a text speaks of ("checkpoints_Fashion-MNIST"), the longest name in it; undefined where it names none. */
export function nameIn(text: string): string | undefined {
  const words = text.split(/[^A-Za-z0-9]+/);
  const spans = words.flatMap((word, i) => [[word, words[i + 1] ?? ""].join(""), word]);
  return spans.toSorted((a, b) => b.length - a.length)
    .map((span) => recognise(span, datasetNames(), ALIASES)).find((name) => name !== undefined);
}

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

function cifar(
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
function mnistLike({ from, md5, ...folders }: MnistOptions): Pick<Source, "shape" | "files" | "read"> {
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

function drawn(options: DrawnOptions): Pick<Source, "classes" | "classNames" | "shape" | "read"> {
  return {
    classes: options.classes,
    classNames: drawnClassNames(options.classes),
    shape: DRAWN_SHAPE,
    read: () => Promise.resolve(drawImages(options)),
  };
}
