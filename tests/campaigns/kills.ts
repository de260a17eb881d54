/**
 * kill -9 at random moments of a run with everything on, from its first import to its report: what was said to be done
 * is saved, every file stays readable, and in the end the run is the one that was never killed, to the byte.
 */
import assert from "node:assert/strict";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { runTool, start } from "../cli/command.ts";
import { runWithin } from "../cli/within.ts";
import { withTemporaryFolder } from "../support.ts";
import type { CampaignOptions } from "./campaign.ts";
import { requireWords } from "./refusal.ts";
import { BEGIN, commandFor, requireSameRun, savedEpochs } from "./whole_run.ts";

export async function kills({ count, seed, tell }: CampaignOptions): Promise<string> {
  const random = xoroshiro128plus(seed);
  let runs = 0;
  await withTemporaryFolder(async (whole) => {
    const began = performance.now();
    const undisturbed = await runTool(whole, BEGIN);
    assert.equal(undisturbed.code, 0, undisturbed.stderr);
    const duration = Math.ceil(performance.now() - began);
    for (let done = 0; done < count;) {
      await withTemporaryFolder(async (folder) => {
        done += await killUntilDone(folder, () => uniformInt(random, 0, duration), count - done);
        await requireSameRun(folder, whole);
      });
      runs++;
      tell(`${done} kills`);
    }
  });
  return `${count} kills in ${runs} runs: every file readable after each, every run in the end equal to one without`;
}

/** Kills and resumes a run until it gets through, at most `most` times; returns the number of kills. */
async function killUntilDone(folder: string, moment: () => number, most: number): Promise<number> {
  let reached = 0;
  for (let kills = 0; kills < most;) {
    const running = start(folder, await commandFor(folder));
    const ended = await Promise.race([
      running.finished,
      new Promise<null>((resolve) => setTimeout(() => resolve(null), moment())),
    ]);
    if (ended === null) {
      try {
        running.process.kill("SIGKILL");
        kills++;
      } catch (error) {
        // It ended by itself in between.
        if (!(error instanceof TypeError)) throw error;
      }
    }
    const { code, stderr } = await running.finished;
    if (ended !== null) assert.equal(code, 0, stderr);
    requireNoTrace(stderr);
    const shown = [...stderr.matchAll(/^epoch +(\d+)\//gm)].map(([, epoch]) => Number(epoch));
    const saved = await savedEpochs(folder);
    assert.ok(saved >= Math.max(reached, ...shown), `epoch ${shown} was shown, ${saved} saved`);
    reached = saved;
    if (code === 0) return kills;
  }
  const last = await runWithin(folder, await commandFor(folder));
  assert.equal(last.code, 0, last.stderr);
  return most;
}

function requireNoTrace(stderr: string): void {
  requireWords({ code: 0, stderr });
}
