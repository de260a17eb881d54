/** CIFAR as torchvision keeps it, pickled, is the CIFAR of the binary layout. */
import assert from "node:assert/strict";
import { readCifar } from "../../src/data/cifar.ts";
import { readCifarPython } from "../../src/data/cifar_python.ts";
import { digestOf } from "../../src/data/dataset.ts";
import { loadSource } from "../../src/data/load.ts";
import type { Source } from "../../src/data/source.ts";
import { test, withTemporaryFolder } from "../support.ts";

const PIXELS = 3 * 32 * 32;
const RECORDS = 3;
const NEEDS = ["read", "write"] as const;

/** Pixels that hold every byte; `shift` tells files apart. */
function pixels(shift: number): Uint8Array {
  return Uint8Array.from({ length: RECORDS * PIXELS }, (_, i) => (i * 7 + shift) % 256);
}

function binary(labels: readonly (readonly number[])[], shift: number): Uint8Array {
  const data = pixels(shift);
  return Uint8Array.from(
    labels.flatMap((bytes, r) => [...bytes, ...data.subarray(r * PIXELS, (r + 1) * PIXELS)]),
  );
}

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0));
const u32 = (value: number) => [0, 8, 16, 24].map((bits) => (value >>> bits) & 255);

interface Pickled {
  readonly lists: Readonly<Record<string, readonly number[]>>;
  readonly data: Uint8Array;
  /** As Python 2 wrote it (the publisher's files), or Python 3 with protocol 4, or with protocol 2. */
  readonly style: "python2" | "protocol4" | "protocol2";
  readonly records?: number;
  readonly fortran?: boolean;
  readonly dtype?: string;
}

/** A batch, spelled instruction by instruction. */
function pickled(
  { lists, data, style, records = RECORDS, fortran = false, dtype = "u1" }: Pickled,
): Uint8Array {
  const text = (value: string): number[] =>
    style === "python2"
      ? [0x55, value.length, ...latin1(value)]
      : [0x58, ...u32(value.length), ...new TextEncoder().encode(value)];
  const global = (name: string) => [...latin1(`c${name}\n`)];
  const raw = {
    python2: () => [0x54, ...u32(data.length), ...data],
    protocol4: () => [0x42, ...u32(data.length), ...data],
    protocol2: () => {
      const utf8 = new TextEncoder().encode(
        new TextDecoder("latin1").decode(data).length === data.length ? String.fromCharCode(...data) : "",
      );
      return [
        ...global("_codecs\nencode"),
        0x58,
        ...u32(utf8.length),
        ...utf8,
        ...text("latin1"),
        0x86,
        0x52,
      ];
    },
  };
  const array = [
    ...global("numpy.core.multiarray\n_reconstruct"),
    ...global("numpy\nndarray"),
    ...[0x4b, 0, 0x85],
    ...text("b"),
    ...[0x87, 0x52, 0x28, 0x4b, 1, 0x4a, ...u32(records), 0x4a, ...u32(PIXELS), 0x86],
    ...global("numpy\ndtype"),
    ...text(dtype),
    ...[0x4b, 0, 0x4b, 1, 0x87, 0x52, 0x28, 0x4b, 3],
    ...text("|"),
    ...[0x4e, 0x4e, 0x4e, 0x4a, 255, 255, 255, 255, 0x4a, 255, 255, 255, 255, 0x4b, 0, 0x74, 0x62],
    fortran ? 0x88 : 0x89,
    ...raw[style](),
    ...[0x74, 0x62],
  ];
  const items = Object.entries(lists).flatMap(([key, labels]) => [
    ...text(key),
    ...[0x5d, 0x28],
    ...labels.flatMap((label) => [0x4b, label]),
    0x65,
  ]);
  const protocol = style === "protocol4" ? 4 : 2;
  return Uint8Array.from([0x80, protocol, 0x7d, 0x28, ...text("data"), ...array, ...items, 0x75, 0x2e]);
}

const CASES = [
  { layout: { labelClasses: [10], records: RECORDS }, labels: [[0], [9], [4]] },
  { layout: { labelClasses: [20, 100], records: RECORDS }, labels: [[0, 99], [19, 4], [7, 50]] },
];

function listsOf(labels: readonly (readonly number[])[]): Record<string, number[]> {
  if (labels[0]!.length === 1) return { labels: labels.map(([label]) => label!) };
  return { coarse_labels: labels.map(([c]) => c!), fine_labels: labels.map(([, f]) => f!) };
}

