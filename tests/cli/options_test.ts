import assert from "node:assert/strict";
import { resolve } from "node:path";
import { CATALOGUE, type Metric, select } from "../../src/collapse/catalogue.ts";
import { FIRST_METRICS } from "../../src/collapse/catalogue.ts";
import { test } from "../support.ts";
import { commandLine, type Surroundings, taskRunner } from "../../src/cli/command_line.ts";
import {
  decimal,
  device,
  keptPerClass,
  memory,
  perClass,
  runName,
  wholeNumber,
} from "../../src/cli/options.ts";
import { metricSelection } from "../../src/cli/metrics_option.ts";
import { duration } from "../../src/cli/progress.ts";

Deno.test("numbers are read as written", () => {
  assert.equal(wholeNumber()("0"), 0);
  assert.equal(wholeNumber({ min: 1, max: 10 })("10"), 10);
  assert.equal(decimal({ min: 0 })("5e-4"), 5e-4);
  assert.equal(decimal({ min: 0 })(".1302501827396728"), 0.1302501827396728);
  assert.equal(perClass("500"), 500);
  assert.equal(keptPerClass(perClass("all")), null);
  assert.equal(keptPerClass(perClass("500")), 500);
  assert.equal(memory("1.5g"), 1.5 * 1024 ** 3);
});

test("what is no number, or out of range, is refused", ["read"], () => {
  const refused: [(text: string) => unknown, string[]][] = [
    [wholeNumber(), ["", " ", "12abc", "1.0", "1e3", "-1", "0x10", "9007199254740993"]],
    [wholeNumber({ min: 1, max: 10 }), ["0", "11"]],
    [decimal({ min: 0 }), ["", "12abc", "1,5", "-1", "NaN", "Infinity", "1e999", ".", "1e"]],
    [decimal({ min: 0, above: true, below: 1 }), ["0", "1", "2"]],
    [perClass, ["0", "most"]],
    [memory, ["512", "M", "1T", "-1G"]],
    [device, ["gpu", "cuda:", "cuda:x", "CPU"]],
    [runName, [
      "",
      ".",
      "..",
      "a/b/c",
      "../a",
      "a b",
      "-x",
      "runs/",
      "runs/..",
      "runs/../x",
      "../runs/x",
      "/etc/passwd",
      "runs/x/checkpoints/y",
    ]],
  ];
  for (const [parse, texts] of refused) {
    for (const text of texts) assert.throws(() => parse(text), { code: "commander.invalidArgument" }, text);
  }
});

test("a run is named by itself or by the path of its folder", ["read"], () => {
  for (
    const text of [
      "demo",
      "runs/demo",
      "runs/demo/",
      "./runs/demo",
      "runs/../runs//demo",
      resolve("runs/demo"),
    ]
  ) {
    assert.equal(runName(text), "demo", text);
  }
  for (
    const text of ["rates/lr=0.05,seed=1", "runs/rates/lr=0.05,seed=1/", resolve("runs/rates/lr=0.05,seed=1")]
  ) {
    assert.equal(runName(text), "rates/lr=0.05,seed=1", text);
  }
});

test("metrics are chosen by names and families in any case, and by the words default and all", [
  "read",
  "env",
], () => {
  const names = (text: string) => select(metricSelection(text)).map(({ name }) => name);
  const chosen = (test: (metric: Metric) => boolean) => {
    const first = new Set<string>(FIRST_METRICS);
    return CATALOGUE.filter((metric) => first.has(metric.name) || test(metric)).map(({ name }) => name);
  };
  assert.deepEqual(names("nc1"), chosen(({ family }) => family === "NC1"));
  assert.deepEqual(names("mse, NC3"), chosen(({ family }) => ["MSE", "NC3"].includes(family)));
  assert.deepEqual(
    names("NC4,NC1_CDNV_test"),
    chosen((m) => m.family === "NC4" || m.name === "nc1_cdnv_test"),
  );
  assert.deepEqual(
    names("default,nc1"),
    chosen((m) => (m.byDefault && m.split !== "ood") || m.family === "NC1"),
  );
  assert.deepEqual(names("ALL"), names("all"));
  assert.throws(() => metricSelection("nc1,nc6"), /families \(MSE, .*NC1, .*accuracy.*\).* found "nc6"/);
  assert.throws(() => metricSelection(""), { code: "commander.invalidArgument" });
});

Deno.test("commands are printed as they can be typed: with deno where a shell finds it, else by way of npx", () => {
  const there = (...files: string[]) => (path: string) => files.includes(path);
  const npx = "npx -y deno@2 task";
  const cache = "/home/x/.npm/_npx/05af/node_modules";
  const cases: [Surroundings, string][] = [
    [{ execPath: "/opt/deno", path: "/bin:/opt", isFile: there("/opt/deno") }, "deno task"],
    [
      { execPath: "/usr/lib/node_modules/deno/deno", path: "/usr/bin", isFile: there("/usr/bin/deno") },
      "deno task",
    ],
    [{ execPath: "/opt/deno", path: "/bin::", isFile: there("/opt/deno", "/deno") }, npx],
    [{ execPath: "/opt/deno", path: "", isFile: () => true }, npx],
    // npx's own Deno is on the path for this one command only.
    [
      { execPath: `${cache}/deno/deno`, path: `${cache}/.bin:/bin`, isFile: there(`${cache}/.bin/deno`) },
      npx,
    ],
    [{ execPath: "/opt/deno", path: "/cache/deno/node_compat_bin", isFile: () => true }, npx],
    [{ execPath: "/opt/deno", path: "/x/node_modules/.bin", isFile: () => true }, npx],
  ];
  for (const [surroundings, runner] of cases) assert.equal(taskRunner(surroundings), runner);
});

test("a command line can be pasted into a shell", ["read", "env"], () => {
  assert.equal(
    commandLine("train", ["CIFAR10", "--data", "/my data/o'clock", "--lr", "0.1"]),
    `${taskRunner()} train CIFAR10 --data '/my data/o'\\''clock' --lr 0.1`,
  );
});

Deno.test("durations are in the units that fit", () => {
  assert.deepEqual(
    [0.4, 59.4, 60, 3599, 3600, 7380, 360000].map(duration),
    ["0 s", "59 s", "1 min 00 s", "59 min 59 s", "1 h 00 min", "2 h 03 min", "100 h 00 min"],
  );
});
