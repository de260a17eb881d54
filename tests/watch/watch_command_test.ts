/** `deno task watch` and `train --watch` with the permissions of their tasks. */
import assert from "node:assert/strict";
import { runTool, start } from "../cli/command.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { growingRun } from "./growing_run.ts";

/** The address that a command has said. */
const ADDRESS = /http:\/\/127\.0\.0\.1:\d+\//;

test("watch takes the run written last, and Ctrl-C ends it", ["read", "write", "run", "net"], async () => {
  await withTemporaryFolder(async (folder) => {
    const run = await growingRun(`${folder}/runs`);
    await run.begin();
    await run.trainTo(1);
    const watch = start(folder, ["watch"]);
    const said = await watch.saying("Ctrl-C ends it");
    assert.match(said, /watching runs\/grows: /);
    const answer = await fetch(ADDRESS.exec(said)![0]);
    assert.match(await answer.text(), /ResNet-18 on CIFAR-10/);
    watch.process.kill("SIGINT");
    assert.equal((await watch.process.status).signal, "SIGINT");
    await watch.finished;
  });
});

test("watch without a run says so", ["read", "write", "run"], async () => {
  await withTemporaryFolder(async (folder) => {
    const { code, stderr } = await runTool(folder, ["watch"]);
    assert.equal(code, 1);
    assert.equal(stderr, "error: expected a run in runs/, found none; train one first\n");
  });
});

test(
  "train --watch serves while it trains and ends with it",
  ["read", "write", "run", "ffi", "net"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const words = ["Drawn10", "--model", "resnet18", "--per-class", "4", "--epochs", "3", "--threads", "1"];
      const train = start(folder, ["train", ...words, "--watch"]);
      const said = await train.saying("/\n");
      const page = await fetch(ADDRESS.exec(said)![0]);
      assert.match(await page.text(), /<section id="live"/);
      const { code, stderr } = await train.finished;
      assert.equal(code, 0, stderr);
    });
  },
);
