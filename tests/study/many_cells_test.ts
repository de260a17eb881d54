/** A study of 10,000 cells stays quick and small, in a process of its own. */
import assert from "node:assert/strict";
import { test, withTemporaryFolder } from "../support.ts";

const WORKER = new URL("./many_cells.ts", import.meta.url).pathname;
const CONFIGURATION = new URL("../../deno.json", import.meta.url).pathname;
/** Seconds of the processor; where others want its caches, too, the same work takes more of them. */
const MOST_SECONDS = { alone: 5, crowded: 10 };
const MOST_MIB = 1024;

interface Found {
  readonly seconds: Readonly<Record<string, number>>;
  readonly peakMiB: number;
  readonly listed: string;
  readonly chosen: number;
  readonly rows: number;
  readonly isCrowded: boolean;
}

test("of 10,000 cells, listing, choosing and the page take below 5 s each and 1 GiB", [
  "read",
  "write",
  "run",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const args = ["run", "-q", "-A", "--no-check", "--config", CONFIGURATION, WORKER, folder];
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    const found = JSON.parse(new TextDecoder().decode(stdout)) as Found;
    assert.equal(found.listed, `many: 10000 cells of Drawn10, in ${folder}\n 10000 done`);
    assert.deepEqual([found.chosen, found.rows], [4, 10_001]);
    const { cells, reading, listing, choosing, table, page } = found.seconds as Record<string, number>;
    const asked = {
      listing: cells! + reading! + listing!,
      choosing: choosing! + table!,
      page: page!,
    };
    for (const [what, seconds] of Object.entries(asked)) {
      assert.ok(
        seconds < MOST_SECONDS[found.isCrowded ? "crowded" : "alone"],
        `${what} took ${seconds} s of the processor`,
      );
    }
    assert.ok(found.peakMiB < MOST_MIB, `${found.peakMiB} MiB`);
  });
});
