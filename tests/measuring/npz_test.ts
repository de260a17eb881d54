/** NumPy's .npz files: what NumPy writes is read as its numbers, and what is damaged or hostile is refused in words. */
import assert from "node:assert/strict";
import { encodeNpy } from "../../src/formats/npy.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { readArray, readRows } from "../../src/formats/array_file.ts";
import { openArraysAt } from "../../src/measuring/array_store.ts";
import type { ArrayFile } from "../../src/formats/byte_reader.ts";
import { deflatedZip, encodeNpz, writeZip } from "../formats/whole_files.ts";
import { runOracle, testWithNumPy } from "../oracle.ts";
import { test, withTemporaryFolder } from "../support.ts";

const NEEDS = ["read", "write"] as const;
/** So many that the array is longer than what is read of its header. */
const ROWS = 1037;
const WIDTH = 5;
const matrix: TensorData = {
  dtype: "float32",
  shape: [ROWS, WIDTH],
  data: Float32Array.from({ length: ROWS * WIDTH }, (_, i) => Math.fround(Math.sin(i))),
};
const LABELS = BigInt64Array.from({ length: 37 }, (_, i) => BigInt(i % 3));

/** Writes seven kinds of .npz files into the folder argv[1]. */
const NUMPY = `
import sys, zipfile, numpy as np
folder = sys.argv[1]
rows = np.sin(np.arange(185, dtype=np.float32)).astype(np.float32).reshape(37, 5)
labels = np.arange(37) % 3
both = {"train_features": rows, "train_labels": labels}
np.savez(folder + "/stored.npz", **both)
np.savez_compressed(folder + "/compressed.npz", **both)
np.savez(folder + "/columns.npz", train_features=np.asfortranarray(rows), train_labels=labels)
np.savez_compressed(folder + "/packed_columns.npz", train_features=np.asfortranarray(rows), train_labels=labels)
np.savez(folder + "/others.npz", names=np.array(["cat", "dog"]), objects=np.array([None], dtype=object), **both)
with zipfile.ZipFile(folder + "/wide.npz", "w") as wide:
    for name, array in both.items():
        with wide.open(name + ".npy", "w", force_zip64=True) as entry:
            np.lib.format.write_array(entry, array)
with open(folder + "/piped.npz", "wb") as piped:
    class Pipe:
        def write(self, data): return piped.write(data)
        def flush(self): pass
        def read(self, size): raise OSError
    np.savez(Pipe(), **both)
`;

testWithNumPy("what NumPy writes is read as its numbers, whole and a few rows at a time", async (t) => {
  await withTemporaryFolder(async (folder) => {
    await runOracle(NUMPY, [folder]);
    for (const kind of ["stored", "compressed", "columns", "others", "wide", "piped"]) {
      await t.step(kind, async () => {
        const arrays = await openArraysAt(`${folder}/${kind}.npz`, ["train_features", "train_labels"]);
        assert.deepEqual([...arrays.keys()].sort(), ["train_features", "train_labels"]);
        const features = arrays.get("train_features")!;
        assert.deepEqual(await readArray(features), await sines(folder));
        assert.deepEqual((await readArray(arrays.get("train_labels")!)).data, LABELS);
        assert.deepEqual(await inRows(features, 4), Array.from((await sines(folder)).data, Number));
      });
    }
    const packed = (await openArraysAt(`${folder}/packed_columns.npz`)).get("train_features")!;
    assert.deepEqual(await readArray(packed), await sines(folder));
    await assert.rejects(() => inRows(packed, 4), /expected rows \(C order\).*numpy\.ascontiguousarray/);
    await assert.rejects(
      () => openArraysAt(`${folder}/others.npz`, ["names"]),
      /others\.npz \(names\): .*'?<U3/,
    );
  });
}, NEEDS);

test(
  "a damaged element, and an entry of another length than it says, are noticed in every way to read",
  NEEDS,
  async () => {
    await withTemporaryFolder(async (folder) => {
      const path = `${folder}/f.npz`;
      for (const compressed of [false, true]) {
        const bytes = encodeNpz([["m", matrix]], { compressed });
        // Of the array's bytes the last ones: the directory behind them takes 51 and the end record 22.
        bytes[bytes.length - 51 - 22 - 2] ^= 1;
        await Deno.writeFile(path, bytes);
        const array = (await openArraysAt(path)).get("m")!;
        for (const read of [() => readArray(array), () => inRows(array, 4)]) {
          await assert.rejects(read, (error: Error) => {
            assert.match(error.message, /^\S+f\.npz: damaged: (the CRC-32 of )?entry "m\.npy" [^\n]+$/);
            return true;
          });
        }
      }
      const file = encodeNpy(matrix);
      for (const more of [-1, 1]) {
        await Deno.writeFile(path, deflatedZip([["m.npy", file]], { size: file.length + more }));
        await assert.rejects(() => openArraysAt(path), /\(m\): expected 20740 bytes/);
      }
      await Deno.writeFile(path, deflatedZip([["m.npy", file.subarray(0, -8)]], { size: file.length }));
      const short = (await openArraysAt(path)).get("m")!;
      await assert.rejects(() => inRows(short, 4), /entry "m\.npy" unpacks to less than it says/);
      await Deno.writeFile(
        path,
        deflatedZip([["m.npy", Uint8Array.from([...file, 1, 2])]], { size: file.length }),
      );
      const long = (await openArraysAt(path)).get("m")!;
      await assert.rejects(() => inRows(long, 4), /entry "m\.npy" unpacks to more than it says/);
    });
  },
);

test("a small file that asks for much memory is refused before any is taken", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/bomb.npz`;
    const refuses = async (bytes: Uint8Array, message: RegExp) => {
      await Deno.writeFile(path, bytes);
      await assert.rejects(async () => {
        for (const array of (await openArraysAt(path)).values()) await readArray(array);
      }, (error: Error) => message.test(error.message) && error.message.startsWith(path));
    };
    const small = encodeNpy({ dtype: "uint8", shape: [3], data: Uint8Array.of(1, 2, 3) });
    await refuses(deflatedZip([["m.npy", small]], { size: 2 ** 31 }), /more than deflate can/);
    await refuses(writeZip([["readme.txt", small]]), /expected arrays \(\.npy\).*found none/);
    await refuses(new Uint8Array(10), /not a zip/);
    await refuses(new Uint8Array(), /not a zip/);
  });
});

/** The numbers that NumPy wrote, from its plain array: sines of two mathematical libraries may differ in a bit. */
async function sines(folder: string): Promise<TensorData> {
  return await readArray((await openArraysAt(`${folder}/stored.npz`)).get("train_features")!);
}

async function inRows(array: ArrayFile, rows: number): Promise<number[]> {
  return (await Array.fromAsync(readRows(array, rows), (piece) => Array.from(piece))).flat();
}
