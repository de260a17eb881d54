import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { createGzip } from "node:zlib";
import { pack } from "tar-stream";
import { type FileSet, findOrDownload } from "../../src/data/copies.ts";
import { test, withTemporaryFolder } from "../support.ts";

const FILES = ["train.bin", "test.bin"];

/** Runs `body` while a server on this machine offers `contents`, by name, and notes what it is asked for. */
async function withServer(
  contents: Record<string, Uint8Array>,
  body: (address: string, asked: string[]) => Promise<void>,
): Promise<void> {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, ({ url }) => {
    const name = new URL(url).pathname.slice(1);
    asked.push(name);
    return name in contents
      ? new Response(contents[name] as Uint8Array<ArrayBuffer>)
      : new Response(null, { status: 404 });
  });
  try {
    await body(`http://127.0.0.1:${server.addr.port}/`, asked);
  } finally {
    await server.shutdown();
  }
}

function md5Of(bytes: Uint8Array): string {
  return createHash("md5").update(bytes).digest("hex");
}

async function archive(): Promise<Uint8Array> {
  const tar = pack();
  for (const file of FILES) tar.entry({ name: `set/${file}` }, `content of ${file}`);
  tar.finalize();
  return await buffer(tar.pipe(createGzip()));
}

test("an archive is downloaded into the cache, unpacked, removed, and not asked for again", [
  "read",
  "write",
  "net",
], () =>
  withTemporaryFolder(async (folder) => {
    const bytes = await archive();
    await withServer({ "set.tar.gz": bytes }, async (address, asked) => {
      const remote = { archive: { file: "set.tar.gz", from: [address], md5: md5Of(bytes) } };
      const set: FileSet = { files: FILES, suffixes: [""], folder: "set", remote };
      const cache = join(folder, "cache");
      for (let time = 0; time < 2; time++) {
        const paths = await findOrDownload(set, { cache });
        assert.deepEqual(paths, FILES.map((file) => join(cache, "set", file)));
        assert.equal(await Deno.readTextFile(paths[1]!), "content of test.bin");
      }
      assert.deepEqual(asked, ["set.tar.gz"]);
      assert.deepEqual((await Array.fromAsync(Deno.readDir(cache))).map((entry) => entry.name), ["set"]);
    });
  }));

test(
  "single files are downloaded one by one, and only those that are missing",
  ["read", "write", "net"],
  () =>
    withTemporaryFolder(async (cache) => {
      const contents = Object.fromEntries(
        FILES.map((file) => [`${file}.gz`, new TextEncoder().encode(file)]),
      );
      await withServer(contents, async (address, asked) => {
        const files = FILES.map((file) => ({
          file: `${file}.gz`,
          from: [address],
          md5: md5Of(contents[`${file}.gz`]!),
        }));
        const set: FileSet = { files: FILES, suffixes: [".gz", ""], folder: "set/raw", remote: { files } };
        await Deno.mkdir(join(cache, "set/raw"), { recursive: true });
        await Deno.writeFile(join(cache, "set/raw/train.bin.gz"), contents["train.bin.gz"]!);
        const paths = await findOrDownload(set, { cache });
        assert.deepEqual(paths, FILES.map((file) => join(cache, "set/raw", `${file}.gz`)));
        assert.deepEqual(asked, ["test.bin.gz"]);
      });
    }),
);

test(
  "a failed download is reported with the way round it",
  ["read", "write", "net"],
  () =>
    withTemporaryFolder(async (cache) => {
      await withServer({}, async (address) => {
        const remote = { archive: { file: "set.tar.gz", from: [address], md5: md5Of(new Uint8Array()) } };
        const set: FileSet = { files: FILES, suffixes: [""], folder: "set", remote };
        await assert.rejects(
          findOrDownload(set, { cache }),
          /answered 404 Not Found; an existing copy can be given with --data DIR$/,
        );
      });
    }),
);

test(
  "files of the system are used before a download",
  ["read", "write"],
  () =>
    withTemporaryFolder(async (folder) => {
      const remote = { archive: { file: "set.tar.gz", from: [], md5: "" } };
      const set: FileSet = {
        files: ["a"],
        suffixes: ["", ".gz"],
        folder: "set",
        systemFolders: [folder],
        remote,
      };
      await Deno.writeTextFile(join(folder, "a.gz"), "");
      assert.deepEqual(await findOrDownload(set, { cache: join(folder, "cache") }), [join(folder, "a.gz")]);
    }),
);

test("two downloads of one data set take turns, and the second takes what the first brought", [
  "read",
  "write",
  "net",
], () =>
  withTemporaryFolder(async (folder) => {
    const bytes = await archive();
    await withServer({ "set.tar.gz": bytes }, async (address, asked) => {
      const remote = { archive: { file: "set.tar.gz", from: [address], md5: md5Of(bytes) } };
      const set: FileSet = { files: FILES, suffixes: [""], folder: "set", remote };
      const waited: string[] = [];
      const onWait = (where: string) => void waited.push(where);
      const found = await Promise.all(
        [1, 2, 3].map(() => findOrDownload(set, { cache: folder, onWait })),
      );
      for (const paths of found) assert.deepEqual(paths, FILES.map((file) => join(folder, "set", file)));
      assert.deepEqual(asked, ["set.tar.gz"]);
      assert.deepEqual(waited, [join(folder, "set"), join(folder, "set")]);
    });
  }));
