import assert from "node:assert/strict";
import { trainCommand } from "../../src/cli/train.ts";
import { datasetNames } from "../../src/data/registry.ts";
import { protocolFrom, protocolOptions } from "../../src/experiment/options.ts";
import { optionsOf, resolveProtocol } from "../../src/experiment/protocol.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { filesBelow, runTool } from "./command.ts";
import { runWithin } from "./within.ts";

test("train --help says what each hyper-parameter is for each data set", ["read", "env"], () => {
  const command = trainCommand();
  for (const { option } of protocolOptions()) {
    const found = command.options.find(({ long }) => long === `--${option}`);
    assert.ok(found, option);
    const [, text = ""] = /\(default: ([^()]*)\)$/.exec(found.description) ?? [];
    assert.notEqual(text, "", option);
    // These follow from the number of epochs, and are said in words.
    if (option === "decay-after" || option === "checkpoints") continue;
    for (const name of datasetNames()) {
      const own = new Map(optionsOf(resolveProtocol(name))).get(`--${option}`);
      if (own !== undefined) assert.equal(defaultFor(name, text), own, option);
    }
  }
});

/** Reads "350; MNIST, Drawn10 and Drawn100 30" as a person would. */
function defaultFor(dataset: string, text: string): string {
  const [common, ...others] = text.split("; ");
  const own = others.find((other) => other.split(/,? /).includes(dataset));
  return own?.split(" ").at(-1) ?? common!;
}

test("every option of train that takes a value says its default", ["read", "env"], () => {
  const silent = trainCommand().options
    .filter(({ flags, description }) => flags.includes("<") && !/\(default: .+\)$/.test(description))
    .map(({ long }) => long);
  assert.deepEqual(silent, []);
});

test(
  "--show-protocol prints what would run, and leaves nothing behind",
  ["read", "write", "run", "env"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const asked = ["train", "drawn-10", "--epochs", "4", "--per-class", "7", "--show-protocol"];
      const { code, stdout, stderr } = await runWithin(folder, asked);
      assert.deepEqual([code, stderr], [0, ""]);
      const lines = Object.fromEntries(stdout.trimEnd().split("\n").map((line) => line.split(/ {2,}/)));
      const expected = protocolFrom("Drawn10", { epochs: "4", "per-class": "7" });
      for (const [option, value] of optionsOf(expected)) assert.equal(lines[option], value, option);
      assert.equal(lines["--run"], "drawn10-resnet18");
      const missing = await runWithin(folder, [...asked, "--resume"]);
      assert.equal(missing.code, 1);
      assert.match(
        missing.stderr,
        /^error: expected a run to resume in runs\/drawn10-resnet18, found none; .*\n$/,
      );
      assert.deepEqual(filesBelow(folder), []);
    });
  },
);

test("presets are listed, and one is what train begins with", ["read", "write", "run"], async () => {
  await withTemporaryFolder(async (folder) => {
    const listed = await runTool(folder, ["presets"]);
    assert.equal(listed.code, 0, listed.stderr);
    assert.match(listed.stdout, /^zhao2026-adam$\n[^]*?--optimizer adam --lr 0.005[^]*?source: Zhao 2026/m);
    const asked = ["train", "FashionMNIST", "--preset", "zhao2026-adam", "--show-protocol"];
    const { stdout } = await runWithin(folder, asked);
    const lines = new Map(stdout.trim().split("\n").map((line) => line.split(/ +(.*)/s) as [string, string]));
    assert.deepEqual(
      ["--optimizer", "--betas", "--epochs", "--run"].map((option) => lines.get(option)),
      ["adam", "0.98,0.999", "200", "fashionmnist-resnet9-zhao2026-adam"],
    );
    const wrong = await runWithin(folder, ["train", "FashionMNIST", "--preset", "zhao2026-lion"]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /^error: option '--preset <name>' argument 'zhao2026-lion' is invalid\./);
  });
});
