/**
 * Disks that fill up at any write of a command which reads a run: the command says so in one line, no file is torn (each
 * is as it was or as it would have become), and with room the command ends as where there always was.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { filesBelow, runTool } from "../cli/command.ts";
import { runWithin } from "../cli/within.ts";
import { withTemporaryFolder } from "../support.ts";
import type { CampaignOptions } from "./campaign.ts";
import { mountDisk, system } from "./mounts.ts";
import { requireWords } from "./refusal.ts";
import { BEGIN } from "./whole_run.ts";

/** Each finds what those before it wrote. */
const WRITERS: readonly (readonly string[])[] = [
  [
    ...["validate", "runs/tiny", "--metrics", "all", "--layers", "--geometry", "--again"],
    ...["--tensorboard", "events", "--threads", "1"],
  ],
  ["report", "tiny"],
  ["features", "runs/tiny/checkpoints/resnet18_003.pth", "--out", "features", "--threads", "1"],
  ["measure", "features", "--out", "table.csv", "--report", "features", "--epoch", "3"],
  ["measure", "features", "--append", "table.csv", "--epoch", "7", "--tensorboard", "events"],
  ["compare", "tiny", "reports/features", "--name", "both"],
];
/** Files that hold the time at which they were written. */
const DATED = /^events\/|\/measured\.json$/;
const ROOM = 2 ** 22;
const PAGE = 4096;
const KIB = 1024;

export async function disksOfCommands({ count, seed, tell }: CampaignOptions): Promise<string> {
  const random = xoroshiro128plus(seed);
  let full = 0;
  await withTemporaryFolder(async (stages) => {
    await Deno.mkdir(`${stages}/0`);
    await succeed(`${stages}/0`, BEGIN);
    for (const [i, args] of WRITERS.slice(0, count).entries()) {
      await system("cp", "-a", `${stages}/${i}`, `${stages}/${i + 1}`);
      await succeed(`${stages}/${i + 1}`, args);
    }
    for (let round = 0; round < count; round++) {
      const i = round % WRITERS.length;
      const between = { before: `${stages}/${i}`, after: `${stages}/${i + 1}` };
      await withTemporaryFolder(async (folder) => {
        if (await fillUp(folder, WRITERS[i]!, between, (most) => uniformInt(random, 0, most))) full++;
      });
      tell(`${round + 1} disks`);
    }
  });
  return `${count} disks, of which ${full} filled up before a command was done: each said so in one line, no file was ` +
    "torn, and with room every command ended as where there always was";
}

/** Runs a command in a copy of `before` on a disk with some of the room that leads to `after`. Returns whether it was too little. */
async function fillUp(
  folder: string,
  args: readonly string[],
  stages: { before: string; after: string },
  upTo: (most: number) => number,
): Promise<boolean> {
  await using disk = await mountDisk(folder, ROOM);
  await system("cp", "-a", `${stages.before}/.`, folder);
  const [before, after] = [contentsOf(stages.before), contentsOf(stages.after)];
  const changed = [...after].filter(([name, bytes]) => !before.get(name)?.equals(bytes));
  const most = changed.reduce((sum, [, { length }]) => sum + Math.ceil(length / PAGE) * PAGE / KIB, 0);
  await disk.resize(await disk.used() + upTo(most));
  const finished = await runTool(folder, args);
  requireWords(finished);
  for (const [name, bytes] of contentsOf(folder)) {
    const sound = DATED.test(name) || [before, after].some((files) => files.get(name)?.equals(bytes));
    assert.ok(sound, `${args.join(" ")}: ${name} is torn\n${finished.stderr}`);
  }
  await disk.resize(ROOM);
  await succeed(folder, args);
  const found = contentsOf(folder);
  for (const [name, bytes] of after) {
    assert.ok(DATED.test(name) || found.get(name)?.equals(bytes), `${args.join(" ")}: ${name} differs`);
  }
  return finished.code !== 0;
}

async function succeed(folder: string, args: readonly string[]): Promise<void> {
  const { code, stderr } = await runWithin(folder, args);
  assert.equal(code, 0, `${args.join(" ")}: ${stderr}`);
}

function contentsOf(folder: string): Map<string, Buffer> {
  return new Map(
    filesBelow(folder).map((name) => [name, Buffer.from(Deno.readFileSync(`${folder}/${name}`))]),
  );
}
