/** Thousands of damaged files, each of which must be read correctly or refused in words, by the readers of `measure`. */
import assert from "node:assert/strict";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import type { ArrayFile } from "../../src/formats/byte_reader.ts";
import { blobStore } from "../../src/explore/site/blob_store.ts";
import { FormatError } from "../../src/formats/error.ts";
import { encodeNpy } from "../../src/formats/npy.ts";
import { decodeStateDict } from "../../src/formats/pth.ts";
import { checkTensor, type StateDict, type TensorData } from "../../src/formats/tensor.ts";
import { readZip } from "../../src/formats/zip.ts";
import { openArrays, readArray, readRows } from "../../src/formats/array_file.ts";
import { openArraysAt } from "../../src/measuring/array_store.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { mutate } from "./mutate.ts";
import { oneOfEach } from "./tensors.ts";
import { encodeSafetensors, encodeStateDict, npyFromElsewhere, writeZip } from "./whole_files.ts";

const MUTATIONS = 10_000;
const SEED = 20200804;

const small: StateDict = new Map([...oneOfEach()].slice(0, 3));
const matrix = small.get("fc.weight")!;

/** Reads `MUTATIONS` damaged copies of the files, in turn; returns how many were refused and how many read. */
async function fuzz(
  files: readonly Uint8Array<ArrayBuffer>[],
  read: (bytes: Uint8Array) => Iterable<TensorData> | Promise<Iterable<TensorData>>,
  repair: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => bytes,
): Promise<{ refused: number; read: number }> {
  const random = xoroshiro128plus(SEED);
  const outcomes = { refused: 0, read: 0 };
  for (let i = 0; i < MUTATIONS; i++) {
    const bytes = repair(mutate(files[i % files.length], random));
    try {
      let size = 0;
      for (const tensor of await read(bytes)) {
        checkTensor(tensor);
        size += tensor.data.byteLength;
      }
      assert.ok(
        size <= 4 * bytes.length + 65536,
        `mutation ${i}: ${size} bytes of tensors from ${bytes.length}`,
      );
      outcomes.read++;
    } catch (error) {
      if (!(error instanceof FormatError)) {
        throw new Error(`mutation ${i} ended in ${error}`, { cause: error });
      }
      assert.ok(error.message.length > 20 && error.message.length < 1000, `mutation ${i}: ${error.message}`);
      outcomes.refused++;
    }
  }
  return outcomes;
}

/** Both kinds of end must occur, or the mutations miss what they aim at. */
function assertBoth({ refused, read }: { refused: number; read: number }): void {
  assert.ok(refused > MUTATIONS / 10, `only ${refused} of ${MUTATIONS} were refused`);
  assert.ok(read > MUTATIONS / 100, `only ${read} of ${MUTATIONS} were read`);
}

/** Reads every so many from disk, as `measure` does, and the others from memory, as pages do: most of the time is the disk's. */
const FROM_DISK = 10;

/** Reads damaged copies of the file at `path`, one after the other. */
function readerOf(path: string): (bytes: Uint8Array) => Promise<TensorData[]> {
  let count = 0;
  return async (bytes) => {
    if (count++ % FROM_DISK > 0) {
      return await readArrays(await openArrays(blobStore(path, new Blob([Uint8Array.from(bytes)]))));
    }
    await Deno.writeFile(path, bytes);
    return await readArrays(await openArraysAt(path));
  };
}

/** All arrays of a file, each read whole, and where it is a matrix of floats by rows, too: both must agree. */
async function readArrays(arrays: ReadonlyMap<string, ArrayFile>): Promise<TensorData[]> {
  const tensors: TensorData[] = [];
  for (const array of arrays.values()) {
    const whole = await readArray(array);
    tensors.push(whole);
    if (whole.shape.length !== 2 || !["float32", "float64"].includes(whole.dtype)) continue;
    const pieces = await Array.fromAsync(readRows(array, 2), (piece) => Array.from(piece));
    assert.deepEqual(pieces.flat(), Array.from(whole.data as Float32Array));
  }
  return tensors;
}

test("10,000 damaged .npy files are each read or refused", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const files = [...oneOfEach().values()].map(encodeNpy);
    files.push(npyFromElsewhere([[1, 2, 3], [4, 5, 6], [7, 8, 9]]));
    assertBoth(await fuzz(files, readerOf(`${folder}/a.npy`)));
  });
});

test("10,000 damaged .safetensors files are each read or refused", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const files = [encodeSafetensors(small)];
    assertBoth(await fuzz(files, readerOf(`${folder}/a.safetensors`)));
  });
});

Deno.test("10,000 damaged .pth files are each read or refused, and none reads as other numbers", async () => {
  const damagedValues = (bytes: Uint8Array) => {
    const tensors = [...decodeStateDict(bytes).values()];
    assert.deepEqual(tensors, [...small.values()]);
    return tensors;
  };
  assertBoth(await fuzz([encodeStateDict(small)], damagedValues));
});

Deno.test("10,000 damaged pickles in sound zips are each read or refused", async () => {
  const zip = readZip(encodeStateDict(new Map([["fc.weight", matrix]])));
  const entries = zip.names.map((name) => [name, zip.read(name)!] as const);
  const pickle = Uint8Array.from(entries[0][1]);
  const rewrap = (damaged: Uint8Array) => writeZip([[entries[0][0], damaged], ...entries.slice(1)]);
  assertBoth(await fuzz([pickle], (bytes) => decodeStateDict(bytes).values(), rewrap));
});
