/** Images mapped from a file: the same training and the same features as of images in memory, to the bit. */
import { deepEqual, ok, throws } from "node:assert/strict";
import { readState } from "../../src/engine/checkpoint.ts";
import { Features } from "../../src/ffi/features.ts";
import { Images, type LabelledImages } from "../../src/ffi/images.ts";
import type { Library } from "../../src/ffi/library.ts";
import { withTemporaryFolder } from "../support.ts";
import { firstIndices, nativeTest, networkOf, noiseImages, planOf, trainerOf } from "./native.ts";

const COUNT = 24;
const SIZE = 3 * 32 * 32;
/** More than any machine that this is tested on has of memory; as a file with holes it takes no space. */
const FILE_IMAGES = 2 ** 38 / SIZE | 0;

/** What training two steps and extracting features gives. */
async function reached(library: Library, images: Images): Promise<unknown[]> {
  using network = networkOf(library, planOf("resnet18"), "float32");
  using trainer = trainerOf(library, network, images, { momentum: 0.9 });
  const totals = await trainer.run(firstIndices(COUNT), {
    batchSize: 12,
    firstStep: 0,
    steps: 2,
    learningRate: 0.01,
  });
  trainer.flush();
  using features = await Features.extract(library, network, images);
  const chunks = await Array.fromAsync(
    features.chunks(),
    ({ features, labels }) => [[...features], [...labels]],
  );
  return [totals, [...readState(network)], chunks];
}

function facts({ labels, shape, classes, mean, std }: LabelledImages): Omit<LabelledImages, "pixels"> {
  return { labels, shape, classes, mean, std };
}

nativeTest("a mapped file is trained on and measured as its images in memory are", async (library) => {
  const data = noiseImages(COUNT);
  using images = Images.create(library, data);
  const expected = await reached(library, images);
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/whole.u8`;
    await Deno.writeFile(path, data.pixels);
    using mapped = Images.map(library, { ...facts(data), file: { path, count: COUNT, rows: null } });
    deepEqual(await reached(library, mapped), expected);
  });
});

nativeTest(
  "a file larger than memory is trained on and measured, by the images that are meant",
  async (library) => {
    const data = noiseImages(COUNT);
    using images = Images.create(library, data);
    const expected = await reached(library, images);
    await withTemporaryFolder(async (folder) => {
      const path = `${folder}/large.u8`;
      ok(FILE_IMAGES * SIZE > Deno.systemMemoryInfo().total, "expected a file larger than memory");
      const rows = Int32Array.from(
        { length: COUNT },
        (_, i) => (FILE_IMAGES - 1) - i * Math.floor(FILE_IMAGES / COUNT),
      );
      {
        using file = await Deno.open(path, { write: true, create: true });
        await file.truncate(FILE_IMAGES * SIZE);
        for (const [i, row] of rows.entries()) {
          await file.seek(row * SIZE, Deno.SeekMode.Start);
          await file.write(data.pixels.subarray(i * SIZE, (i + 1) * SIZE));
        }
      }
      const before = Deno.memoryUsage().rss;
      using mapped = Images.map(library, { ...facts(data), file: { path, count: FILE_IMAGES, rows } });
      deepEqual(await reached(library, mapped), expected);
      ok(Deno.memoryUsage().rss - before < 2 ** 30, "expected to hold no more than what is looked at");
    });
  },
);

nativeTest("a file of another size, that is not there, or with other rows is refused", async (library) => {
  const data = noiseImages(4);
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/four.u8`;
    await Deno.writeFile(path, data.pixels);
    const map = (file: { path?: string; count?: number; rows?: Int32Array | null }) =>
      Images.map(library, { ...facts(data), file: { path, count: 4, rows: null, ...file } });
    throws(() => map({ path: `${folder}/none` }), /none: cannot be read: No such file/);
    throws(() => map({ count: 5 }), /expected a label for each of 5 images, found 4/);
    throws(
      () => map({ count: 5, rows: Int32Array.of(0, 1, 2, 3) }),
      /four\.u8: expected 15360 bytes, found 12288/,
    );
    throws(() => map({ rows: Int32Array.of(0, 1, 2, 4) }), /image 3: expected 0 to 3 of the file, found 4/);
    throws(() => map({ rows: Int32Array.of(0, 1) }), /expected a label for each of 2 images, found 4/);
  });
});
