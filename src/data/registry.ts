/** Every data set by name: where it comes from, how it is read, and how its pixels are normalised. */
import { recognise, suggestion } from "../names.ts";
import { readStl, STL_SHAPE } from "./stl10.ts";
import { readSvhn, SVHN_SHAPE } from "./svhn.ts";
import { cifar, drawn, mnistLike } from "./templates.ts";
import type { Source } from "./source.ts";

/** By fine label: 0 aquatic mammals to 19 vehicles 2, in the order of the publisher's list; five of each. */
// deno-fmt-ignore
const CIFAR100_COARSE = [
  4, 1, 14, 8, 0, 6, 7, 7, 18, 3, 3, 14, 9, 18, 7, 11, 3, 9, 7, 11, 6, 11, 5, 10, 7,
  6, 13, 15, 3, 15, 0, 11, 1, 10, 12, 14, 16, 9, 11, 5, 5, 19, 8, 8, 15, 13, 14, 17, 18, 10,
  16, 4, 17, 4, 2, 0, 17, 4, 18, 17, 10, 3, 2, 12, 12, 16, 12, 1, 9, 19, 2, 10, 0, 1, 16,
  12, 9, 13, 15, 13, 16, 19, 2, 4, 6, 19, 5, 5, 8, 19, 18, 1, 2, 15, 6, 0, 17, 8, 14, 13,
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
    // The coarse label of each fine one, as they stand beside each other in the publisher's records.
    superclasses: CIFAR100_COARSE,
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
  STL10: {
    title: "STL-10",
    classes: 10,
    classNames: ["airplane", "bird", "car", "cat", "deer", "dog", "horse", "monkey", "ship", "truck"],
    shape: STL_SHAPE,
    // As commonly published of the training images.
    mean: [0.4467, 0.4398, 0.4066],
    std: [0.2603, 0.2566, 0.2713],
    files: {
      files: ["train_X.bin", "train_y.bin", "test_X.bin", "test_y.bin"],
      suffixes: [""],
      folder: "stl10_binary",
      remote: {
        archive: {
          file: "stl10_binary.tar.gz",
          // The first may lead on to the second.
          from: ["http://ai.stanford.edu/~acoates/stl10/", "https://cs.stanford.edu/~acoates/stl10/"],
          md5: "91f7769df0f17e558f3565bffb0c7dfb",
        },
      },
    },
    read: async ([trainImages, trainLabels, testImages, testLabels]) => ({
      train: await readStl(trainImages!, trainLabels!, { count: 5_000, classes: 10 }),
      test: await readStl(testImages!, testLabels!, { count: 8_000, classes: 10 }),
    }),
  },
  SVHN: {
    title: "SVHN",
    classes: 10,
    classNames: ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"],
    shape: SVHN_SHAPE,
    // As commonly published of the training images.
    mean: [0.4377, 0.4438, 0.4728],
    std: [0.1980, 0.2010, 0.1970],
    files: {
      files: ["train_32x32.mat", "test_32x32.mat"],
      suffixes: [""],
      folder: "SVHN",
      otherFolders: ["svhn"],
      remote: {
        files: [
          ["train_32x32.mat", "e26dedcc434d2e4c54c9b2d4a06d8373"] as const,
          ["test_32x32.mat", "eb5a983be6a315427106f1b164d9cef3"] as const,
        ].map(([file, md5]) => ({ file, md5, from: ["http://ufldl.stanford.edu/housenumbers/"] })),
      },
    },
    read: async ([train, test]) => ({
      train: await readSvhn(train!, { count: 73_257 }),
      test: await readSvhn(test!, { count: 26_032 }),
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

/** What stands for images of a person's own in place of a name: they are told by their path. */
export const OWN_IMAGES = "Images";

/** What some are also called, in lower case; case, dashes and the like do not matter anyway. */
const ALIASES: Readonly<Record<string, string>> = { fmnist: "FashionMNIST" };

/** The names there are. */
export function datasetNames(): string[] {
  return Object.keys(DATASETS);
}

/** Whether a text in place of a data set's name is a path of images. */
export function isPath(text: string): boolean {
  return /[/\\]|^\.+$|\.(npy|parquet)$/.test(text);
}

/** The name as the registry spells it; throws, with a guess, where it holds none like it. */
export function resolveName(name: string): string {
  const names = datasetNames();
  const known = recognise(name, [...names, OWN_IMAGES], ALIASES);
  if (known !== undefined) return known;
  throw new Error(
    `unknown data set "${name}": expected one of ${names.join(", ")}, or the path of your own images, as ` +
      `./FOLDER${suggestion(name, names, ALIASES)}`,
  );
}

/** The data set that a text speaks of ("checkpoints_Fashion-MNIST"), the longest name in it; undefined where it names none. */
export function nameIn(text: string): string | undefined {
  const words = text.split(/[^A-Za-z0-9]+/);
  const spans = words.flatMap((word, i) => [[word, words[i + 1] ?? ""].join(""), word]);
  return spans.toSorted((a, b) => b.length - a.length)
    .map((span) => recognise(span, datasetNames(), ALIASES)).find((name) => name !== undefined);
}
