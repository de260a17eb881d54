/** Files appear whole or not at all. */
import assert from "node:assert/strict";
import { isThere, readTextIfThere, streamWhole, writeWhole } from "../src/files.ts";
import { test, withTemporaryFolder } from "./support.ts";

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
    await assert.rejects(
      writeWhole(`${folder}/taken`, "text"),
      /^Error: cannot write .*taken \(.*\): expected a folder with/,
    );
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["taken"]);
  });
});

test("a stream that breaks off leaves the old file as it was", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/array.npy`;
    await writeWhole(path, "old");
    const broken = streamWhole(path, async (write) => {
      await write(new Uint8Array(10));
      throw new Error("the source failed");
    });
    await assert.rejects(broken, /^Error: the source failed$/);
    assert.equal(await Deno.readTextFile(path), "old");
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["array.npy"]);
  });
});

test("a missing file is told apart from one that cannot be read", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    assert.equal(await readTextIfThere(`${folder}/none`), null);
    assert.equal(await isThere(`${folder}/none`), false);
    await Deno.writeTextFile(`${folder}/file`, "");
    assert.equal(await isThere(`${folder}/file`), true);
    await assert.rejects(readTextIfThere(`${folder}/file/inside`), /^Error: cannot read .*file\/inside \(/);
  });
});
