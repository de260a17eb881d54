import assert from "node:assert/strict";
import { commandLine } from "../../src/cli/command_line.ts";
import {
  decimal,
  device,
  epochList,
  keptPerClass,
  memory,
  perClass,
  runName,
  wholeNumber,
} from "../../src/cli/options.ts";
import { duration } from "../../src/cli/progress.ts";

Deno.test("numbers are read as written", () => {
  assert.equal(wholeNumber()("0"), 0);
  assert.equal(wholeNumber({ min: 1, max: 10 })("10"), 10);
  assert.equal(decimal({ min: 0 })("5e-4"), 5e-4);
  assert.equal(decimal({ min: 0 })(".1302501827396728"), 0.1302501827396728);
  assert.equal(perClass("500"), 500);
  assert.equal(keptPerClass(perClass("all")), null);
  assert.equal(keptPerClass(perClass("500")), 500);
  assert.deepEqual(epochList("1, 5,10"), [1, 5, 10]);
  assert.deepEqual(epochList(""), []);
  assert.equal(memory("1.5g"), 1.5 * 1024 ** 3);
});

Deno.test("what is no number, or out of range, is refused", () => {
  const refused: [(text: string) => unknown, string[]][] = [
    [wholeNumber(), ["", " ", "12abc", "1.0", "1e3", "-1", "0x10", "9007199254740993"]],
    [wholeNumber({ min: 1, max: 10 }), ["0", "11"]],
    [decimal({ min: 0 }), ["", "12abc", "1,5", "-1", "NaN", "Infinity", "1e999", ".", "1e"]],
    [decimal({ min: 0, above: true, below: 1 }), ["0", "1", "2"]],
    [perClass, ["0", "most"]],
    [epochList, ["1,,2", "1;2", "0", "1,x"]],
    [memory, ["512", "M", "1T", "-1G"]],
    [device, ["gpu", "cuda:", "cuda:x", "CPU"]],
    [runName, ["", ".", "..", "a/b", "a b", "-x"]],
  ];
  for (const [parse, texts] of refused) {
    for (const text of texts) assert.throws(() => parse(text), { code: "commander.invalidArgument" }, text);
  }
});

Deno.test("a command line can be pasted into a shell", () => {
  assert.equal(
    commandLine("train", ["CIFAR10", "--data", "/my data/o'clock", "--lr", "0.1"]),
    "deno task train CIFAR10 --data '/my data/o'\\''clock' --lr 0.1",
  );
});

Deno.test("durations are in the units that fit", () => {
  assert.deepEqual(
    [0.4, 59.4, 60, 3599, 3600, 7380, 360000].map(duration),
    ["0 s", "59 s", "1 min 00 s", "59 min 59 s", "1 h 00 min", "2 h 03 min", "100 h 00 min"],
  );
});
