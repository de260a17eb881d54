/**
 * Full and read-only disks: a run whose disk fills up at any of its writes, and one each of whose folders in turn
 * cannot be written, end in one line; with room again it goes on, and is in the end the run that met no such thing.
 */
import assert from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { filesBelow, runTool } from "../cli/command.ts";
import { runWithin } from "../cli/within.ts";
import { withTemporaryFolder } from "../support.ts";
import type { CampaignOptions } from "./campaign.ts";
import { closeFolder, mountDisk } from "./mounts.ts";
import { requireWords } from "./refusal.ts";
import { BEGIN, commandFor, requireSameRun, savedEpochs } from "./whole_run.ts";

/** Each folder that a run writes in. */
const FOLDERS = ["runs", "runs/tiny", "runs/tiny/checkpoints", "runs/tiny/resume", "reports"];
const KIB = 1024;

export async function disks({ count, seed, tell }: CampaignOptions): Promise<string> {
  const random = xoroshiro128plus(seed);
  let full = 0;
  await withTemporaryFolder(async (whole) => {
    const undisturbed = await runWithin(whole, BEGIN);
    assert.equal(undisturbed.code, 0, undisturbed.stderr);
    const kib = Math.ceil(
      filesBelow(whole).reduce((sum, name) => sum + Deno.statSync(`${whole}/${name}`).size, 0) / KIB,
    );
    for (let i = 0; i < count; i++) {
      const readOnly = FOLDERS[i];
      await withTemporaryFolder(async (folder) => {
        if (readOnly !== undefined) await fillAndGoOn(folder, whole, { kib: 3 * kib, readOnly });
        else if (await fillAndGoOn(folder, whole, { kib: uniformInt(random, 1, 2 * kib) })) full++;
      });
      tell(`${i + 1} disks`);
    }
  });
  const closed = Math.min(count, FOLDERS.length);
  return `${closed} read-only folders and ${full} disks that filled up, of ${
    count - closed
  }: each said so in one ` +
    "line, nothing that was saved was lost, and every run in the end was equal to one with room";
}

/** A run on a disk of `kib` KiB, and with more room the rest of it. Returns whether the first did not get through. */
async function fillAndGoOn(
  folder: string,
  whole: string,
  { kib, readOnly }: { kib: number; readOnly?: string },
): Promise<boolean> {
  await using disk = await mountDisk(folder, kib);
  if (readOnly !== undefined) await Deno.mkdir(`${folder}/${readOnly}`, { recursive: true });
  let saved = 0;
  let code = 0;
  {
    await using _closed = readOnly === undefined ? null : await closeFolder(`${folder}/${readOnly}`);
    const finished = await runTool(folder, BEGIN);
    requireWords(finished);
    code = finished.code;
    if (readOnly !== undefined) assert.equal(code, 1, finished.stderr);
    if (code !== 0) assert.match(finished.stderr, /error: .*(cannot|no room|space|free)/, finished.stderr);
    saved = await savedEpochs(folder);
    const shown = [...finished.stderr.matchAll(/^epoch +(\d+)\//gm)].map(([, epoch]) => Number(epoch));
    assert.ok(saved >= Math.max(0, ...shown) - 1, `epoch ${shown} was shown, ${saved} saved`);
    assert.ok(!filesBelow(folder).some((name) => name.includes(".partial")), "half a file was left behind");
  }
  await disk.resize(2 ** 22);
  const again = await runWithin(folder, await commandFor(folder));
  assert.equal(again.code, 0, again.stderr);
  assert.ok(await savedEpochs(folder) >= saved);
  await requireSameRun(folder, whole);
  return code !== 0;
}
