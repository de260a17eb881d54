/** Files that users hand in: arrays, checkpoints, data sets, each with the reader that production uses. */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { createGzip, gzipSync } from "node:zlib";
import { pack } from "tar-stream";
import { readCifar } from "../../src/data/cifar.ts";
import type { Split } from "../../src/data/dataset.ts";
import { readIdx } from "../../src/data/idx.ts";
import { readSvhn } from "../../src/data/svhn.ts";
import { unpack } from "../../src/data/unpack.ts";
import { encodeNpy } from "../../src/formats/npy.ts";
import { checkTensor, type StateDict } from "../../src/formats/tensor.ts";
import { readArray, readRows } from "../../src/formats/array_file.ts";
import { openArraysAt } from "../../src/measuring/array_store.ts";
import { loadStateDict } from "../../src/engine/checkpoint.ts";
import { encodeLegacy } from "../formats/legacy_file.ts";
import { encodeMat } from "../formats/mat_file.ts";
import { oneOfEach } from "../formats/tensors.ts";
import { encodeNpz, encodeSafetensors, encodeStateDict, npyFromElsewhere } from "../formats/whole_files.ts";
import type { MakeSubject, Subject } from "./mutations.ts";

const CLASSES = 10;
const IMAGES = 20;

/** A state dict may be so much larger than its file. */
const EXPANSION = 4;
const SLACK = 65536;

export const INPUTS: Readonly<Record<string, MakeSubject>> = {
  npy: () => arrays("train_features.npy", encodeNpy(matrix())),
  "npy-columns": () => arrays("train_features.npy", npyFromElsewhere([[1, 2, 3], [4, 5, 6]])),
  safetensors: () => arrays("features.safetensors", encodeSafetensors(new Map(someTensors()))),
  npz: () => packedArrays({ compressed: false }),
  "npz-deflated": () => packedArrays({ compressed: true }),
  pth: () => {
    const state = new Map(someTensors());
    const read = async (path: string) => assert.deepEqual([...await loadStateDict(path)], [...state]);
    return { file: "model.pth", bytes: encodeStateDict(state), read };
  },
  "pth-legacy": () => {
    const read = async (path: string) => {
      const limit = EXPANSION * (await Deno.stat(path)).size + SLACK;
      const tensors = [...(await loadStateDict(path)).values()];
      tensors.forEach(checkTensor);
      const size = tensors.reduce((sum, { data }) => sum + data.byteLength, 0);
      assert.ok(size <= limit, `${size} bytes of numbers, expected at most ${limit}`);
    };
    return { file: "model.pth", bytes: encodeLegacy(new Map(someTensors())), read };
  },
  idx: (folder) => idx(folder, "images-idx3-ubyte", (bytes) => bytes),
  "idx-gz": (folder) => idx(folder, "images-idx3-ubyte.gz", (bytes) => Uint8Array.from(gzipSync(bytes))),
  cifar: () => {
    const bytes = Uint8Array.from(
      { length: 5 * 3073 },
      (_, i) => i % 3073 === 0 ? i % CLASSES : (i * 7) % 256,
    );
    const read = async (path: string) =>
      requireSplit(await readCifar([path], { labelClasses: [CLASSES], records: 5 }), 5, 3 * 32 * 32);
    return { file: "data_batch_1.bin", bytes, read };
  },
  mat: () => mat({ packed: true }),
  "mat-plain": () => mat({ packed: false }),
  "tar-gz": tarGz,
};

function someTensors(): [string, NonNullable<ReturnType<StateDict["get"]>>][] {
  return [...oneOfEach()].slice(0, 3);
}

function matrix(): NonNullable<ReturnType<StateDict["get"]>> {
  return { dtype: "float32", shape: [6, 4], data: Float32Array.from({ length: 24 }, (_, i) => i / 3) };
}

/** Without a checksum, other numbers of the right kind cannot be told from the original ones. */
function arrays(file: string, bytes: Uint8Array<ArrayBuffer>): Subject {
  const read = async (path: string) => {
    let size = 0;
    for (const array of (await openArraysAt(path)).values()) {
      const tensor = await readArray(array);
      checkTensor(tensor);
      size += tensor.data.byteLength;
    }
    const limit = EXPANSION * (await Deno.stat(path)).size + SLACK;
    assert.ok(size <= limit, `${size} bytes of numbers, expected at most ${limit}`);
  };
  return { file, bytes, read };
}

