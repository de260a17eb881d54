/** Files appear whole or not at all. */
import assert from "node:assert/strict";
import { writeWhole } from "../../src/report/write.ts";
import { test, withTemporaryFolder } from "../support.ts";

test("a written file replaces the old one and leaves nothing beside it", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    await writeWhole(`${folder}/page.html`, "a longer old text");
    await writeWhole(`${folder}/page.html`, "new");
    assert.equal(await Deno.readTextFile(`${folder}/page.html`), "new");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["page.html"]);
  });
});

test("a write that fails throws and leaves nothing half-done", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    await Deno.mkdir(`${folder}/taken/inside`, { recursive: true });
    await assert.rejects(writeWhole(`${folder}/taken`, "text"));
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["taken"]);
  });
});
