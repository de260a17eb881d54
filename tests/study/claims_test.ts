/** Claims: one owner a cell, whatever workers do, when they pause, and where a folder refuses to be written. */
import assert from "node:assert/strict";
import { claimState, tryClaim } from "../../src/study/claims.ts";
import { closeFolder, whyNoMounts } from "../campaigns/mounts.ts";
import { ignoredTest, test, withTemporaryFolder } from "../support.ts";

const LEASE = 300;
const WORKER = new URL("./claim_worker.ts", import.meta.url).pathname;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * A process that claims the cell in `folder`, says so, and says whether it still had it at the end. Its clock is some days
 * off.
 */
function startWorker(folder: string, { hold, days = 0 }: { hold: number; days?: number }) {
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-q", "--allow-read", "--allow-write", WORKER, folder, ...[LEASE, hold, days].map(String)],
    stdout: "piped",
  }).spawn();
  let text = "";
  const reading = (async () => {
    for await (
      const piece of process.stdout.pipeThrough(
        new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>,
      )
    ) text += piece;
  })();
  return {
    process,
    async saying(word: string): Promise<void> {
      while (!text.includes(word)) await pause(10);
    },
    async text(): Promise<string> {
      await reading;
      await process.status;
      return text;
    },
  };
}

test("of many that claim a cell at once, one gets it", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    for (let round = 0; round < 5; round++) {
      const cell = `${folder}/${round}`;
      const claims = await Promise.all(
        Array.from({ length: 20 }, (_, i) => tryClaim(cell, { lease: LEASE, owner: `worker ${i}` })),
      );
      const [claim, ...others] = claims.filter((one) => one !== null);
      assert.ok(claim);
      assert.deepEqual(others, []);
      assert.deepEqual(await claimState(cell, { lease: LEASE }), {
        claims: 1,
        held: true,
        died: false,
        owner: `worker ${claims.indexOf(claim)}`,
        attempts: 0,
        reason: null,
      });
      await claim.end("done");
      assert.equal((await claimState(cell, { lease: LEASE })).held, false);
    }
  });
});

test(
  "a claim that beats is held for longer than the lease, and free once it ended",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const claim = await tryClaim(folder, { lease: LEASE, owner: "a" });
      await pause(2 * LEASE);
      assert.equal(await tryClaim(folder, { lease: LEASE, owner: "b" }), null);
      await claim!.end("stopped");
      const next = await tryClaim(folder, { lease: LEASE, owner: "b" });
      assert.ok(next);
      await next.end("failed", "expected a finite loss,\nfound NaN");
      const { attempts, reason, claims } = await claimState(folder, { lease: LEASE });
      assert.deepEqual({ attempts, reason, claims }, {
        attempts: 1,
        reason: "expected a finite loss, found NaN",
        claims: 2,
      });
    });
  },
);

test("a worker that was killed loses its cell after the lease, not before, and counts as an attempt", [
  "read",
  "write",
  "run",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const worker = startWorker(folder, { hold: 60_000 });
    await worker.saying("claimed");
    worker.process.kill("SIGKILL");
    await worker.text();
    assert.equal(await tryClaim(folder, { lease: LEASE, owner: "b" }), null);
    await pause(LEASE + 200);
    const claim = await tryClaim(folder, { lease: LEASE, owner: "b" });
    assert.ok(claim);
    assert.equal((await claimState(folder, { lease: LEASE })).attempts, 1);
    await claim.end("done");
  });
});

test(
  "a worker that is stopped for longer than the lease finds its cell taken, and does not end the other's claim",
  ["read", "write", "run"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const worker = startWorker(folder, { hold: 4 * LEASE });
      await worker.saying("claimed");
      worker.process.kill("SIGSTOP");
      await pause(LEASE + 200);
      await using claim = await tryClaim(folder, { lease: LEASE, owner: "b" });
      assert.ok(claim);
      worker.process.kill("SIGCONT");
      assert.match(await worker.text(), /lost/);
      assert.equal(claim.lost.aborted, false);
      const { held, owner } = await claimState(folder, { lease: LEASE });
      assert.deepEqual({ held, owner }, { held: true, owner: "b" });
      await claim.end("done");
    });
  },
);

test("a clock that goes wrong moves no claim", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const now = Date.now;
    try {
      const claim = await tryClaim(folder, { lease: LEASE, owner: "a" });
      for (const hours of [-48, 48]) {
        Date.now = () => now() + hours * 3_600_000;
        assert.equal(await tryClaim(folder, { lease: LEASE, owner: "b" }), null);
        assert.equal((await claimState(folder, { lease: LEASE })).held, true);
      }
      await claim!.end("done");
    } finally {
      Date.now = now;
    }
  });
});

test("a process whose clock is days off neither takes a claim that is held nor waits for one that is not", [
  "read",
  "write",
  "run",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const claim = await tryClaim(folder, { lease: LEASE, owner: "a" });
    for (const days of [-3, 3]) {
      assert.match(await startWorker(folder, { hold: 0, days }).text(), /refused/);
    }
    // Its beats end, as those of a worker that died.
    await claim![Symbol.asyncDispose]();
    await pause(LEASE + 200);
    assert.match(await startWorker(folder, { hold: 0, days: -3 }).text(), /claimed\nkept/);
  });
});

test("a folder that cannot be written is named", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/cell`, "a file in the folder's place");
    await assert.rejects(
      tryClaim(`${folder}/cell`, { lease: LEASE, owner: "a" }),
      /cannot write .*\/cell .*expected a folder with write access/,
    );
  });
});

const READ_ONLY =
  "a claim whose folder turns read-only is lost after the lease, said so, and taken up once it can be";
const NEEDS = ["read", "write", "run"] as const;
const permitted = NEEDS.every((name) => Deno.permissions.querySync({ name }).state === "granted");
const whyNot = permitted ? await whyNoMounts() : null;
if (whyNot !== null) ignoredTest(READ_ONLY, whyNot);
else {
  test(READ_ONLY, NEEDS, async () => {
    await withTemporaryFolder(async (folder) => {
      const cell = `${folder}/cell`;
      await using claim = await tryClaim(cell, { lease: LEASE, owner: "a" });
      {
        await using _closed = await closeFolder(folder);
        await pause(2.5 * LEASE);
        assert.match(
          String(claim!.lost.reason),
          /cannot write .*\/cell\/claim\.1 .*: expected a folder with write access/,
        );
        await assert.rejects(tryClaim(cell, { lease: LEASE, owner: "b" }), /cannot write .*\/cell/);
        // Of a claim that is lost, nothing is written, and nothing is thrown.
        await claim!.end("stopped");
      }
      const next = await tryClaim(cell, { lease: LEASE, owner: "b" });
      assert.equal(next!.afterDeath, true);
      await next!.end("done");
    });
  });
}

test("a claim whose folder goes away is lost after the lease, not at once", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const cell = `${folder}/cell`;
    await using claim = await tryClaim(cell, { lease: LEASE, owner: "a" });
    await Deno.rename(cell, `${folder}/elsewhere`);
    await pause(LEASE / 2);
    assert.equal(claim!.lost.aborted, false);
    await pause(LEASE * 1.5);
    assert.equal(claim!.lost.aborted, true);
  });
});
