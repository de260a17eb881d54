/** Images of a person's own where they are links, and where two processes convert them at once. */
import assert from "node:assert/strict";
import { basename } from "node:path";
import { folderSource } from "../../../src/data/own/folder.ts";
import { findImages } from "../../../src/data/own/find.ts";
import { loadOwn } from "../../../src/data/own/load.ts";
import { countsOf } from "../../../src/data/subset.ts";
import { test, withTemporaryFolder } from "../../support.ts";
import { writeFolder } from "./images.ts";

const NEEDS = ["read", "write"] as const;

async function namesIn(folder: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
}

test("classes, images and the folder of test images may be links", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeFolder(`${folder}/all`, { a: 6, b: 6, c: 6 });
    await Deno.mkdir(`${folder}/pets/train/c`, { recursive: true });
    for (const name of ["a", "b"]) {
      await Deno.symlink(`${folder}/all/${name}`, `${folder}/pets/train/${name}`);
    }
    const [image] = await namesIn(`${folder}/all/c`);
    await Deno.symlink(`${folder}/all/c/${image}`, `${folder}/pets/train/c/${image}`);
    await Deno.symlink(`${folder}/all`, `${folder}/pets/test`);
    const { classNames, train, test } = await folderSource(`${folder}/pets`);
    assert.deepEqual(classNames, ["a", "b", "c"]);
    assert.deepEqual(countsOf(train, 3), [6, 6, 1]);
    assert.deepEqual(countsOf(test!, 3), [6, 6, 6]);
    assert.equal((await findImages(`${folder}/pets`)).files.length, 13 + 18);
  });
});

test("links that lead nowhere, or round in a circle, are named", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    await writeFolder(`${folder}/pets`, { a: 6, b: 6 });
    await Deno.symlink(`${folder}/nowhere`, `${folder}/pets/c`);
    await assert.rejects(
      () => findImages(`${folder}/pets`),
      /pets\/c: expected a link to a file or a folder, found one/,
    );
    await Deno.remove(`${folder}/pets/c`);
    await Deno.symlink(`${folder}/pets`, `${folder}/pets/a/again`);
    await assert.rejects(
      () => findImages(`${folder}/pets`),
      /pets\/a\/again: expected no link to a folder that it is in/,
    );
  });
});

test(
  "of two that convert the same images one waits, and what was left half converted long ago goes",
  NEEDS,
  async () => {
    await withTemporaryFolder(async (folder) => {
      await writeFolder(`${folder}/pets`, { a: 6, b: 6 });
      const cache = `${folder}/cache`;
      const [old, fresh] = ["01234567", "89abcdef"].map((id) =>
        `${cache}/images/pets-16-0123456789ab.${id}.partial`
      );
      for (const folder of [old!, fresh!]) await Deno.mkdir(folder, { recursive: true });
      const before = new Date(Date.now() - 2 * 3_600_000);
      await Deno.utime(old!, before, before);
      const waited: string[] = [];
      const load = () =>
        loadOwn({ path: `${folder}/pets`, cache, size: 16, onWait: (place) => waited.push(place) });
      const [one, other] = await Promise.all([load(), load()]);
      assert.equal(one.digest, other.digest);
      assert.deepEqual(waited, [`${cache}/images`]);
      const left = (await namesIn(`${cache}/images`)).filter((name) => name !== ".lock");
      assert.equal(left.length, 2);
      assert.ok(left.includes(basename(fresh!)));
      assert.ok(left.some((name) => /^pets-16-[0-9a-f]{12}$/.test(name)));
    });
  },
);