test("both layouts of the same images have one digest", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    for (const { layout, labels } of CASES) {
      const [bin, py] = [`${folder}/batch.bin`, `${folder}/batch`];
      await Deno.writeFile(bin, binary(labels, 5));
      const expected = await readCifar([bin, bin], layout);
      for (const style of ["python2", "protocol4", "protocol2"] as const) {
        await Deno.writeFile(py, pickled({ lists: listsOf(labels), data: pixels(5), style }));
        const found = await readCifarPython([py, py], layout);
        assert.equal(digestOf(found, found), digestOf(expected, expected), style);
        assert.deepEqual(found.labels, expected.labels);
      }
    }
  });
});

test("a batch that is not what it should be is refused in words", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const [{ layout, labels }] = CASES;
    const path = `${folder}/data_batch_1`;
    const sound: Pickled = { lists: listsOf(labels), data: pixels(0), style: "python2" };
    const damaged: [Uint8Array, RegExp][] = [
      [
        pickled({ ...sound, lists: { labels: [0, 10, 1] } }),
        /record 1: expected a label from 0 to 9, found "10"/,
      ],
      [pickled({ ...sound, lists: { labels: [0] } }), /expected 3 labels under "labels", found 1/],
      [pickled({ ...sound, lists: {} }), /expected 3 labels under "labels", found none/],
      [pickled({ ...sound, records: 2 }), /3 × 3072 bytes .*, found 2 × 3072 of "u1"/],
      [pickled({ ...sound, dtype: "f4" }), /found 3 × 3072 of "f4"/],
      [pickled({ ...sound, fortran: true }), /in Fortran order/],
      [pickled({ ...sound, data: pixels(0).subarray(1) }), /expected 9216 bytes of pixels, found 9215 bytes/],
      [pickled(sound).subarray(0, -100), /ends at byte/],
      [latin1("\x80\x02cos\nsystem\nU\x02ls\x85R."), /expected a dict with data and labels, found none/],
      [
        latin1("\x80\x02}U\x04datacos\nsystem\nU\x02ls\x85Rs."),
        /NumPy array of 3 × 3072 bytes .* found none/,
      ],
    ];
    for (const [bytes, message] of damaged) {
      await Deno.writeFile(path, bytes);
      await assert.rejects(readCifarPython([path], layout), (error: Error) => {
        assert.ok(error.message.startsWith(path), error.message);
        assert.match(error.message, message);
        return true;
      });
    }
  });
});

test(
  "a folder that holds only torchvision's layout is enough, and the binary one comes first",
  NEEDS,
  async () => {
    await withTemporaryFolder(async (folder) => {
      const [{ layout, labels }] = CASES;
      const places = { suffixes: [""], remote: { files: [] } };
      const read = (reader: typeof readCifar) => async ([train, test]: readonly string[]) => ({
        train: await reader([train!], layout),
        test: await reader([test!], layout),
      });
      const source: Source = {
        title: "Some",
        classes: 10,
        shape: [3, 32, 32],
        mean: [0, 0, 0],
        std: [1, 1, 1],
        files: { ...places, files: ["train.bin", "test.bin"], folder: "some-bin" },
        read: read(readCifar),
        other: {
          files: { ...places, files: ["train", "test"], folder: "some-py" },
          read: read(readCifarPython),
        },
      };
      const options = { data: folder, cache: `${folder}/none` };
      await assert.rejects(
        loadSource("Some", source, options),
        /some-bin; found none of them, nor train, test in some-py/,
      );
      await Deno.mkdir(`${folder}/some-py`);
      for (const [name, shift] of [["train", 1], ["test", 2]] as const) {
        const bytes = pickled({ lists: listsOf(labels), data: pixels(shift), style: "python2" });
        await Deno.writeFile(`${folder}/some-py/${name}`, bytes);
      }
      const { digest } = await loadSource("Some", source, options);
      await Deno.mkdir(`${folder}/some-bin`);
      await Deno.writeFile(`${folder}/some-bin/train.bin`, binary(labels, 1));
      await Deno.writeFile(`${folder}/some-bin/test.bin`, binary(labels, 2));
      assert.equal((await loadSource("Some", source, options)).digest, digest);
      await Deno.writeFile(`${folder}/some-bin/train.bin`, binary(labels, 3));
      assert.notEqual((await loadSource("Some", source, options)).digest, digest);
    });
  },
);
