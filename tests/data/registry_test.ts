import assert from "node:assert/strict";
import configuration from "../../deno.json" with { type: "json" };
import { join } from "node:path";
import type { Dataset } from "../../src/data/dataset.ts";
import { loadDataset, loadSource } from "../../src/data/load.ts";
import { datasetNames, DATASETS } from "../../src/data/registry.ts";
import { select } from "../../src/data/selection.ts";
import { ignoredStep, test, withTemporaryFolder } from "../support.ts";

const NOWHERE = { cache: "/nowhere" };

Deno.test("the known data sets are those of the documentation", () => {
  const told = ["CIFAR10", "CIFAR100", "MNIST", "FashionMNIST", "STL10", "SVHN", "Drawn10", "Drawn100"];
  assert.deepEqual(datasetNames().filter((name) => told.includes(name)), told);
});

Deno.test("tasks that load images may reach the hosts of all data sets, and no others", () => {
  const addresses = Object.values(DATASETS).flatMap(({ files }) => {
    if (files === undefined) return [];
    const { remote } = files;
    return ("archive" in remote ? [remote.archive] : remote.files).flatMap(({ from }) => from);
  });
  const hosts = [...new Set(addresses.map((address) => new URL(address).host))].sort();
  // This machine itself is for pages that are watched.
  const limited = Object.entries(configuration.permissions).flatMap(([task, set]) => {
    if (!("net" in set) || !Array.isArray(set.net)) return [];
    const others = set.net.filter((host) => host !== "127.0.0.1").sort();
    return others.length === 0 ? [] : [[task, others] as const];
  });
  assert.ok(limited.some(([task]) => task === "train"));
  for (const [task, allowed] of limited) assert.deepEqual(allowed, hosts, task);
});

Deno.test("super-classes group all classes: those of CIFAR-100 have five each", async () => {
  const { superclasses, classes } = DATASETS.CIFAR100!;
  assert.equal(superclasses!.length, classes);
  const groups = Map.groupBy(superclasses!.keys(), (label) => superclasses![label]!);
  assert.deepEqual([...groups.keys()].toSorted((a, b) => a - b), Array.from({ length: 20 }, (_, k) => k));
  assert.ok([...groups.values()].every(({ length }) => length === 5));
  // Aquatic mammals: beaver, dolphin, otter, seal, whale. Trees: maple, oak, palm, pine, willow.
  assert.deepEqual([groups.get(0), groups.get(17)], [[4, 30, 55, 72, 95], [47, 52, 56, 59, 96]]);
  const { superclasses: _, ...drawn } = DATASETS.Drawn10!;
  const source = { ...drawn, superclasses: Array.from({ length: 10 }, (_, c) => c % 3) };
  const kept = await loadSource("Drawn10", source, { ...NOWHERE, classes: [5, 0, 4] });
  assert.deepEqual(kept.superclasses, [2, 0, 1]);
});

Deno.test("a name is known in any case", async () => {
  assert.equal((await loadDataset("drawn10", NOWHERE)).name, "Drawn10");
});

Deno.test("an unknown name is answered with the known ones, and with the one that was meant", async () => {
  await assert.rejects(
    loadDataset("cifra-10", NOWHERE),
    new Error(
      `unknown data set "cifra-10": expected one of ${
        datasetNames().join(", ")
      }, or the path of your own images, ` +
        "as ./FOLDER; did you mean CIFAR10?",
    ),
  );
  await assert.rejects(loadDataset("ImageNet", NOWHERE), /expected one of .*\bDrawn100\b/);
  await assert.rejects(loadDataset("toString", NOWHERE), /unknown data set "toString"/);
});

Deno.test("every data set states as many channels, means and deviations, and classes and names", () => {
  for (const { shape, mean, std, classes, classNames = new Array(classes) } of Object.values(DATASETS)) {
    assert.equal(mean.length, shape[0]);
    assert.equal(std.length, shape[0]);
    assert.equal(classNames.length, classes);
  }
});

Deno.test("the drawn sets are normalised to mean 0 and deviation 1", async () => {
  for (const name of ["Drawn10", "Drawn100"]) {
    const dataset = await loadDataset(name, NOWHERE);
    assertNormalised(dataset);
    assert.equal(dataset.train.count, name === "Drawn10" ? 2_000 : 10_000);
  }
});

Deno.test("a subset takes the first training samples of each class, and every test sample", async () => {
  const whole = await loadDataset("Drawn10", NOWHERE);
  const subset = await loadDataset("Drawn10", { ...NOWHERE, perClass: 3 });
  assert.equal(subset.train.count, 30);
  assert.deepEqual(subset.train.images, whole.train.images.subarray(0, subset.train.images.length));
  assert.equal(subset.test.count, whole.test.count);
  assert.notEqual(subset.digest, whole.digest);
  await assert.rejects(
    loadDataset("Drawn10", { ...NOWHERE, perClass: 201 }),
    /expected 201 training images of class 0, found 200/,
  );
  for (const perClass of [-1, 0, 1.5, NaN]) {
    await assert.rejects(
      loadDataset("Drawn10", { ...NOWHERE, perClass }),
      /expected a positive whole number/,
    );
  }
});

