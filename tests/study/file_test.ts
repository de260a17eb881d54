/** Files of studies: what they say, and what is said where they are wrong. */
import assert from "node:assert/strict";
import { parseStudy } from "../../src/study/file.ts";
import { gridOf } from "../../src/study/range.ts";

const WHOLE = `
name: rates
dataset: FashionMNIST
metric: {name: test_accuracy, goal: maximize, by: [lr]}
parameters:
  lr: {values: [5e-4, 0.05]}
  weight-decay: {min: 1e-4, max: 1e-2, points: 3, distribution: log_uniform}
  per-class: {value: 20}
  checkpoints: {value: [1, 5]}
seeds: [0, 3]
exclude:
  - {lr: 0.05, seed: 3}
measure: [NC1, self_duality]
slurm: {time: 04:00:00, cpus: 4, options: [--partition=long]}
`;

/** What parsing says of a text, with `path` in place of the file. */
function refusal(text: string): string {
  try {
    parseStudy(text, "s.yaml");
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
}

Deno.test("a study is read with numbers as numbers, ranges as values and the seed last", () => {
  const { name, dataset, metric, axes, exclude, measure, slurm } = parseStudy(WHOLE, "s.yaml");
  assert.deepEqual(slurm, {
    time: "04:00:00",
    concurrency: 16,
    cpus: 4,
    memory: "8G",
    gpus: 0,
    options: ["--partition=long"],
  });
  assert.deepEqual({ name, dataset, metric, measure }, {
    name: "rates",
    dataset: "FashionMNIST",
    metric: { name: "test_accuracy", goal: "maximize", by: ["lr"] },
    measure: "NC1,self_duality",
  });
  assert.deepEqual(axes.map(({ name, values }) => [name, ...values]), [
    ["lr", "0.0005", "0.05"],
    ["weight-decay", "0.0001", "0.001", "0.01"],
    ["per-class", "20"],
    ["checkpoints", "1,5"],
    ["seed", "0", "3"],
  ]);
  assert.deepEqual(exclude, [{ lr: "0.05", seed: "3" }]);
});

Deno.test("JSON is a study file, too, and a number of seeds stands for the first ones", () => {
  const text = JSON.stringify({
    name: "a",
    dataset: "Drawn10",
    parameters: { lr: { values: [1] } },
    seeds: 2,
    measure: false,
  });
  const { axes, measure } = parseStudy(text, "s.json");
  assert.deepEqual(axes.map(({ name, values }) => [name, ...values]), [["lr", "1"], ["seed", "0", "1"]]);
  assert.equal(measure, null);
});

Deno.test("names of what is measured may have blanks between them, and the metric is one of their columns", () => {
  const text = WHOLE.replace("[NC1, self_duality]", '"NC1, self_duality"');
  assert.equal(parseStudy(text, "s.yaml").measure, "NC1,self_duality");
  const other = text.replace("name: test_accuracy", "name: nc1_cdnv_train");
  assert.equal(parseStudy(other, "s.yaml").metric.name, "nc1_cdnv_train");
});

Deno.test("what is wrong with a study is said in one line with its place", () => {
  const cases: readonly (readonly [change: (text: string) => string, message: RegExp])[] = [
    [
      (text) => text.replace("dataset:", "datset:"),
      /^s\.yaml:3:1: expected one of the keys .*, found "datset"; did you mean dataset/,
    ],
    [(text) => text.replace("dataset: FashionMNIST\n", ""), /^s\.yaml: expected the key dataset, found none/],
    [
      (text) => text.replace("[5e-4, 0.05]", "[]"),
      /^s\.yaml:6:16: expected values of lr, found an empty list/,
    ],
    [
      (text) => text.replace("[5e-4, 0.05]", "[0.05, 5e-2]"),
      /^s\.yaml:6:23: expected each value of lr once, found 0.05 again/,
    ],
    [
      (text) => `${text}\nmeasure: default,nc2_seli\n`.replace(/^measure: .*\n(?=[^]*measure:)/m, ""),
      /^s\.yaml:\d+:10: expected measure to be false, .* of the catalogue, separated by commas, found nc2_seli; did/,
    ],
    [
      (text) => text.replace("name: test_accuracy", "name: test_acuracy"),
      /^s\.yaml:4:16: expected a column of log\.csv or metrics\.csv, found test_acuracy; did you mean test_accuracy/,
    ],
    [
      (text) => text.replace("name: test_accuracy", "name: nc4_mismatch_train"),
      /^s\.yaml:4:16: expected a column that the study measures, found nc4_mismatch_train, which its key measure leaves/,
    ],
    [(text) => text.replace("[5e-4, 0.05]", "[.nan, 1]"), /^s\.yaml:6:17: expected a number/],
    [
      (text) => text.replace("points: 3", "points: 1"),
      /^s\.yaml:7:17: expected a whole number from 2 to 10000 as points, found 1/,
    ],
    [
      (text) => text.replace("min: 1e-4", "min: 1"),
      /^s\.yaml:7:17: expected min below max, found 1 and 0.01/,
    ],
    [(text) => text.replace("min: 1e-4", "min: 0"), /^s\.yaml:7:17: expected min above 0 for log_uniform/],
    [
      (text) => text.replace("log_uniform", "normal"),
      /^s\.yaml:7:65: expected uniform or log_uniform, found normal/,
    ],
    [
      (text) => text.replace("goal: maximize", "goal: max"),
      /^s\.yaml:4:37: expected maximize or minimize, found max/,
    ],
    [
      (text) => text.replace("{lr: 0.05, seed: 3}", "{lr: 0.5}"),
      /^s\.yaml:12:10: expected one of the values 0.0005, 0.05 of lr, found 0.5/,
    ],
    [
      (text) => text.replace("{lr: 0.05, seed: 3}", "{rate: 0.5}"),
      /^s\.yaml:12:6: expected one of the keys lr, .*, found "rate"/,
    ],
    [(text) => text.replace("name: rates", "name: ../rates"), /^s\.yaml:2:7: expected a name of letters/],
    [
      (text) => text.replace("seeds: [0, 3]", "seeds: 0"),
      /^s\.yaml:10:8: expected a list of seeds, or how many/,
    ],
    [(text) => `${text}name: twice\n`, /^s\.yaml:15:1: Map keys must be unique/],
    [(text) => text.replace("[0, 3]", "[0, 3"), /^s\.yaml:\d+:\d+: /],
    [
      (text) => text.replace("04:00:00", "soon"),
      /^s\.yaml:14:15: expected a time limit as Slurm writes it.*found soon/,
    ],
    [
      (text) => text.replace("time: 04:00:00, ", ""),
      /^s\.yaml:14:8: expected the time of a cell in slurm, found none/,
    ],
    [
      (text) => text.replace("cpus: 4", "cpus: 0"),
      /^s\.yaml:14:31: expected a whole number of at least 1 as cpus, found 0/,
    ],
    [
      (text) => text.replace("[--partition=long]", '["-p long; rm x"]'),
      /^s\.yaml:14:\d+: expected an option of sbatch/,
    ],
    [() => "", /^s\.yaml:1:1: expected a study, found nothing/],
    [() => "- 1", /^s\.yaml:1:1: expected a study, found a list/],
    [(text) => text.replace("parameters:", "parameters: 3\nx:"), /^s\.yaml:\d+:\d+: /],
  ];
  for (const [change, message] of cases) {
    const found = refusal(change(WHOLE));
    assert.match(found, message);
    assert.doesNotMatch(found, /\n/);
  }
});

Deno.test("ranges keep their ends and are even in value or in logarithm", () => {
  assert.deepEqual(gridOf({ min: 1, max: 3, points: 3, distribution: "uniform" }), [1, 2, 3]);
  const rates = gridOf({ min: 1e-4, max: 0.25, points: 25, distribution: "log_uniform" });
  assert.equal(rates[0], 1e-4);
  assert.equal(rates[24], 0.25);
  // Members 16, 20, 22 and 23 are the published rates of Papyan, Han and Donoho (2020).
  for (const [member, rate] of [[22, 0.1302501827396728], [23, 0.18045095091164853]] as const) {
    assert.ok(Math.abs(rates[member]! / rate - 1) < 1e-14);
  }
});

Deno.test("a preset that is named beside the parameters is what every cell begins with", () => {
  const { axes } = parseStudy(WHOLE.replace("metric:", "preset: zhao2026-sgd\nmetric:"), "s.yaml");
  assert.deepEqual(axes[0], { name: "preset", values: ["zhao2026-sgd"], place: "s.yaml:4:9" });
  assert.match(
    refusal(
      WHOLE.replace("metric:", "preset: a\nmetric:").replace("  lr: {", "  preset: {value: b}\n  lr: {"),
    ),
    /^s\.yaml:4:9: expected preset here or among the parameters, found both/,
  );
});
