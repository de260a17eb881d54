/** Images of one's own that are more than the memory there is: converted, trained on and measured all the same. */
import assert from "node:assert/strict";
import { encodeNpy } from "../../src/formats/npy.ts";
import { limitMemory, whyNoLimit } from "../memory_limit.ts";
import { ignoredTest, test } from "../support.ts";
import { runTool } from "./command.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const NAME = "images larger than memory are converted, trained on by blocks and measured";
const [SIDE, CHANNELS] = [64, 3];
const SIZE = CHANNELS * SIDE * SIDE;
const [TRAIN, TEST] = [22_500, 500];
/** What a training and a measurement of a few images take is below; the training images alone are above. */
const LIMIT = 2 ** 28;
/** Of a .npy file, in bytes. */
const HEADER = 128;
/** A folder that is on a disk, as temporary ones need not be. */
const ON_DISK = "/var/tmp";

/** `count` images of noise, around a level that tells the class, without ever holding them. */
async function writeImages(path: string, count: number): Promise<void> {
  using file = await Deno.open(path, { write: true, create: true });
  const shape = [count, SIDE, SIDE, CHANNELS].join(", ");
  const words = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }`;
  await writeAll(file, Uint8Array.of(0x93, ...new TextEncoder().encode("NUMPY"), 1, 0, HEADER - 10, 0));
  await writeAll(file, new TextEncoder().encode(`${words.padEnd(HEADER - 11)}\n`));
  const noise = crypto.getRandomValues(new Uint8Array(2 ** 16)).map((value) => value >> 2);
  const image = new Uint8Array(SIZE);
  for (let i = 0; i < count; i++) {
    const from = (i * 997) % (noise.length - SIZE);
    image.set(noise.subarray(from, from + SIZE));
    if (i % 2 === 1) { for (let at = 0; at < SIZE; at += CHANNELS) image[at]! += 128; }
    await writeAll(file, image);
  }
}

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) written += await file.write(bytes.subarray(written));
}

async function writeLabels(path: string, count: number): Promise<void> {
  const data = Int32Array.from({ length: count }, (_, i) => i % 2);
  await Deno.writeFile(path, encodeNpy({ dtype: "int32", shape: [count], data }));
}

const permitted = NEEDS.every((name) => Deno.permissions.querySync({ name }).state === "granted");
const why = permitted ? whyNoLimit() : null;
if (why !== null) ignoredTest(NAME, why);
else {
  test(NAME, NEEDS, async () => {
    assert.ok(TRAIN * SIZE > LIMIT, "expected more images than memory");
    const folder = await Deno.makeTempDir({ dir: ON_DISK });
    try {
      for (const [part, count] of [["train", TRAIN], ["test", TEST]] as const) {
        await writeImages(`${folder}/${part}.npy`, count);
        await writeLabels(`${folder}/${part}_labels.npy`, count);
      }
      using limit = limitMemory(LIMIT);
      const before = `${limit.join} && export MALLOC_ARENA_MAX=1`;
      const files = ["train.npy", "train_labels.npy", "test.npy", "test_labels.npy"];
      const trained = await runTool(folder, [
        ...["train", files.map((name) => `./${name}`).join(), "--run", "large", "--threads", "1"],
        ...["--model", "mlp", "--units", "4", "--depth", "2", "--batch-size", "64", "--lr", "0.01"],
        ...["--epochs", "1", "--checkpoints", "1", "--shuffle-blocks", "64"],
      ], { before });
      assert.equal(trained.code, 0, trained.stderr);
      const checkpoint = "runs/large/checkpoints/mlp_001.pth";
      const measured = await runTool(folder, ["measure", checkpoint, "--json", "--threads", "1"], { before });
      assert.equal(measured.code, 0, measured.stderr);
      const [{ values }] = JSON.parse(measured.stdout);
      assert.ok(values.train_accuracy > 90 && values.test_accuracy > 90, measured.stdout);
      assert.ok(Number.isFinite(values.within_class_variation), measured.stdout);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
