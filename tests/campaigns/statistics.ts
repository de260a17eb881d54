/** Partial statistics: damaged in their bytes, or in an array of a sound file, as a hostile one is. */
import assert from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import type { RandomGenerator } from "pure-rand/types/RandomGenerator";
import { encodeNpy } from "../../src/formats/npy.ts";
import { measureStatistics } from "../../src/measuring/measure_statistics.ts";
import type { Result } from "../../src/measuring/results.ts";
import { gaussianCase } from "../collapse/features.ts";
import { mutate } from "../formats/mutate.ts";
import { writeZip } from "../formats/whole_files.ts";
import { partsOf } from "../measuring/statistics.ts";
import type { MakeSubject, Subject } from "./mutations.ts";

export const STATISTICS: Readonly<Record<string, MakeSubject>> = {
  statistics: async () => {
    const entries = await entriesOfAPart();
    let original: Result["values"] | undefined;
    const read = async (path: string) => {
      const { values } = await measureStatistics([path], {});
      original ??= values;
      assert.deepEqual(values, original);
    };
    return { file: "part.npz", bytes: writeZip(entries), read };
  },
  "statistics-entries": async () => {
    const entries = await entriesOfAPart();
    const damage = (random: RandomGenerator) => {
      const chosen = uniformInt(random, 0, entries.length - 1);
      return writeZip(
        entries.map(([name, bytes], i) => [name, i === chosen ? mutate(bytes, random) : bytes]),
      );
    };
    const read = async (path: string) => requireNumbers(await measureStatistics([path], {}));
    return { file: "part.npz", bytes: writeZip(entries), damage, read } satisfies Subject;
  },
};

async function entriesOfAPart(): Promise<(readonly [string, Uint8Array<ArrayBuffer>])[]> {
  const [part] = await partsOf({ train: gaussianCase({ counts: [5, 4, 6], width: 3 }) }, 1);
  return Object.entries(part!).map(([name, tensor]) => [`${name}.npy`, encodeNpy(tensor)] as const);
}

/** Every value is a number, or there is a reason for none. */
function requireNumbers({ values, trust }: Result): void {
  for (const [name, value] of Object.entries(values)) {
    assert.ok(value === null ? trust[name]?.undefined : Number.isFinite(value), `${name}: ${value}`);
  }
}
