/** Runs side by side: groups of seeds, what differs, last values, runs that others logged. */
import assert from "node:assert/strict";
import { FormatError } from "../../src/formats/error.ts";
import { decodeEvents } from "../../src/formats/tfevents.ts";
import {
  comparedRows,
  type ComparedRun,
  differencesOf,
  endsOfFigure,
  endWords,
  groupRuns,
} from "../../src/report/compare.ts";
import { compareKey } from "../../src/report/compare_key.ts";
import { readGroups, textOf, writeComparison } from "../../src/report/compare_runs.ts";
import { elsewhereText } from "../../src/report/elsewhere_file.ts";
import { FIGURES } from "../../src/report/figures.ts";
import { runOfEvents, runsOfCsv } from "../../src/report/foreign_runs.ts";
import { SUBJECTS } from "../../src/report/tokens.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { LOG, MEASUREMENTS, RUN, withValues } from "./synthetic_run.ts";

function run(name: string, training: Partial<typeof RUN.protocol.training> = {}, factor = 1): ComparedRun {
  return {
    name,
    record: { ...RUN, protocol: { ...RUN.protocol, training: { ...RUN.protocol.training, ...training } } },
    measurements: withValues(
      MEASUREMENTS.slice(-3),
      ({ values }) => ({ self_duality: values.self_duality! * factor }),
    ),
    trust: null,
    log: LOG,
  };
}

const RUNS = [
  run("a", { seed: 1 }),
  run("b", { seed: 2 }, 2),
  run("c", { seed: 3 }, 4),
  run("d", { batchSize: 64 }),
];

Deno.test("runs that differ in the seed alone are one group, named by what tells it from the others", () => {
  const groups = groupRuns(RUNS);
  assert.deepEqual(groups.map(({ name, runs }) => [name, runs.length]), [["batch-size 128, 3 seeds", 3], [
    "d",
    1,
  ]]);
  assert.deepEqual(differencesOf(groups), [{ key: "batch-size", values: ["128", "64"] }]);
  const byEpochs = groupRuns(RUNS, ["epochs"]);
  assert.deepEqual(byEpochs.map(({ runs }) => runs.length), [4]);
});

Deno.test("a group ends at the median of its seeds, with what they span", () => {
  const groups = groupRuns(RUNS);
  const figure = FIGURES.find(({ columns }) => columns[0]!.column === "self_duality")!;
  const ends = endsOfFigure(figure, comparedRows(groups, FIGURES), groups).get("self_duality")!;
  const [seeds, single] = [...ends.values()];
  const value = MEASUREMENTS.at(-1)!.values.self_duality!;
  assert.deepEqual([seeds!.value, seeds!.low, seeds!.high], [2 * value, value, 4 * value]);
  assert.deepEqual([single!.value, single!.low], [value, null]);
  assert.match(endWords(seeds!), /^\S+ \(\S+ to \S+\)$/);
});

Deno.test("groups of one name are told apart", () => {
  const groups = groupRuns([run("x"), run("x", { batchSize: 64 })]);
  assert.deepEqual(groups.map(({ name }) => name), ["x", "x (2)"]);
});

Deno.test("a CSV as W&B exports it gives a run a name, and passes over what is not ours", () => {
  const text =
    '﻿"Step","big - test_accuracy","big - test_accuracy__MIN","small - test_accuracy","small - loss"\n' +
    '1,10,9,20,3\n2,11.5,10,"",2\n2,12,10,NaN,2\n';
  assert.deepEqual(runsOfCsv(text, "file"), [
    {
      name: "big",
      measurements: [{ epoch: 1, values: { test_accuracy: 10 } }, {
        epoch: 2,
        values: { test_accuracy: 12 },
      }],
    },
    {
      name: "small",
      measurements: [{ epoch: 1, values: { test_accuracy: 20 } }, {
        epoch: 2,
        values: { test_accuracy: null },
      }],
    },
  ]);
  assert.deepEqual(runsOfCsv("epoch,self_duality\n5,0.5\n", "file")[0]!.name, "file");
  assert.throws(() => runsOfCsv("epoch,loss\n1,2\n", "file"), /expected a column by a name of the catalogue/);
  assert.throws(() => runsOfCsv("time,self_duality\n1,2\n", "file"), /expected a column epoch or step/);
});

Deno.test("scalars of TensorBoard's events are read, plain and as tensors, up to where the file is cut off", () => {
  const events = [
    event(1, "metrics/self_duality", simple(0.5)),
    event(2, "metrics/self_duality", tensor(0.25)),
    event(2, "loss", simple(3)),
  ];
  const file = concat(events.map(record));
  assert.deepEqual(decodeEvents(file).map(({ tag, step, value }) => [tag, step, value]), [
    ["metrics/self_duality", 1, 0.5],
    ["metrics/self_duality", 2, 0.25],
    ["loss", 2, 3],
  ]);
  assert.deepEqual(runOfEvents(file, "tb"), {
    name: "tb",
    measurements: [{ epoch: 1, values: { self_duality: 0.5 } }, { epoch: 2, values: { self_duality: 0.25 } }],
  });
  assert.equal(decodeEvents(file.subarray(0, file.length - 3)).length, 2);
  for (const broken of [new Uint8Array(), new Uint8Array(40).fill(255), file.subarray(0, 9)]) {
    assert.throws(() => decodeEvents(broken), FormatError);
  }
});