/** Each entry of a .npz file has a checksum, so what is read is what was written. */
function packedArrays(how: { compressed: boolean }): Subject {
  const written = new Map(someTensors());
  const read = async (path: string) => {
    for (const [name, array] of await openArraysAt(path)) {
      const tensor = await readArray(array);
      assert.deepEqual(tensor, written.get(name));
      if (tensor.shape.length !== 2) continue;
      const rows = await Array.fromAsync(readRows(array, 2), (piece) => Array.from(piece));
      assert.deepEqual(rows.flat(), Array.from(tensor.data, Number));
    }
  };
  return { file: "features.npz", bytes: encodeNpz(written, how), read };
}

async function idx(
  folder: string,
  file: string,
  wrap: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array<ArrayBuffer>,
): Promise<Subject> {
  const layout = { count: IMAGES, height: 8, width: 8, classes: CLASSES, padding: 2 };
  const labels = `${folder}/labels-idx1-ubyte`;
  await Deno.writeFile(labels, Uint8Array.of(0, 0, 8, 1, 0, 0, 0, IMAGES, ...Array(IMAGES).fill(3)));
  const pixels = Array.from({ length: IMAGES * 64 }, (_, i) => (i * 7) % 256);
  const bytes = wrap(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, IMAGES, 0, 0, 0, 8, 0, 0, 0, 8, ...pixels));
  let original: Split | undefined;
  const read = async (path: string) => {
    const split = await readIdx(path, labels, layout);
    requireSplit(split, IMAGES, 12 * 12);
    original ??= split;
    // A plain file has no checksum; gzip has one, and its header, which has none, may carry other names and times.
    if (file.endsWith(".gz")) assert.deepEqual(split, original);
  };
  return { file, bytes, read };
}

/** Two digits. Packed variables have a checksum, so what is read is what was written. */
function mat(how: { packed: boolean }): Subject {
  const pixels = Uint8Array.from({ length: 2 * 3 * 32 * 32 }, (_, i) => (i * 7) % 256);
  const bytes = encodeMat([
    { name: "X", kind: "uint8", numbers: { dtype: "uint8", shape: [32, 32, 3, 2], data: pixels } },
    { name: "y", kind: "uint8", numbers: { dtype: "uint8", shape: [2, 1], data: Uint8Array.of(10, 3) } },
  ], how);
  let original: Split | undefined;
  const read = async (path: string) => {
    const split = await readSvhn(path, { count: 2 });
    requireSplit(split, 2, 3 * 32 * 32);
    original ??= split;
    if (how.packed) assert.deepEqual(split, original);
  };
  return { file: "train_32x32.mat", bytes, read };
}

function requireSplit({ images, labels, count }: Split, expected: number, pixels: number): void {
  assert.equal(count, expected);
  assert.equal(images.length, count * pixels);
  assert.equal(labels.length, count);
  assert.ok(labels.every((label) => label >= 0 && label < CLASSES));
}

async function tarGz(folder: string): Promise<Subject> {
  const contents = new Map([["a.bin", "first ".repeat(300)], ["b.bin", "second ".repeat(300)]]);
  const archive = pack();
  for (const [name, text] of contents) archive.entry({ name: `set/${name}` }, text);
  archive.entry({ name: "set/other.txt" }, "not wanted");
  archive.finalize();
  const pieces = await Array.fromAsync(archive.pipe(createGzip()) as AsyncIterable<Buffer>);
  const target = `${folder}/out/set`;
  await Deno.mkdir(`${folder}/out`);
  const read = async (path: string) => {
    await unpack(path, target, [...contents.keys()]);
    for (const [name, text] of contents) assert.equal(Deno.readTextFileSync(`${target}/${name}`), text);
    assert.deepEqual(namesIn(target), [...contents.keys()]);
    await Deno.remove(target, { recursive: true });
    assert.deepEqual(namesIn(`${folder}/out`), []);
  };
  const untouched = () => assert.deepEqual(namesIn(`${folder}/out`), [], "files were left behind");
  return { file: "set.tar.gz", bytes: Uint8Array.from(Buffer.concat(pieces)), read, untouched };
}

function namesIn(folder: string): string[] {
  return Array.from(Deno.readDirSync(folder), ({ name }) => name).sort();
}
