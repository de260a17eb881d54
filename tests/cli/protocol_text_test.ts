import assert from "node:assert/strict";
import { defaultOf } from "../../src/cli/protocol_text.ts";
import { trainCommand } from "../../src/cli/train.ts";
import { datasetNames } from "../../src/data/registry.ts";
import type { Protocol } from "../../src/experiment/run_record.ts";
import { resolveProtocol } from "../../src/experiment/protocol.ts";
import { optionValue, PROTOCOL_OPTIONS } from "../../src/experiment/options.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, runTool } from "./command.ts";

/** Their defaults follow from the number of epochs, and are said in words. */
const FOLLOWING = ["decayAfter", "checkpoints"];

test("train --help says what each hyper-parameter is for each data set", ["read", "env"], () => {
  const command = trainCommand();
  for (const [key, option] of Object.entries(PROTOCOL_OPTIONS)) {
    if (key === "dataset") continue;
    const found = command.options.find(({ long }) => long === option);
    assert.ok(found, `${option} of ${key}`);
    const [, text = ""] = /\(default: ([^()]*)\)$/.exec(found.description) ?? [];
    if (FOLLOWING.includes(key)) assert.notEqual(text, "", option);
    else {
      for (const name of datasetNames()) {
        assert.equal(
          defaultFor(name, text),
          optionValue(resolveProtocol(name)[key as keyof Protocol]),
          option,
        );
      }
    }
  }
});

/** Reads "350; Drawn10 and Drawn100 30" as a person would. */
function defaultFor(dataset: string, text: string): string {
  const [common, ...others] = text.split("; ");
  const own = others.find((other) => other.split(" ").includes(dataset));
  return own?.split(" ").at(-1) ?? common!;
}

test("every option of train that takes a value says its default", ["read", "env"], () => {
  const silent = trainCommand().options
    .filter(({ flags, description }) => flags.includes("<") && !/\(default: .+\)$/.test(description))
    .map(({ long }) => long);
  assert.deepEqual(silent, []);
});

Deno.test("a default names the data sets that have another", () => {
  assert.equal(defaultOf("epochs"), "(default: 350; Drawn10 30; Drawn100 60)");
  assert.equal(defaultOf("perClass"), "(default: all; MNIST 5000)");
});

test(
  "--show-protocol prints what would run, and leaves nothing behind",
  ["read", "write", "run", "env"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const asked = ["train", "drawn-10", "--epochs", "4", "--per-class", "7", "--show-protocol"];
      const { code, stdout, stderr } = await runTool(folder, asked);
      assert.deepEqual([code, stderr], [0, ""]);
      const lines = Object.fromEntries(stdout.trimEnd().split("\n").map((line) => line.split(/ {2,}/)));
      const expected = resolveProtocol("Drawn10", { epochs: 4, perClass: 7 });
      for (const [key, option] of Object.entries(PROTOCOL_OPTIONS)) {
        assert.equal(lines[option], optionValue(expected[key as keyof Protocol]), option);
      }
      assert.equal(lines["--run"], "drawn10-resnet18");
      const missing = await runTool(folder, [...asked, "--resume"]);
      assert.equal(missing.code, 1);
      assert.match(
        missing.stderr,
        /^error: expected a run to resume in runs\/drawn10-resnet18, found none; .*\n$/,
      );
      assert.deepEqual(filesBelow(folder), []);
    });
  },
);
