/** The disk that a run takes, and what is said where there is too little. */
import { equal, match, ok } from "node:assert/strict";
import { bytesIn, bytesOfRun, spaceFor } from "../../src/run/disk.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { resnet } from "../../src/models/resnet.ts";
import { resolveProtocol } from "../../src/experiment/protocol.ts";
import { test, withTemporaryFolder } from "../support.ts";

const protocol = resolveProtocol("CIFAR10");
const plan = makePlan(resnet("resnet18", { classes: 10, stem: "stock" }), [3, 32, 32]);
const WHOLE = { plan, protocol, checkpoints: protocol.training.checkpoints.length } as const;

Deno.test("71 checkpoints of a ResNet-18 and what resuming needs are some three gigabytes", () => {
  const bytes = bytesOfRun({ ...WHOLE, keep: "all" });
  ok(Math.abs(bytes / 1e9 - 3.44) < 0.01, `found ${bytes}`);
  equal(
    bytesOfRun({
      ...WHOLE,
      protocol: resolveProtocol("CIFAR10", { training: { precision: "float64" } }),
      keep: "all",
    }) > 1.99 * bytes,
    true,
  );
  ok(Math.abs(bytesOfRun({ ...WHOLE, keep: "last" }) / 1e6 - 358) < 1);
  ok(Math.abs(bytesOfRun({ ...WHOLE, keep: "none" }) / 1e6 - 313) < 1);
});

test("too little space is a warning, and what is freed counts", ["read", "sys"], async () => {
  const folder = "no/such/folder";
  match(
    (await spaceFor(folder, { ...WHOLE, checkpoints: 1, keep: "none", freed: 0 })).line,
    /^disk: up to 313 MB for 1 checkpoint and what resuming needs, [\d.]+ [GM]B free$/,
  );
  const much = { ...WHOLE, checkpoints: 1e12, keep: "all", freed: 0 } as const;
  const { line, isEnough } = await spaceFor(folder, much);
  equal(isEnough, false);
  match(
    line,
    /^disk: up to \d+ GB for 1000000000000 checkpoints .*, only [\d.]+ [GM]B free; make room/,
  );
  equal((await spaceFor(folder, { ...much, freed: 1e20 })).isEnough, true);
});

test("the bytes of a folder are those of all files below", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    await Deno.mkdir(`${folder}/a/b`, { recursive: true });
    await Deno.writeTextFile(`${folder}/a/b/one`, "12345");
    await Deno.writeTextFile(`${folder}/two`, "678");
    equal(await bytesIn(folder), 8);
    equal(await bytesIn(`${folder}/none`), 0);
  });
});