test("a comparison is a page with its figures; names with markup are text; text holds the same values", [
  "read",
  "write",
  "env",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const attack = `<img src=x onerror=alert(1)>`;
    const groups = groupRuns([run(attack), run("other", { batchSize: 64 }, 2)]);
    const before = Deno.cwd();
    Deno.chdir(folder);
    try {
      await writeComparison("both", groups);
    } finally {
      Deno.chdir(before);
    }
    const page = await Deno.readTextFile(`${folder}/reports/both/index.html`);
    const shown = page.replace(/<script.*?<\/script>/gs, "");
    assert.ok(!shown.includes("<img") && shown.includes("&lt;img src=x"));
    assert.match(shown, /with “&lt;img src=x onerror=alert\(1\)&gt;”, \S+ with “other”, 2\.0 times as much/);
    const svg = await Deno.readTextFile(`${folder}/reports/both/Figure2_Equinormality.svg`);
    assert.ok(svg.includes("&lt;img src=x") && svg.includes(">other<"));
    assert.match(textOf(groups), /^self_duality +\S+ +\S+$/m);
  });
});

Deno.test("colours mean what the curves have: what is measured for one group, the run for several", () => {
  const seeds = [run("a", { seed: 1 }), run("b", { seed: 2 })];
  const alone = compareKey(groupRuns(seeds), FIGURES).markup;
  assert.ok(!alone.includes("chip") && alone.includes("features and class means"));
  for (const { light } of Object.values(SUBJECTS)) assert.ok(alone.includes(light));
  const several = compareKey(groupRuns([...seeds, run("c", { batchSize: 64 })]), FIGURES).markup;
  assert.equal(several.match(/class="chip run/g)!.length, 2);
  assert.doesNotMatch(several, /features and class means/);
});

test("runs are found in folders of runs and reports; what is none is named", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const columns = Object.keys(MEASUREMENTS[0]!.values);
    const rows = MEASUREMENTS.map(({ epoch, values }) =>
      [epoch, ...columns.map((column) => values[column])].join()
    );
    for (const [name, seed] of [["one", 1], ["two", 2]] as const) {
      await Deno.mkdir(`${folder}/all/${name}`, { recursive: true });
      await Deno.writeTextFile(`${folder}/all/${name}/run.json`, JSON.stringify(run(name, { seed }).record));
      await Deno.writeTextFile(
        `${folder}/all/${name}/metrics.csv`,
        [["epoch", ...columns].join(), ...rows, ""].join("\n"),
      );
    }
    await Deno.writeTextFile(`${folder}/logged.csv`, "epoch,test_accuracy\n1,50\n");
    const groups = await readGroups([`${folder}/all`, `${folder}/logged.csv`]);
    assert.deepEqual(groups.map(({ name, runs }) => [name, runs.length]), [["one, 2 seeds", 2], [
      "logged",
      1,
    ]]);
    await Deno.mkdir(`${folder}/measured`);
    await Deno.copyFile(`${folder}/all/one/metrics.csv`, `${folder}/measured/metrics.csv`);
    const subject = {
      name: "features",
      samples: "12 training samples",
      classes: 3,
      epochs: MEASUREMENTS.map(({ epoch }) => epoch),
      mode: "As they were found.",
      lines: [],
      command: "deno task measure features --report measured",
      started: "2020-08-18T00:00:00.000Z",
    };
    await Deno.writeTextFile(`${folder}/measured/measured.json`, elsewhereText(subject));
    const [, fromElsewhere] = await readGroups([`${folder}/all/one`, `${folder}/measured`]);
    assert.equal(fromElsewhere!.name, "measured");
    assert.deepEqual(fromElsewhere!.runs[0]!.measurements.length, MEASUREMENTS.length);
    await assert.rejects(readGroups([`${folder}/all/one`]), /expected at least two runs to compare, found 1/);
    await assert.rejects(
      readGroups([`${folder}/nothing`]),
      /expected a run in runs\/, .*, found none in .*nothing/,
    );
    await assert.rejects(
      readGroups([`${folder}/all`], { by: ["bach-size"] }),
      /--by: expected settings .*batch-size.*found "bach-size"/,
    );
  });
});

function record(data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(data.length + 16);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(data.length), true);
  bytes.set(data, 12);
  return bytes;
}

function event(step: number, tag: string, value: Uint8Array): Uint8Array {
  const inner = concat([field(1, new TextEncoder().encode(tag)), value]);
  return concat([new Uint8Array([0x10, step]), field(5, field(1, inner))]);
}

/** simple_value, field 2 of four bytes. */
function simple(value: number): Uint8Array {
  return concat([new Uint8Array([0x15]), floatBytes(value)]);
}

/** A tensor of type float whose content is the value. */
function tensor(value: number): Uint8Array {
  return field(8, concat([new Uint8Array([0x08, 1]), field(4, floatBytes(value))]));
}

function floatBytes(value: number): Uint8Array {
  return new Uint8Array(Float32Array.of(value).buffer);
}

function field(number: number, bytes: Uint8Array): Uint8Array {
  return concat([new Uint8Array([number << 3 | 2, bytes.length]), bytes]);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(parts.flatMap((part) => [...part]));
}
