/** The start of the terminal phase, and titles. */
import assert from "node:assert/strict";
import type { LogRow } from "../../src/record.ts";
import { contextOf, terminalStart } from "../../src/report/terminal.ts";
import { LOG, MEASUREMENTS, RUN } from "./synthetic_run.ts";

Deno.test("the terminal phase starts at the first logged epoch of at least 99.9 % train accuracy", () => {
  const row = (epoch: number, train_accuracy: number): LogRow => ({ ...LOG[0]!, epoch, train_accuracy });
  assert.equal(terminalStart([row(1, 50), row(2, 99.89), row(3, 99.9), row(4, 99)], []), 3);
});

Deno.test("without a log the terminal phase starts at the first such measured epoch", () => {
  const expected = MEASUREMENTS.find(({ values }) => values.train_accuracy! >= 99.9)!.epoch;
  assert.equal(terminalStart([], MEASUREMENTS), expected);
});

Deno.test("a run that never reaches 99.9 % has no terminal phase", () => {
  assert.equal(terminalStart(LOG.slice(0, 3), MEASUREMENTS), null);
  assert.equal(terminalStart([], [{ epoch: 1, values: { train_accuracy: null } }]), null);
});

Deno.test("titles name the network and a stem that is not the stock one", () => {
  assert.equal(contextOf(RUN, LOG, MEASUREMENTS).network, "ResNet-18");
  const small = { ...RUN, protocol: { ...RUN.protocol, model: "resnet50", stem: "small" as const } };
  assert.equal(contextOf(small, LOG, MEASUREMENTS).network, "ResNet-50 (small stem)");
});
