/** A few rounds of each campaign, so that none of them stops working; tests/README.md has the long ones. */
import { match, throws } from "node:assert/strict";
import { ignoredTest, test } from "../support.ts";
import { SEED } from "./campaign.ts";
import { commands, commandsWithin } from "./commands.ts";
import { disks } from "./disks.ts";
import { disksOfCommands } from "./disks_of_commands.ts";
import { kills } from "./kills.ts";
import { whyNoMounts } from "./mounts.ts";
import { MUTATIONS } from "./mutations.ts";
import { protocols } from "./protocols.ts";
import { requireRefusal, requireWords } from "./refusal.ts";
import { studies } from "./studies.ts";

const NEEDS = ["read", "write", "run", "ffi", "env"] as const;
const FILES = 200;
const quietly = { seed: SEED, tell: () => {} };

for (const [kind, campaign] of Object.entries(MUTATIONS)) {
  test(`${FILES} mutations of ${kind} are each read soundly or refused in a line`, NEEDS, async () => {
    match(await campaign({ count: FILES, ...quietly }), /refused in one line/);
  });
}

test("commands on damaged files end in words", NEEDS, async () => {
  match(await commands({ count: 4, ...quietly }), /^4 commands/);
});

test(`${FILES} commands on damaged files, in this process, end in words`, NEEDS, async () => {
  match(await commandsWithin({ count: FILES, ...quietly }), /^200 commands/);
});

test("a run that is killed and resumed is one that never was, with everything on", NEEDS, async () => {
  match(await kills({ count: 4, ...quietly }), /^4 kills/);
});

test("a study whose workers are killed and paused ends as one that nobody disturbed", NEEDS, async () => {
  match(await studies({ count: 2, ...quietly }), /^2 kills: \d+ cells/);
});

test("runs of protocols drawn from all choices are resumed to the bit", NEEDS, async () => {
  match(await protocols({ count: 4, ...quietly }), /^4 protocols/);
});

const DISKS = "a run that meets a read-only folder or a full disk loses nothing";
const permitted = NEEDS.every((name) => Deno.permissions.querySync({ name }).state === "granted");
const why = permitted ? await whyNoMounts() : null;
const OF_COMMANDS = "a command that meets a full disk tears no file";
if (why !== null) { for (const name of [DISKS, OF_COMMANDS]) ignoredTest(name, why); }
else {
  test(DISKS, NEEDS, async () => {
    match(await disks({ count: 2, ...quietly }), /^2 read-only folders/);
  });
  test(OF_COMMANDS, NEEDS, async () => {
    match(await disksOfCommands({ count: 2, ...quietly }), /^2 disks/);
  });
}

Deno.test("what is no refusal is told from one", () => {
  const path = "runs/tiny/run.json";
  requireRefusal(new Error(`${path}: expected JSON, found none`), path);
  for (
    const error of [
      new TypeError(`${path}: x is not a function`),
      new Error("expected another file than this one"),
      new Error(`${path}: expected\ntwo lines`),
      "thrown text that names runs/tiny/run.json",
    ]
  ) throws(() => requireRefusal(error, path));
  requireWords({ code: 0, stderr: "epoch 1/2\n" });
  requireWords({ code: 1, stderr: "epoch 1/2\nerror: no room\n" });
  for (
    const finished of [
      { code: 1, stderr: "no room\n" },
      { code: 139, stderr: "error: no room\n" },
      { code: 1, stderr: "error: no room\n    at file:///x.ts:1:2\n" },
      { code: 1, stderr: "error: Uncaught (in promise) TypeError: x\n" },
      { code: 1, stderr: "error: one\nerror: two\n" },
    ]
  ) throws(() => requireWords(finished));
});
