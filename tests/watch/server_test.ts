/** The server of `watch`, against a folder that grows. */
import assert from "node:assert/strict";
import { connect } from "node:net";
import type { LiveData } from "../../src/report/page_data.ts";
import { onFreePort } from "../../src/watch/ports.ts";
import { serveRun, type Watching } from "../../src/watch/server.ts";
import { watchedRun } from "../../src/watch/watched_run.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { type GrowingRun, growingRun } from "./growing_run.ts";

interface Served {
  readonly run: GrowingRun;
  readonly watching: Watching;
  get(name: string): Promise<{ status: number; text: string; type: string | null }>;
}

function serverTest(name: string, body: (served: Served) => Promise<void>): void {
  test(name, ["read", "write", "net"], async () => {
    await withTemporaryFolder(async (folder) => {
      const run = await growingRun(folder);
      await using watching = await serveRun(await watchedRun(run.paths));
      const get = async (name: string) => {
        const answer = await fetch(watching.address + name);
        return {
          status: answer.status,
          text: await answer.text(),
          type: answer.headers.get("content-type"),
        };
      };
      await body({ run, watching, get });
    });
  });
}

/** What a page is told, one after the other. */
async function* eventsOf(address: string, signal: AbortSignal): AsyncGenerator<LiveData> {
  const answer = await fetch(`${address}events`, { signal });
  assert.equal(answer.headers.get("content-type"), "text/event-stream");
  let text = "";
  for await (const piece of answer.body!.pipeThrough(new TextDecoderStream())) {
    text += piece;
    for (let end; (end = text.indexOf("\n\n")) >= 0; text = text.slice(end + 2)) {
      const [, data] = /^data: (.*)/.exec(text.slice(0, end)) ?? [];
      if (data !== undefined) yield JSON.parse(data) as LiveData;
    }
  }
}

/** Puts other bytes into a file, which stands as before by its size and its times. */
async function spoil(path: string): Promise<void> {
  const { size, atime, mtime } = await Deno.stat(path);
  await Deno.writeTextFile(path, "x".repeat(size));
  await Deno.utime(path, atime!, mtime!);
}

/** The status of a request that bears a Host of its own, which fetch would not send. */
async function statusWithHost(port: number, host: string): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  let text = "";
  for await (const piece of socket) text += piece;
  return text.split(" ")[1]!;
}

serverTest(
  "collapse is seen at the epochs that are measured, and at no other of which a picture was left behind",
  async ({ run, get }) => {
    await run.begin();
    await run.trainTo(10);
    await run.drawTo(10);
    await run.measureTo(5);
    const { text } = await get("");
    assert.match(text, /class="stills"/);
    const drawn = [...text.matchAll(/features of three classes at epoch (\d+)/g)].map(([, epoch]) => epoch);
    assert.deepEqual(drawn, ["1", "5"]);
    assert.match((await get("geometry_moving.svg")).text, /features of three classes from epoch 1 to 5/);
  },
);

serverTest(
  "a run shows training at first and its report once something is measured",
  async ({ run, get }) => {
    assert.equal((await get("")).status, 503);
    await run.begin();
    const waiting = await get("");
    assert.deepEqual([waiting.status, waiting.type], [200, "text/html; charset=utf-8"]);
    assert.match(waiting.text, /No checkpoint of this run is measured yet/);
    assert.equal((await get("definitions.html")).status, 404);
    await run.trainTo(5);
    await run.measureTo(5);
    const { text } = await get("");
    assert.match(text, /What this run shows/);
    assert.doesNotMatch(text, /No checkpoint of this run is measured yet/);
    // Every file that the page leads to is there, and others are not.
    const links = [...text.matchAll(/href="([\w.]+)(?:#\w+)?"/g)].map(([, name]) => name!);
    assert.ok(links.includes("log.csv") && links.includes("metrics.csv") && links.includes("overview.png"));
    for (const name of new Set(links)) assert.equal((await get(name)).status, 200, name);
    for (const name of ["log.csv/../run.json.lock", "../grows/.training.lock", "toString", "none.svg"]) {
      assert.equal((await get(name)).status, 404, name);
    }
  },
);

