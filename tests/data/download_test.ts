import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { download, type DownloadOptions } from "../../src/data/download.ts";
import { test, withTemporaryFolder } from "../support.ts";

const CONTENT = Uint8Array.from({ length: 300_000 }, (_, i) => (i * 31 + (i >> 8)) % 256);
const HALF = CONTENT.length / 2;
const MD5 = createHash("md5").update(CONTENT).digest("hex");
const TAG = '"version-1"';

/** What a test works with: a local server, the file to download, and what the server was asked. */
interface Setting {
  readonly url: string;
  readonly path: string;
  readonly requests: Request[];
  /** Downloads without pauses between tries. */
  fetch(options?: Partial<DownloadOptions>): Promise<void>;
}

type Handler = (request: Request, number: number) => Response;

/** Registers a test against a server on this machine; `handle` gets each request and its number, from 1. */
function testAgainst(handle: Handler, name: string, body: (setting: Setting) => Promise<void>): void {
  test(name, ["read", "write", "net"], () =>
    withTemporaryFolder(async (folder) => {
      const requests: Request[] = [];
      const server = Deno.serve({
        hostname: "127.0.0.1",
        port: 0,
        onListen: () => {},
        onError: () => new Response(null, { status: 500 }),
      }, (request) => {
        requests.push(request);
        return handle(request, requests.length);
      });
      const url = `http://127.0.0.1:${server.addr.port}/set.bin`;
      const path = join(folder, "set.bin");
      try {
        await body({
          url,
          path,
          requests,
          fetch: (options = {}) => download({ urls: [url], md5: MD5, path, pause: 0, ...options }),
        });
      } finally {
        await server.shutdown();
      }
    }));
}

/** A well-behaved server: whole file, or the range that was asked for while the version is the same. */
const serveFile: Handler = (request) => {
  const start = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1] ?? 0);
  if (start === 0 || request.headers.get("if-range") !== TAG) return whole();
  return new Response(CONTENT.slice(start), {
    status: 206,
    headers: { etag: TAG, "content-range": `bytes ${start}-${CONTENT.length - 1}/${CONTENT.length}` },
  });
};

function whole(): Response {
  return new Response(CONTENT, { headers: { etag: TAG, "content-length": `${CONTENT.length}` } });
}

/** Promises the whole file and stops halfway: breaking off, or falling silent. */
function half(end: "break" | "silence"): Response {
  let pulls = 0;
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      pulls += 1;
      if (pulls === 1) return controller.enqueue(CONTENT.slice(0, HALF));
      await new Promise((resolve) => setTimeout(resolve, end === "break" ? 50 : 400));
      controller.error(new Error("cut"));
    },
  });
  return new Response(body, { headers: { etag: TAG, "content-length": `${CONTENT.length}` } });
}

/** What an interrupted download leaves behind. */
async function leavePart(path: string, bytes: Uint8Array, version: string): Promise<void> {
  await Deno.writeFile(`${path}.part`, bytes);
  await Deno.writeTextFile(`${path}.part.version`, version);
}

async function assertComplete(path: string): Promise<void> {
  assert.deepEqual(await Deno.readFile(path), CONTENT);
  assert.deepEqual(await namesBeside(path), ["set.bin"]);
}

async function namesBeside(path: string): Promise<string[]> {
  const entries = await Array.fromAsync(Deno.readDir(join(path, "..")));
  return entries.map((entry) => entry.name).sort();
}

testAgainst(
  serveFile,
  "a download arrives whole, reports its progress, and leaves nothing beside it",
  async ({ fetch, path, requests }) => {
    const seen: { file: string; received: number; total?: number }[] = [];
    await fetch({ onProgress: (progress) => seen.push(progress) });
    await assertComplete(path);
    assert.equal(requests[0]!.headers.get("range"), null);
    assert.deepEqual(seen.at(-1), { file: path, received: CONTENT.length, total: CONTENT.length });
    assert.ok(seen.every(({ received }, i) => i === 0 || received > seen[i - 1]!.received));
  },
);

testAgainst(
  serveFile,
  "a file that is there with the right checksum is not downloaded again",
  async ({ fetch, path, requests }) => {
    await Deno.writeFile(path, CONTENT);
    await fetch();
    assert.equal(requests.length, 0);
  },
);

testAgainst(
  serveFile,
  "a download that was killed once its bytes were there is given its name, and not begun anew",
  async ({ fetch, path, requests }) => {
    await leavePart(path, CONTENT, TAG);
    await fetch();
    await assertComplete(path);
    await Deno.rename(path, `${path}.part`);
    await fetch();
    await assertComplete(path);
    assert.equal(requests.length, 0);
  },
);

testAgainst(serveFile, "a file that is there with another checksum is replaced", async ({ fetch, path }) => {
  await Deno.writeTextFile(path, "something else");
  await fetch();
  await assertComplete(path);
});

testAgainst(
  serveFile,
  "an interrupted download goes on where it stopped",
  async ({ fetch, path, requests }) => {
    await leavePart(path, CONTENT.subarray(0, HALF), TAG);
    const received: number[] = [];
    await fetch({ onProgress: (progress) => received.push(progress.received) });
    await assertComplete(path);
    assert.equal(requests[0]!.headers.get("range"), `bytes=${HALF}-`);
    assert.equal(requests[0]!.headers.get("if-range"), TAG);
    assert.ok(received[0]! > HALF);
  },
);

