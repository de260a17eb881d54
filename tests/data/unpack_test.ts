import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { type Header, pack } from "tar-stream";
import { unpack } from "../../src/data/unpack.ts";
import { test, withTemporaryFolder } from "../support.ts";

const WHOLE = [{ name: "set/a.bin" }, { name: "set/b.bin" }];

/** A .tar.gz with the given entries, whose content is their name unless given. */
async function archiveOf(
  entries: (Partial<Header> & { name: string; content?: string })[],
): Promise<Uint8Array> {
  const tar = pack();
  for (const { content, ...header } of entries) {
    const isFile = header.type === undefined || header.type === "file";
    tar.entry(header, isFile ? content ?? header.name : "");
  }
  tar.finalize();
  return await buffer(tar.pipe(createGzip()));
}

/** Unpacks a.bin and b.bin of set/ from the archive, in a folder of its own. */
async function unpackIn(folder: string, archive: Uint8Array): Promise<void> {
  await Deno.mkdir(join(folder, "cache"), { recursive: true });
  await Deno.writeFile(join(folder, "cache", "set.tar.gz"), archive);
  await unpack(join(folder, "cache", "set.tar.gz"), join(folder, "cache", "set"), ["a.bin", "b.bin"]);
}

/** All files below a folder, relative to it. */
async function filesBelow(folder: string, prefix = ""): Promise<string[]> {
  const names: string[] = [];
  for await (const entry of Deno.readDir(folder)) {
    const name = prefix + entry.name;
    names.push(...(entry.isDirectory ? await filesBelow(join(folder, entry.name), `${name}/`) : [name]));
  }
  return names.sort();
}

test(
  "the wanted files are unpacked, and no others",
  ["read", "write"],
  () =>
    withTemporaryFolder(async (folder) => {
      await unpackIn(
        folder,
        await archiveOf([
          { name: "set/", type: "directory" },
          { name: "set/readme.html" },
          { name: "set/a.bin", content: "first" },
          { name: "set/deeper/a.bin", content: "other" },
          { name: "elsewhere/b.bin", content: "other" },
          { name: "./set/b.bin", content: "second" },
        ]),
      );
      assert.deepEqual(await filesBelow(folder), ["cache/set.tar.gz", "cache/set/a.bin", "cache/set/b.bin"]);
      assert.equal(await Deno.readTextFile(join(folder, "cache/set/a.bin")), "first");
      assert.equal(await Deno.readTextFile(join(folder, "cache/set/b.bin")), "second");
    }),
);

test("a folder that holds some of the files already is completed, and what else is in it stays", [
  "read",
  "write",
], () =>
  withTemporaryFolder(async (folder) => {
    await Deno.mkdir(join(folder, "cache/set"), { recursive: true });
    await Deno.writeTextFile(join(folder, "cache/set/a.bin"), "old");
    await Deno.writeTextFile(join(folder, "cache/set/notes.txt"), "kept");
    await unpackIn(folder, await archiveOf(WHOLE));
    assert.equal(await Deno.readTextFile(join(folder, "cache/set/a.bin")), "set/a.bin");
    assert.deepEqual(await filesBelow(folder), [
      "cache/set.tar.gz",
      "cache/set/a.bin",
      "cache/set/b.bin",
      "cache/set/notes.txt",
    ]);
  }));

const REFUSED: { name: string; archive: () => Promise<Uint8Array>; message: RegExp }[] = [
  {
    name: "without a wanted file",
    archive: () => archiveOf([{ name: "set/a.bin" }]),
    message: /cannot unpack .*set\.tar\.gz: expected it to hold set\/b\.bin, found no such file$/,
  },
  {
    name: "with a name that climbs out",
    archive: () => archiveOf([...WHOLE, { name: "set/../../evil.bin" }]),
    message: /expected names inside the archive's own folder, found "set\/\.\.\/\.\.\/evil\.bin"$/,
  },
  {
    name: "with an absolute name",
    archive: () => archiveOf([{ name: "/tmp/evil.bin" }, ...WHOLE]),
    message: /found "\/tmp\/evil\.bin"$/,
  },
  {
    name: "with a Windows path",
    archive: () => archiveOf([{ name: "C:\\evil.bin" }, ...WHOLE]),
    message: /found "C:\\evil\.bin"$/,
  },
  {
    name: "with a symbolic link for a file",
    archive: () =>
      archiveOf([{ name: "set/a.bin", type: "symlink", linkname: "/etc/hostname" }, { name: "set/b.bin" }]),
    message: /expected set\/a\.bin to be a plain file, found a symlink$/,
  },
  {
    name: "with a hard link for a file",
    archive: () =>
      archiveOf([{ name: "set/a.bin" }, { name: "set/b.bin", type: "link", linkname: "/etc/hostname" }]),
    message: /expected set\/b\.bin to be a plain file, found a link$/,
  },
  {
    name: "that is truncated",
    archive: async () =>
      (await archiveOf([{ name: "set/a.bin", content: crypto.randomUUID().repeat(5000) }, ...WHOLE]))
        .subarray(0, 300),
    message: /cannot unpack .*: unexpected end of file$/,
  },
  {
    name: "that is no archive",
    archive: () => Promise.resolve(Buffer.from("<html>not found</html>")),
    message: /cannot unpack .*: incorrect header check$/,
  },
];

for (const { name, archive, message } of REFUSED) {
  test(
    `an archive ${name} is refused, and nothing is left behind`,
    ["read", "write"],
    () =>
      withTemporaryFolder(async (folder) => {
        await assert.rejects(unpackIn(folder, await archive()), message);
        assert.deepEqual(await filesBelow(folder), ["cache/set.tar.gz"]);
        assert.deepEqual((await Array.fromAsync(Deno.readDir(join(folder, "cache")))).length, 1);
      }),
  );
}
