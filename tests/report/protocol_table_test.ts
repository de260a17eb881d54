/** The table of a run's protocol. */
import { deepEqual } from "node:assert/strict";
import { protocolTable } from "../../src/report/protocol_table.ts";
import { RUN } from "./synthetic_run.ts";

function linesOf(run: typeof RUN): string[] {
  const text = protocolTable(run, []).markup.replace(/<\/tr>/g, "\n").replace(/<[^>]*>/g, " ");
  return text.split("\n").map((line) => line.replace(/\s+/g, " ").trim()).filter((line) => line !== "");
}

Deno.test("a run that went on elsewhere says from which epoch on, and on what", () => {
  const resumed = [
    {
      epoch: 12,
      device: "cuda:0",
      threads: 1,
      versions: { tool: "0.1.0", deno: "2.9.6", libtorch: "2.6.0+cu124" },
      started: "2025-01-02T10:00:00.000Z",
    },
  ];
  const added = linesOf({ ...RUN, resumed }).filter((line) => !linesOf(RUN).includes(line));
  deepEqual(added, [
    "From epoch 12 on",
    "cuda:0, 1 thread, this tool 0.1.0, Deno 2.9.6, libtorch 2.6.0+cu124, " +
    "started 2 January 2025, 10:00 UTC",
  ]);
});

Deno.test("a run that recorded how its pixels were normalised says so, one from before does not", () => {
  const pixels = { mean: [0.4914, 0.4822, 0.4465], std: [0.2023, 0.1994, 0.201] };
  const added = linesOf({ ...RUN, dataset: { ...RUN.dataset, pixels } }).filter((line) =>
    !linesOf(RUN).includes(line)
  );
  deepEqual(added, [
    "Pixels",
    "(x/255 − mean) / std, mean 0.4914, 0.4822, 0.4465, std 0.2023, 0.1994, 0.201",
  ]);
});