testAgainst(
  serveFile,
  "a file that has changed at the server is downloaded afresh",
  async ({ fetch, path }) => {
    await leavePart(path, new Uint8Array(HALF), '"version-0"');
    await fetch();
    await assertComplete(path);
  },
);

testAgainst(whole, "a server without ranges is asked for the whole file", async ({ fetch, path }) => {
  await leavePart(path, CONTENT.subarray(0, HALF), TAG);
  await fetch();
  await assertComplete(path);
});

testAgainst(serveFile, "a part of unknown version is not gone on with", async ({ fetch, path, requests }) => {
  await Deno.writeFile(`${path}.part`, new Uint8Array(HALF));
  await fetch();
  await assertComplete(path);
  assert.equal(requests[0]!.headers.get("range"), null);
});

const refuseRange: Handler = (request) =>
  request.headers.has("range") ? new Response(null, { status: 416 }) : whole();
testAgainst(
  refuseRange,
  "a part longer than the server's file is dropped, and the download starts afresh",
  async ({ fetch, path, requests }) => {
    await leavePart(path, new Uint8Array(CONTENT.length + 1), TAG);
    await fetch();
    await assertComplete(path);
    assert.equal(requests.length, 2);
  },
);

const wrongRange: Handler = (request) =>
  request.headers.has("range")
    ? new Response("x", { status: 206, headers: { "content-range": `bytes 0-0/${CONTENT.length}` } })
    : whole();
testAgainst(wrongRange, "a range other than the one asked for is not appended", async ({ fetch, path }) => {
  await leavePart(path, CONTENT.subarray(0, HALF), TAG);
  await fetch();
  await assertComplete(path);
});

testAgainst(
  (request, number) => number === 1 ? half("break") : serveFile(request, number),
  "a connection that breaks off is taken up again",
  async ({ fetch, path, requests }) => {
    await fetch();
    await assertComplete(path);
    assert.equal(requests.length, 2);
    assert.equal(requests[1]!.headers.get("range"), `bytes=${HALF}-`);
  },
);

testAgainst(
  (request, number) => number <= 2 ? half("break") : serveFile(request, number),
  "what arrived before the last try failed is used by the next download",
  async ({ fetch, path, requests }) => {
    await assert.rejects(fetch({ tries: 1 }), /cannot download .*set\.bin: http.*connection was lost/);
    assert.deepEqual(await namesBeside(path), ["set.bin.part", "set.bin.part.version"]);
    await fetch();
    await assertComplete(path);
    assert.equal(requests.at(-1)!.headers.get("range"), `bytes=${HALF}-`);
  },
);

testAgainst(() => half("silence"), "a connection that falls silent counts as lost", async ({ fetch }) => {
  await assert.rejects(fetch({ tries: 1, patience: 150 }), /no data for 0\.15 s/);
});

testAgainst(
  (_, number) => number === 1 ? new Response(null, { status: 503 }) : whole(),
  "a busy server is asked again",
  async ({ fetch, path, requests }) => {
    await fetch();
    await assertComplete(path);
    assert.equal(requests.length, 2);
  },
);

testAgainst(
  () => new Response("gone", { status: 404 }),
  "a file that is not at the server is reported with the address, and not asked for again",
  async ({ fetch, path, url, requests }) => {
    await assert.rejects(
      fetch(),
      new Error(`cannot download ${path}: ${url}: the server answered 404 Not Found`),
    );
    assert.equal(requests.length, 1);
    assert.deepEqual(await namesBeside(path), []);
  },
);

testAgainst(
  (request) => request.url.endsWith("/set.bin") ? whole() : new Response(null, { status: 404 }),
  "a second address is tried when the first fails",
  async ({ fetch, path, url }) => {
    await fetch({ urls: [`${url}.missing`, url] });
    await assertComplete(path);
  },
);

testAgainst(
  () => new Response(CONTENT.with(1000, 0)),
  "a file with the wrong checksum is removed and reported with both checksums",
  async ({ fetch, path }) => {
    await assert.rejects(
      fetch(),
      new RegExp(`expected a file with MD5 ${MD5}, received one with [0-9a-f]{32} \\(removed\\)`),
    );
    assert.deepEqual(await namesBeside(path), []);
  },
);

test(
  "a server that cannot be reached is reported with the address",
  ["read", "write", "net"],
  () =>
    withTemporaryFolder(async (folder) => {
      const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
      const url = `http://127.0.0.1:${listener.addr.port}/set.bin`;
      listener.close();
      await assert.rejects(
        download({ urls: [url], md5: MD5, path: join(folder, "set.bin"), tries: 2, pause: 0 }),
        new RegExp(`${url}: `),
      );
    }),
);

testAgainst(
  serveFile,
  "a disk that fills up is reported, and what it took is used later",
  async ({ fetch, path }) => {
    const write = Deno.FsFile.prototype.write;
    Deno.FsFile.prototype.write = () => Promise.reject(new Error("No space left on device (os error 28)"));
    try {
      await assert.rejects(fetch(), /cannot write .*set\.bin\.part: No space left on device/);
    } finally {
      Deno.FsFile.prototype.write = write;
    }
    await fetch();
    await assertComplete(path);
  },
);

testAgainst(serveFile, "a folder that cannot be written to is reported", async ({ fetch, path }) => {
  await assert.rejects(fetch({ path: join(path, "missing", "set.bin") }), /cannot write .*set\.bin\.part: /);
});
