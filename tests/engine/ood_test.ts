/** Out-of-distribution images: fed as the training images are, and refused where they cannot be. */
import assert from "node:assert/strict";
import { measure } from "../../src/collapse/measure.ts";
import { loadDataset } from "../../src/data/load.ts";
import { readState } from "../../src/engine/checkpoint.ts";
import { classifierOf, measureState } from "../../src/engine/measure_network.ts";
import { choicesFor, openOod } from "../../src/engine/ood.ts";
import { openSession } from "../../src/engine/session.ts";
import { Features } from "../../src/ffi/features.ts";
import { Images } from "../../src/ffi/images.ts";
import { Library } from "../../src/ffi/library.ts";
import { countKnown, knownImages } from "../../src/data/known_images.ts";
import { loadOwn } from "../../src/data/own/load.ts";
import { fixture, writeFolder, writeNpy, writeParquet } from "../data/own/images.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { tinyDataset, tinyProtocol } from "./tiny.ts";

const NEEDS = ["read", "ffi"] as const;
const PROTOCOL = tinyProtocol();
const SET = "Drawn100";

test(
  "columns of a set are those of its test images, normalised as the training images are",
  NEEDS,
  async () => {
    using library = Library.open();
    const trained = tinyDataset();
    const { mean, std, classes } = trained;
    const foreign = await loadDataset(SET, { cache: "data" });
    const digest = foreign.digest;
    const valuesWith = async (normalisation: { mean: readonly number[]; std: readonly number[] }) => {
      const { shape, test: { images: pixels, count } } = foreign;
      const labels = new Int32Array(count);
      using images = Images.create(library, { pixels, labels, shape, classes, ...normalisation });
      using own = await Features.extract(library, session.network, images);
      using train = await Features.extract(library, session.network, session.train);
      using test = await Features.extract(library, session.network, session.test);
      const { values } = await measure({ train, test, ood: own, classifier: classifierOf(session, state) }, {
        metrics: ["NC5"],
      });
      return Object.entries(values).filter(([name]) => name.endsWith("_ood"));
    };
    using session = openSession(library, PROTOCOL, tinyDataset(), { device: "cpu" });
    session.network.initialise(PROTOCOL.training.seed);
    const state = readState(session.network);
    using ood = await openOod(library, [{ set: SET }], { trained, device: "cpu" });
    assert.deepEqual(ood.records, [{ set: SET, title: "Drawn-100", digest, images: 2000 }]);
    const { values } = await measureState(session, { state, file: "state.pth", epoch: 1 }, {
      metrics: ["NC5", "nc5_neco_ood_Drawn100"],
      keepBytes: 2 ** 26,
      ood: ood.sets,
    });
    const found = Object.entries(values).filter(([name]) => name.endsWith(`_ood_${SET}`));
    const expected = await valuesWith({ mean, std });
    assert.equal(found.length, 10);
    assert.deepEqual(found, expected.map(([name, value]) => [`${name}_${SET}`, value]));
    assert.ok(found.every(([, value]) => typeof value === "number"));
    assert.notDeepEqual(await valuesWith({ mean: foreign.mean, std: foreign.std }), expected);
  },
);

test("a set that cannot be measured is refused in a line", NEEDS, async () => {
  using library = Library.open();
  const trained = tinyDataset();
  const open = (set: string, options: Partial<Parameters<typeof openOod>[2]> = {}) =>
    openOod(library, [{ set }], { trained, device: "cpu", ...options });
  await assert.rejects(
    open("Drawn10"),
    /^Error: --ood Drawn10: expected another data set than the network was trained on, found the same; name another, or put images of classes that --classes leaves out into a folder of their own$/,
  );
  await assert.rejects(
    open(SET, { trained: { ...trained, shape: [1, 28, 28], mean: [0.5], std: [0.5] } }),
    /^Error: --ood Drawn100: expected images of 1×28×28, as Drawn-10 has \(those of data sets are not resized\), found 3×32×32$/,
  );
  const recorded = [{ set: SET, title: "Drawn-100", digest: "a".repeat(64), images: 2000 }];
  await assert.rejects(
    open(SET, { recorded }),
    /^Error: --ood Drawn100: expected the images .*\(digest a{12}…\), found others \([0-9a-f]{12}…\); .* --again$/,
  );
});

test(
  "images that were trained or tested on are no foreign ones, whatever they are called",
  [...NEEDS, "write"],
  async () => {
    using library = Library.open();
    await withTemporaryFolder(async (folder) => {
      const place = (name: string) => `${folder}/${name}`;
      await writeFolder(place("pets"), { cat: 6, dog: 5 });
      await writeFolder(place("copy"), { both: 4 });
      await writeParquet(place("pets.parquet"), [0, 1, 0, 1]);
      await Deno.mkdir(place("other"));
      await Deno.writeFile(place("other/a.jpg"), await fixture("grey.jpg"));
      await Deno.writeFile(place("other/b.png"), await fixture("palette.png"));
      const [near, far] = [await writeNpy(folder, 12), await writeNpy(folder, 12, { first: 100 })];
      const open = async (path: string, ood: string, size: number | null) => {
        const trained = await loadOwn({ path, size, cache: place("data") });
        using _ = await openOod(library, [{ set: "set", path: ood }], { trained, device: "cpu" });
      };
      const known = (count: number, title: string) =>
        new RegExp(
          `^Error: --ood set: expected images that the network was neither trained nor tested on, found ${count} of ` +
            `${count} among those of ${title}, pixel for pixel; leave them out, or name others$`,
        );
      await assert.rejects(open(place("pets"), place("pets"), 8), known(11, "pets"));
      await assert.rejects(open(place("pets"), place("copy"), 8), known(4, "pets"));
      await assert.rejects(open(place("pets"), place("pets.parquet"), 8), known(4, "pets"));
      await assert.rejects(open(near, near.split(",")[0]!, null), known(12, "images0"));
      await assert.rejects(
        open(place("pets"), place("none"), 8),
        /^Error: --ood set: .*none: expected images/,
      );
      await open(place("pets"), place("other"), 8);
      await open(near, far.split(",")[0]!, null);
      const classes = await loadOwn({ path: near, size: null, cache: place("data"), classes: [1] });
      assert.equal(await countKnown(classes.test, await knownImages([classes.train])), 0);
    });
  },
);

Deno.test("sets that are not asked for are looked for where they were, or where data sets are", () => {
  const asked = [{ set: "A", data: "folder" }];
  const recorded = [
    { set: "A", title: "a", digest: "", images: 1, path: "./a" },
    { set: "C", title: "c", digest: "", images: 1, path: "./c" },
    { set: "B", title: "b", digest: "", images: 1 },
  ];
  assert.deepEqual(choicesFor(["A", "B", "C"], asked, recorded), [
    { set: "A", data: "folder" },
    { set: "B" },
    { set: "C", path: "./c" },
  ]);
});