Deno.test("a part of classes of a drawn set is that part of all, and no image is drawn that nobody asked for", async () => {
  const { read } = DATASETS.Drawn100!;
  const [part, whole] = [await read([], 2), await read([])];
  assert.deepEqual([part.train.count, whole.train.count], [200, 10_000]);
  const selection = { perClass: 2, classes: [77, 3], imbalance: { profile: "step", ratio: 0.5 } } as const;
  assert.deepEqual(select(part, 100, selection), select(whole, 100, selection));
});

Deno.test("what is no selection of a set is refused before its files are looked for", async () => {
  await assert.rejects(
    loadDataset("CIFAR10", { data: "/nowhere", cache: "/nowhere", classes: [1, 10] }),
    /--classes: expected classes from 0 to 9, found 10/,
  );
});

Deno.test("a drawn set takes no folder with data", async () => {
  await assert.rejects(
    loadDataset("Drawn10", { ...NOWHERE, data: "/data" }),
    /Drawn10 is drawn by code: .*found \/data/,
  );
});

test("Fashion-MNIST is read from Debian's package", ["read"], async (t) => {
  const folder = DATASETS.FashionMNIST!.files!.systemFolders![0]!;
  const installed = await Deno.stat(folder).then(() => true, () => false);
  if (!installed) return await ignoredStep(t, `no ${folder}; install Debian's dataset-fashion-mnist`);
  const dataset = await loadDataset("FashionMNIST", { data: folder, ...NOWHERE });
  assert.equal(dataset.train.count, 60_000);
  assert.equal(dataset.test.count, 10_000);
  assert.equal(dataset.digest, "da057c275c92c6a90213f93611c7078438a72c33ff38eafe1a16f3796b2407fd");
  assert.deepEqual(await loadDataset("FashionMNIST", NOWHERE), dataset);
});

/** CIFAR-100's files with one record each, and a source that expects just that. */
const TINY = { ...DATASETS.CIFAR100!, read: readSizes };

/** Stands in for a reader: one grey image of the size in bytes of each file. */
async function readSizes(paths: readonly string[]) {
  const [train, test] = await Promise.all(paths.map(async (path) => {
    const { length } = await Deno.readFile(path);
    return { images: new Uint8Array(3072).fill(length), labels: Int32Array.of(0), count: 1 };
  }));
  return { train: train!, test: test! };
}

async function writeTiny(folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeFile(join(folder, "train.bin"), new Uint8Array(1));
  await Deno.writeFile(join(folder, "test.bin"), new Uint8Array(2));
}

for (
  const [place, inside] of [["the folder of the files", "."], ["its parent", "cifar-100-binary"]] as const
) {
  test(
    `an existing copy is given as ${place}`,
    ["read", "write"],
    () =>
      withTemporaryFolder(async (folder) => {
        await writeTiny(join(folder, inside));
        const dataset = await loadSource("CIFAR100", TINY, { data: folder, ...NOWHERE });
        assert.deepEqual([dataset.train.images[0], dataset.test.images[0]], [1, 2]);
      }),
  );
}

test(
  "a copy in the cache is used without a download",
  ["read", "write"],
  () =>
    withTemporaryFolder(async (cache) => {
      await writeTiny(join(cache, "cifar-100-binary"));
      assert.equal((await loadSource("CIFAR100", TINY, { cache })).train.images[0], 1);
    }),
);

test(
  "a folder that is not there is said to be, and so is a file in its place",
  ["read", "write"],
  () =>
    withTemporaryFolder(async (folder) => {
      const missing = join(folder, "cifra");
      const refused = (data: string, found: string) =>
        assert.rejects(
          loadDataset("CIFAR100", { data, ...NOWHERE }),
          new Error(`${data}: expected a folder with the files of a data set, found ${found}`),
        );
      await refused(missing, "nothing there");
      await Deno.writeTextFile(missing, "");
      await refused(missing, "a file");
    }),
);

test(
  "an existing copy without some of its files is refused, with their names",
  ["read", "write"],
  () =>
    withTemporaryFolder(async (folder) => {
      await assert.rejects(
        loadDataset("CIFAR100", { data: folder, ...NOWHERE }),
        new Error(
          `${folder}: expected the files train.bin, test.bin, there or in its folder cifar-100-binary; ` +
            "found none of them, nor train, test in cifar-100-python",
        ),
      );
      await writeTiny(join(folder, "cifar-100-binary"));
      await Deno.remove(join(folder, "cifar-100-binary", "test.bin"));
      await assert.rejects(
        loadDataset("CIFAR100", { data: folder, ...NOWHERE }),
        new RegExp(`found ${join(folder, "cifar-100-binary")} without test\\.bin$`),
      );
    }),
);

function assertNormalised({ train, shape: [channels, height, width], mean, std }: Dataset): void {
  const area = height * width;
  for (let channel = 0; channel < channels; channel++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < train.images.length; i++) {
      if (Math.floor(i / area) % channels !== channel) continue;
      const value = (train.images[i]! / 255 - mean[channel]!) / std[channel]!;
      sum += value;
      squares += value * value;
    }
    const pixels = train.count * area;
    assert.ok(Math.abs(sum / pixels) < 1e-3, `mean ${sum / pixels} of channel ${channel}`);
    assert.ok(Math.abs(squares / pixels - 1) < 1e-3, `variance ${squares / pixels} of channel ${channel}`);
  }
}
