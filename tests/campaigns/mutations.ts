/**
 * Damaged files before the readers that production uses: each is read as what its checks can vouch for, or refused in
 * one line that names it. A format with a checksum never reads as anything but the original.
 */
import assert from "node:assert/strict";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { mutate } from "../formats/mutate.ts";
import { withTemporaryFolder } from "../support.ts";
import type { Campaign } from "./campaign.ts";
import { INPUTS } from "./inputs.ts";
import { requireRefusal } from "./refusal.ts";
import { RUN_FILES } from "./run_files.ts";
import { STATISTICS } from "./statistics.ts";

/** A kind of file. */
export interface Subject {
  /** Name of a file that production would look for. */
  readonly file: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** In place of damage to the bytes, e.g. to what a sound archive holds. */
  readonly damage?: (random: ReturnType<typeof xoroshiro128plus>) => Uint8Array<ArrayBuffer>;
  /** Reads the file at `path`; throws a refusal, or an AssertionError where what was read is wrong. */
  readonly read: (path: string) => Promise<void>;
  /** Looks, after a refusal, whether all is as before. */
  readonly untouched?: () => void;
}

/** Makes the sound file of a kind; what it opens is closed with the stack. */
export type MakeSubject = (folder: string, opened: DisposableStack) => Subject | Promise<Subject>;

/** Every `REPORT` files it is told how far a campaign is. */
const REPORT = 1000;

function campaignOf(kind: string, make: MakeSubject): Campaign {
  return async ({ count, seed, tell }) => {
    const outcomes = { read: 0, refused: 0 };
    await withTemporaryFolder(async (folder) => {
      using opened = new DisposableStack();
      const subject = await make(folder, opened);
      const path = `${folder}/${subject.file}`;
      await Deno.writeFile(path, subject.bytes);
      await subject.read(path);
      const random = xoroshiro128plus(seed);
      for (let i = 0; i < count; i++) {
        const bytes = subject.damage?.(random) ?? mutate(subject.bytes, random);
        await Deno.writeFile(path, bytes);
        const outcome = await attempt(subject, path).catch((error) => {
          throw new Error(`mutation ${i} of ${kind} with seed ${seed}: ${error.message}`, { cause: error });
        });
        outcomes[outcome]++;
        if ((i + 1) % REPORT === 0) tell(`${i + 1} files`);
      }
    });
    assert.ok(outcomes.refused > count / 20, `only ${outcomes.refused} of ${count} were refused`);
    return `${count} mutations of ${kind}: ${outcomes.refused} refused in one line, ${outcomes.read} read soundly`;
  };
}

async function attempt({ read, untouched }: Subject, path: string): Promise<"read" | "refused"> {
  try {
    await read(path);
    return "read";
  } catch (error) {
    requireRefusal(error, path);
    untouched?.();
    return "refused";
  }
}

export const MUTATIONS: Readonly<Record<string, Campaign>> = Object.fromEntries(
  Object.entries({ ...INPUTS, ...STATISTICS, ...RUN_FILES }).map((
    [kind, make],
  ) => [kind, campaignOf(kind, make)]),
);
