/** The terminal phase, its breaks, and titles. */
import assert from "node:assert/strict";
import type { Protocol } from "../../src/experiment/parts.ts";
import type { LogRow, Measurement } from "../../src/run/tables.ts";
import {
  beginWords,
  breakSentence,
  contextOf,
  isInPhase,
  lastStretch,
  terminalPhase,
  withoutPhase,
} from "../../src/report/terminal.ts";
import { LOG, MEASUREMENTS, RUN } from "./synthetic_run.ts";

/** Checkpoints at epochs 1, 2, 3, ... */
function measured(...accuracies: (number | null)[]): Measurement[] {
  return accuracies.map((train_accuracy, i) => ({ epoch: i + 1, values: { train_accuracy } }));
}

function logged(...accuracies: number[]): LogRow[] {
  return accuracies.map((running_train_accuracy, i) => ({
    ...LOG[0]!,
    epoch: i + 1,
    running_train_accuracy,
  }));
}

Deno.test("the terminal phase starts at the first checkpoint whose measured accuracy reaches 99.9 %", () => {
  const phase = terminalPhase(measured(50, 99.89, 99.9, 99.5), logged(99.9, 100, 100, 100));
  assert.deepEqual(phase, {
    start: 3,
    stretches: [{ from: 3, to: 4 }],
    breaks: [],
    accuracy: "measured",
  });
});

Deno.test("running accuracy serves only where no checkpoint has a measured one, and is named", () => {
  const phase = terminalPhase(measured(null, null), logged(50, 99.95, 100));
  assert.deepEqual([phase.start, phase.accuracy], [2, "running"]);
  const { start, accuracy } = terminalPhase(measured(50, null), logged(50, 99.95, 100));
  assert.deepEqual([start, accuracy], [null, "measured"]);
});

Deno.test("the phase breaks below 99.4 %, is whole again at 99.9 %, and its last stretch comes after the break", () => {
  const phase = terminalPhase(measured(99.9, 99.4, 99.39, 99.8, 99.89, 99.9, 100), []);
  assert.deepEqual(phase.stretches, [{ from: 1, to: 2 }, { from: 6, to: 7 }]);
  assert.deepEqual(phase.breaks, [{ from: 3, to: 5 }]);
  assert.deepEqual(lastStretch(phase), { from: 6, to: 7 });
  assert.match(
    breakSentence(phase),
    /^It broke at epochs 3 to 5, where training accuracy fell below 99\.4\s%/,
  );
});

Deno.test("a phase that breaks at the end keeps the stretch before as its last", () => {
  const phase = terminalPhase(measured(100, 100, 90), []);
  assert.deepEqual([lastStretch(phase), phase.breaks], [{ from: 1, to: 2 }, [{ from: 3, to: 3 }]]);
  assert.match(breakSentence(phase), /^It is broken from epoch 3 on, .* has not come to 99\.9\s% again\.$/);
  assert.deepEqual([1, 2, 3].map((epoch) => isInPhase(phase, epoch)), [true, true, false]);
});

Deno.test("a phase that broke, was whole and broke again says both", () => {
  const phase = terminalPhase(measured(100, 90, 100, 100, 90, 95), []);
  assert.match(
    breakSentence(phase),
    /^It broke at epoch 2, .*\(whole again.*\)\. It is broken from epoch 5 on/,
  );
  assert.deepEqual([1, 2, 3, 5].map((epoch) => isInPhase(phase, epoch)), [true, false, true, false]);
});

Deno.test("an accuracy that nobody knows is not one that was not reached", () => {
  const unknown = terminalPhase(measured(null, null), []);
  assert.deepEqual([unknown.start, unknown.accuracy, beginWords(unknown)], [null, null, "not known"]);
  assert.equal(withoutPhase(unknown), "Training accuracy is not known");
  const below = terminalPhase(measured(50, 60), []);
  assert.equal(beginWords(below), "not reached");
  assert.match(withoutPhase(below), /has not reached 99\.9\s%$/);
  const reached = terminalPhase(measured(50, 100), []);
  assert.deepEqual([beginWords(reached), withoutPhase(reached)], ["from epoch 2", ""]);
});

Deno.test("a run that never reaches 99.9 % has no terminal phase", () => {
  const phase = terminalPhase(measured(99.89, 50), LOG);
  assert.deepEqual([phase.start, lastStretch(phase), breakSentence(phase)], [null, null, ""]);
  assert.equal(terminalPhase([], []).start, null);
});

Deno.test("titles name the network, and a stem and channels that are not the usual ones", () => {
  assert.equal(contextOf(RUN, LOG, MEASUREMENTS).network, "ResNet-18");
  const titleOf = (network: Protocol["network"]) =>
    contextOf({ ...RUN, protocol: { ...RUN.protocol, network } }, LOG, MEASUREMENTS).network;
  assert.equal(titleOf({ kind: "resnet50", stem: "small", channels: 64 }), "ResNet-50 (small stem)");
  assert.equal(titleOf({ kind: "resnet18", stem: "stock", channels: 16 }), "ResNet-18 (16 channels)");
  assert.equal(
    titleOf({ kind: "resnet18", stem: "small", channels: 8 }),
    "ResNet-18 (small stem, 8 channels)",
  );
});
