/** Thousands of damaged files, each of which must be read correctly or refused in words. */
import assert from "node:assert/strict";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { FormatError } from "../../src/formats/error.ts";
import { decodeNpy, encodeNpy } from "../../src/formats/npy.ts";
import { decodeStateDict, encodeStateDict } from "../../src/formats/pth.ts";
import { decodeSafetensors, encodeSafetensors } from "../../src/formats/safetensors.ts";
import { checkTensor, type StateDict, type TensorData } from "../../src/formats/tensor.ts";
import { readZip, writeZip } from "../../src/formats/zip.ts";
import { mutate } from "./mutate.ts";
import { oneOfEach } from "./tensors.ts";

const MUTATIONS = 10_000;
const SEED = 20200804;

const small: StateDict = new Map([...oneOfEach()].slice(0, 3));
const matrix = small.get("fc.weight")!;

/** Reads `MUTATIONS` damaged copies of the files, in turn; returns how many were refused and how many read. */
function fuzz(
  files: readonly Uint8Array<ArrayBuffer>[],
  read: (bytes: Uint8Array) => Iterable<TensorData>,
  repair: (bytes: Uint8Array<ArrayBuffer>) => Uint8Array = (bytes) => bytes,
): { refused: number; read: number } {
  const random = xoroshiro128plus(SEED);
  const outcomes = { refused: 0, read: 0 };
  for (let i = 0; i < MUTATIONS; i++) {
    const bytes = repair(mutate(files[i % files.length], random));
    try {
      let size = 0;
      for (const tensor of read(bytes)) {
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

Deno.test("10,000 damaged .npy files are each read or refused", () => {
  const files = [...oneOfEach().values()].map(encodeNpy);
  assertBoth(fuzz(files, (bytes) => [decodeNpy(bytes)]));
});

Deno.test("10,000 damaged .safetensors files are each read or refused", () => {
  assertBoth(fuzz([encodeSafetensors(small)], (bytes) => decodeSafetensors(bytes).values()));
});

Deno.test("10,000 damaged .pth files are each read or refused, and none reads as other numbers", () => {
  const damagedValues = (bytes: Uint8Array) => {
    const tensors = [...decodeStateDict(bytes).values()];
    assert.deepEqual(tensors, [...small.values()]);
    return tensors;
  };
  assertBoth(fuzz([encodeStateDict(small)], damagedValues));
});

Deno.test("10,000 damaged pickles in sound zips are each read or refused", () => {
  const zip = readZip(encodeStateDict(new Map([["fc.weight", matrix]])));
  const entries = zip.names.map((name) => [name, zip.read(name)!] as const);
  const pickle = Uint8Array.from(entries[0][1]);
  const rewrap = (damaged: Uint8Array) => writeZip([[entries[0][0], damaged], ...entries.slice(1)]);
  assertBoth(fuzz([pickle], (bytes) => decodeStateDict(bytes).values(), rewrap));
});
