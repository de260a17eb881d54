import { equal, match, throws } from "node:assert/strict";
import type { Result } from "../../bench/result.ts";
import { formatTables, MARKERS, replaceTables } from "../../bench/table.ts";

const RESULT: Result = {
  experiment: "train-resnet50",
  device: "cpu",
  threads: 2,
  machine: { processor: "Some CPU", cores: 2, memory: 8, gpu: null, system: "linux 6", load: 0 },
  versions: { torch: "2.13.0", deno: "2.9.0" },
  commit: "abc",
  date: "2026-01-02T03:04:05.000Z",
  data: "CIFAR-10",
  floor: { multiplyAdds: 1e8, productRate: 4e10 },
  contenders: [
    { id: "ours", rates: [200, 210, 190], secondsPerRepetition: 5, peakBytes: 2 ** 30 },
    { id: "plain", rates: [100, 100, 100], secondsPerRepetition: 5, peakBytes: 2 ** 31 },
    { id: "tuned", rates: [160, 160, 160], secondsPerRepetition: 5, peakBytes: null },
  ],
};

Deno.test("a row shows medians, the ratio with its range, the target and the floor", () => {
  const tables = formatTables([RESULT], null, null);
  match(
    tables,
    /\| train ResNet-50, 100 classes, images\/s \| plain .* \| 200 \| 100 \| 2× \(1.9–2.1\) \| ≥ 1.9× \| 400; ours reaches 50 % of it \|/,
  );
  match(
    tables,
    /Some CPU, 2 cores, 8 GiB; 2 threads; PyTorch 2.13.0, Deno 2.9.0; CIFAR-10; large products 40 G/,
  );
});

Deno.test("what was not measured says so and shows no number", () => {
  const tables = formatTables([], null, null);
  const shown = tables.replaceAll("|  ", "| - ");
  match(shown, /\| train ResNet-18, images\/s \| plain [^|]* \| not measured \| - \| - \| ≥ 2.7× \| - \|/);
  match(shown, /\| the whole CIFAR-10 [^|]* \| the clock \| not measured \| - \| - \| < 8 min \| - \|/);
});

Deno.test("rows of another machine stand in a table of their own, under its caption", () => {
  const machine = { ...RESULT.machine, processor: "Other CPU" };
  const other = { ...RESULT, experiment: "metrics-512", machine, floor: null };
  const contenders = RESULT.contenders.map((one) => one.id === "plain" ? { ...one, id: "covariances" } : one);
  const [cpu] = formatTables([RESULT, { ...other, contenders }], null, null).split("**GPU**");
  const [before, after] = cpu!.split("Other CPU");
  match(before!, /Some CPU[^|]*\| work[^]*train ResNet-50/);
  equal(before!.includes("metrics, N 50,000"), false);
  match(after!, /^, 2 cores[^|]*\| work[^]*metrics, N 50,000/);
  equal(after!.includes("train ResNet-50, 100"), false);
});

Deno.test("a result on a GPU fills the GPU's table alone", () => {
  const tables = formatTables([{ ...RESULT, device: "cuda" }], null, null);
  const [cpu, gpu] = tables.split("**GPU**");
  match(cpu!, /train ResNet-50, 100 classes, images\/s \| plain [^|]* \| not measured/);
  match(gpu!, /train ResNet-50, 100 classes, images\/s \| plain [^|]* \| 200/);
});

Deno.test("tables take the place of what is between the markers, and nothing else", () => {
  const [start, end] = MARKERS;
  const page = `before\n${start}\nold\n${end}\nafter\n`;
  equal(replaceTables(page, "new\n", "page"), `before\n${start}\nnew\n${end}\nafter\n`);
  throws(
    () => replaceTables("no markers", "new", "README.md"),
    /expected <!-- bench:start -->.* in README.md/,
  );
});

Deno.test("pages have rows with what they are to keep below, measured or not", () => {
  const page = { bytes: 1_234_567, writeSeconds: 12.3, openSeconds: [1, 2, 9], answers: [5, 6, 40] };
  const { experiment: _, data: __, floor: ___, contenders: ____, ...conditions } = RESULT;
  const pages = { report: page, definitions: { ...page, answers: [7] }, compare: page };
  const tables = formatTables([], null, { ...conditions, checkpoints: 350, columns: 250, runs: 500, pages });
  const [cpu, gpu] = tables.split("**GPU**");
  match(cpu!, /350 checkpoints, all columns: index\.html \| its size \| 1\.23 MB \|[ |]* < 2 MB/);
  match(cpu!, /the pointer is answered, 99 times of 100 \| the clock \| 40 ms \|[ |]* < 50 ms/);
  match(cpu!, /500 runs compared: the page opens \| the clock \| 2 s \|[ |]* < 5 s/);
  equal(gpu!.includes("runs compared"), false);
  match(formatTables([], null, null), /500 runs compared: the page opens \| the clock \| not measured/);
});