serverTest("open pages are told of epochs and of measurements", async ({ run, watching }) => {
  await run.begin();
  await run.trainTo(2);
  const leaving = new AbortController();
  const events = eventsOf(watching.address, leaving.signal);
  await watching.look();
  const next = async () => (await events.next()).value as LiveData;
  const first = await next();
  assert.deepEqual(first.logged.epochs, [1, 2]);
  const facts = Object.fromEntries(first.facts);
  assert.equal(facts["Epoch"], "2 of 350");
  assert.equal(facts["Images a second"], "817");
  assert.equal(facts["Time left"], "5 h 55 min");
  await run.trainTo(3);
  const second = await next();
  assert.deepEqual(second.logged.epochs, [1, 2, 3]);
  assert.equal(second.version, first.version);
  await run.measureTo(1);
  const third = await next();
  assert.notEqual(third.version, first.version);
  assert.equal(Object.fromEntries(third.facts)["Measured"], "1, last epoch 1");
  await Deno.writeTextFile(run.paths.log, "epoch,learning_rate\n1,");
  const half = await next();
  assert.match(half.trouble ?? "", /log\.csv line 1: expected the columns/);
  assert.deepEqual(half.logged.epochs, [1, 2, 3]);
  await run.trainTo(350);
  const last = await next();
  assert.deepEqual([last.trouble, last.patience], [null, null]);
  assert.equal(Object.fromEntries(last.facts)["Time left"], "none: trained to the end");
  leaving.abort();
  await events.next().catch(() => {});
});

serverTest("an epoch has log.csv read and no other file", async ({ run, watching }) => {
  await run.begin();
  await run.trainTo(10);
  await run.drawTo(10);
  await run.measureTo(10);
  const leaving = new AbortController();
  const events = eventsOf(watching.address, leaving.signal);
  const next = async () => (await events.next()).value as LiveData;
  await watching.look();
  const first = await next();
  const { metrics, record, geometry } = run.paths;
  for (const path of [metrics, record, `${geometry}/epoch_005.json`]) await spoil(path);
  await run.trainTo(11);
  await watching.look();
  const second = await next();
  assert.deepEqual([second.logged.epochs.length, second.trouble, second.version], [11, null, first.version]);
  // Written anew they are read anew.
  await Deno.utime(metrics, new Date(), new Date());
  await watching.look();
  assert.match((await next()).trouble ?? "", /metrics\.csv line 1/);
  leaving.abort();
  await events.next().catch(() => {});
});

serverTest(
  "at its end a server lets a page fetch what it lacks, and waits until it has left",
  async ({ run, watching }) => {
    await run.begin();
    await run.trainTo(5);
    const leaving = new AbortController();
    const answer = await fetch(`${watching.address}events`, { signal: leaving.signal });
    const said = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
    await run.measureTo(5);
    const ended = watching[Symbol.asyncDispose]();
    let text = "";
    while (!text.includes("event: end\n")) text += (await said.read()).value;
    assert.match(text, /"Measured","2, last epoch 5"/);
    assert.match(await (await fetch(watching.address)).text(), /What this run shows/);
    leaving.abort();
    await said.read().catch(() => {});
    await ended;
  },
);

serverTest("requests under the name of another site are refused", async ({ run, watching }) => {
  await run.begin();
  const port = Number(new URL(watching.address).port);
  assert.equal(await statusWithHost(port, `127.0.0.1:${port}`), "200");
  assert.equal(await statusWithHost(port, `localhost:${port}`), "200");
  for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", "127.0.0.1:1", "[::1]:80"]) {
    assert.equal(await statusWithHost(port, host), "403", host);
  }
  const posted = await fetch(watching.address, { method: "POST", body: "x" });
  await posted.body?.cancel();
  assert.equal(posted.status, 405);
});

test("the next free port is taken, and that none is free is said", ["net"], () => {
  using taken = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = taken.addr;
  using next = onFreePort(port, (free) => Deno.listen({ hostname: "127.0.0.1", port: free }));
  assert.ok(next.addr.port > port);
  assert.throws(
    () =>
      onFreePort(9000, () => {
        throw new Deno.errors.AddrInUse();
      }),
    new Error("expected a free port from 9000 to 9099, found none; choose others with --port"),
  );
});
