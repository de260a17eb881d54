/** Figures, overview and page against their committed snapshots. */
import assert from "node:assert/strict";
import { test } from "../support.ts";
import { drawSnapshots, SNAPSHOTS } from "./snapshots.ts";

test("figures, overview and page are drawn as in their snapshots", ["read"], async (t) => {
  for (const [name, drawn] of drawSnapshots()) {
    await t.step(name, async () => {
      assert.equal(drawn, await Deno.readTextFile(new URL(name, SNAPSHOTS)));
    });
  }
});

test("the snapshots together stay under 1 MB", ["read"], async () => {
  let bytes = 0;
  for await (const { name } of Deno.readDir(SNAPSHOTS)) {
    bytes += (await Deno.stat(new URL(name, SNAPSHOTS))).size;
  }
  assert.ok(bytes > 0 && bytes < 1e6, `expected under 1,000,000 bytes, found ${bytes}`);
});
