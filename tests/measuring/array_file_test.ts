/** Arrays read from disk bit by bit are the arrays that reading the whole file gives. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";
import { encodeNpy, encodeNpyHeader } from "../../src/formats/npy.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { readArray, readRows } from "../../src/formats/array_file.ts";
import { openArraysAt } from "../../src/measuring/array_store.ts";
import { openFeatureFiles } from "../../src/formats/feature_files.ts";
import { findArrays } from "../../src/measuring/find_arrays.ts";
import { sourcesOf } from "../../src/formats/feature_sources.ts";
import { encodeSafetensors, npyInColumns, safetensorsOf } from "../formats/whole_files.ts";
import { test, withTemporaryFolder } from "../support.ts";

const NEEDS = ["read", "write"] as const;
const MEBIBYTE = 2 ** 20;

const matrix: TensorData = {
  dtype: "float32",
  shape: [5, 3],
  data: Float32Array.from({ length: 15 }, Math.sqrt),
};

test("rows come as they lie in the file, the last piece shorter", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await Deno.writeFile(`${folder}/m.npy`, encodeNpy(matrix));
    await Deno.writeFile(`${folder}/m.safetensors`, encodeSafetensors(new Map([["m", matrix]])));
    for (const file of ["m.npy", "m.safetensors"]) {
      const array = (await openArraysAt(`${folder}/${file}`)).get("m")!;
      assert.deepEqual(array.shape, [5, 3]);
      for (const rows of [1, 2, 5, 9]) {
        const pieces = await Array.fromAsync(readRows(array, rows), (piece) => Array.from(piece));
        assert.equal(pieces.length, Math.ceil(5 / rows));
        assert.deepEqual(pieces.flat(), Array.from(matrix.data as Float32Array));
      }
    }
  });
});

test("half-precision rows are widened exactly, as whole files are", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/halves.safetensors`;
    for (const dtype of ["F16", "BF16"]) {
      // Every bit pattern but for those of NaN, of which there are many that are equal to none.
      const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
      const halves = all.filter((bits) => (bits & 0x7c00) !== 0x7c00 && (bits & 0x7f80) !== 0x7f80);
      const [shape, bytes] = [[halves.length / 64, 64], new Uint8Array(halves.buffer)];
      await Deno.writeFile(path, safetensorsOf([{ name: "t", dtype, shape, bytes }]));
      const array = (await openArraysAt(path)).get("t")!;
      const pieces = await Array.fromAsync(readRows(array, 100), (piece) => Array.from(piece));
      const whole = await readArray(array);
      assert.deepEqual(pieces.flat(), Array.from(whole.data as Float32Array));
    }
  });
});

test("a matrix in Fortran order, big-endian or not, is read whole and by rows", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/f.npy`;
    const columns = [1, 4, 2, 5, 3, 6];
    for (const [descr, bytes] of [["f8", 8], ["f4", 4], ["f2", 2]] as const) {
      for (const order of ["<", ">"]) {
        const data = new DataView(new ArrayBuffer(columns.length * bytes));
        columns.forEach((value, i) => {
          if (bytes === 8) data.setFloat64(8 * i, value, order === "<");
          else if (bytes === 4) data.setFloat32(4 * i, value, order === "<");
          else data.setFloat16(2 * i, value, order === "<");
        });
        const file = { descr: order + descr, shape: [2, 3], bytes: new Uint8Array(data.buffer) };
        await Deno.writeFile(path, npyInColumns(file));
        const array = (await openArraysAt(path)).get("f")!;
        assert.deepEqual(Array.from((await readArray(array)).data as Float64Array), [1, 2, 3, 4, 5, 6]);
        for (const rows of [1, 2, 5]) {
          const pieces = await Array.fromAsync(readRows(array, rows), (piece) => Array.from(piece));
          assert.deepEqual(pieces.flat(), [1, 2, 3, 4, 5, 6], `${order}${descr}`);
        }
      }
    }
  });
});

test("measuring holds no more of the features than its bound", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const [count, width, classes, bound] = [65_536, 1024, 4, 32 * MEBIBYTE];
    const header = encodeNpyHeader({ dtype: "float32", shape: [count, width] });
    const features = `${folder}/train_features.npy`;
    await Deno.writeFile(features, header);
    // A hole in a file reads as zeros and takes no room on the disk.
    await Deno.truncate(features, header.length + 4 * count * width);
    const labels = Int32Array.from({ length: count }, (_, i) => i % classes);
    await Deno.writeFile(
      `${folder}/train_labels.npy`,
      encodeNpy({ dtype: "int32", shape: [count], data: labels }),
    );
    const weight = new Float32Array(classes * width).fill(1);
    await Deno.writeFile(
      `${folder}/weight.npy`,
      encodeNpy({ dtype: "float32", shape: [classes, width], data: weight }),
    );
    const small = { features: new Float32Array(4 * width), labels: [0, 1, 2, 3], width, classes };
    await measure({ train: arraySource(small), classifier: { weight } });

    const input = sourcesOf(await openFeatureFiles(await findArrays(folder, {})), { memory: bound });
    const before = Deno.memoryUsage().rss;
    let peak = 0;
    for await (const chunk of input.train.chunks()) {
      peak = Math.max(peak, Deno.memoryUsage().rss - before);
      assert.ok(chunk.features.byteLength <= bound);
    }
    const { outcomes } = await measure(input, { metrics: ["nc1_quotient_train"] });
    peak = Math.max(peak, Deno.memoryUsage().rss - before);
    assert.ok("undefined" in outcomes.nc1_quotient_train!, "zeros do not vary");
    assert.ok(peak <= bound, `${peak / MEBIBYTE} MiB more than before, of ${(4 * count * width) / MEBIBYTE}`);
  });
});
