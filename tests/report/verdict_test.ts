/** The calls, on curves made of formulas. */
import assert from "node:assert/strict";
import { contradicts, type CurvePoint, judge, majority } from "../../src/report/verdict.ts";

/** 30 checkpoints, of which the terminal phase holds the last 20. */
const PHASE = { terminalStart: 11 };

function curve(valueAt: (epoch: number) => number | null): CurvePoint[] {
  return Array.from({ length: 30 }, (_, i) => ({ epoch: i + 1, value: valueAt(i + 1) }));
}

Deno.test("a curve that keeps falling is collapsing, and its fall is the ratio of its ends", () => {
  const { call, fall, base } = judge(curve((epoch) => 100 * 0.8 ** (epoch - 1)), 0, PHASE);
  assert.equal(call, "collapsing");
  assert.deepEqual(base, { epoch: 1, value: 100 });
  assert.ok(Math.abs(fall! / 0.8 ** -29 - 1) < 1e-12);
});

Deno.test("a curve that fell before the terminal phase and then stays is stalled", () => {
  const readings = curve((epoch) => (epoch < 11 ? 10 : 1) * (1 + 0.1 * Math.sin(epoch)));
  assert.equal(judge(readings, 0, PHASE).call, "stalled");
});

Deno.test("a curve that rises in the terminal phase is un-collapsing, though below where it began", () => {
  const { call, fall } = judge(curve((epoch) => epoch < 11 ? 100 : epoch), 0, PHASE);
  assert.equal(call, "un-collapsing");
  assert.ok(fall! > 3);
});

Deno.test("the thresholds themselves count as change", () => {
  const step = (factor: number) => judge(curve((epoch) => epoch <= 20 ? 1 : factor), 0, PHASE).call;
  assert.deepEqual([0.8, 0.81, 1, 1.24, 1.25].map(step), [
    "collapsing",
    "stalled",
    "stalled",
    "stalled",
    "un-collapsing",
  ]);
});

Deno.test("what rises to its ideal collapses as what falls to it", () => {
  const rising = judge(curve((epoch) => 1 - 0.8 ** epoch), 1, PHASE);
  const falling = judge(curve((epoch) => 0.8 ** epoch), 0, PHASE);
  assert.equal(rising.call, "collapsing");
  assert.ok(Math.abs(rising.fall! / falling.fall! - 1) < 1e-9);
});

Deno.test("one odd checkpoint changes no call", () => {
  const spike = curve((epoch) => epoch === 30 ? 1000 : 0.8 ** epoch);
  assert.equal(judge(spike, 0, PHASE).call, "collapsing");
});

Deno.test("a curve that is zero throughout has arrived, without a factor", () => {
  const { call, fall, base, scaled } = judge(curve(() => 0), 0, PHASE);
  assert.deepEqual([call, fall, base], ["at collapse", null, null]);
  assert.ok(scaled.every(({ distance }) => distance === 0));
});

Deno.test("a curve that reaches zero in the terminal phase is collapsing, and fell without limit", () => {
  const { call, fall } = judge(curve((epoch) => Math.max(0, 20 - epoch)), 0, PHASE);
  assert.deepEqual([call, fall], ["collapsing", Infinity]);
});

Deno.test("rounding beside an ideal that is not zero counts as having arrived", () => {
  assert.equal(judge(curve((epoch) => epoch < 5 ? 0.5 : 1 + 1e-15), 1, PHASE).call, "at collapse");
});

Deno.test("tiny distances from zero are values, not rounding", () => {
  assert.equal(judge(curve((epoch) => 1e-60 * 0.8 ** epoch), 0, PHASE).call, "collapsing");
});

Deno.test("a curve that starts on its ideal is compared with the first checkpoint away from it", () => {
  const { base, scaled } = judge(curve((epoch) => epoch === 1 ? 0 : 4), 0, PHASE);
  assert.deepEqual(base, { epoch: 2, value: 4 });
  assert.deepEqual(scaled.slice(0, 2).map(({ distance }) => distance), [0, 1]);
});

Deno.test("a curve that is nowhere defined has neither call nor factor, and says why", () => {
  const { call, fall, reason } = judge(curve(() => null), 0, PHASE);
  assert.deepEqual([call, fall], [null, null]);
  assert.equal(reason, "defined too rarely to say");
});

Deno.test("undefined checkpoints are passed over, and an undefined last one leaves no factor", () => {
  const { call, fall } = judge(curve((epoch) => epoch % 2 === 0 ? null : 0.8 ** epoch), 0, PHASE);
  assert.deepEqual([call, fall], ["collapsing", null]);
});

Deno.test("three checkpoints of the terminal phase are too few to say, four are enough", () => {
  const readings = curve((epoch) => 0.8 ** epoch);
  assert.equal(judge(readings, 0, { terminalStart: 28 }).reason, "too few checkpoints to say");
  assert.equal(judge(readings, 0, { terminalStart: 27 }).call, "collapsing");
});

Deno.test("without a terminal phase there is no call", () => {
  const { call, reason } = judge(curve((epoch) => 0.8 ** epoch), 0, { terminalStart: null });
  assert.deepEqual([call, reason], [null, "terminal phase not reached"]);
});

Deno.test("a family says what most of its definitions say, and nothing when they are tied", () => {
  assert.equal(majority(["collapsing", "collapsing", "stalled", null]), "collapsing");
  assert.equal(majority(["collapsing", "stalled"]), null);
  assert.equal(majority(["stalled", "at collapse", "at collapse"]), "stalled");
  assert.equal(majority(["at collapse", null]), "at collapse");
  assert.equal(majority([null]), null);
});

Deno.test("a definition contradicts its family when it says otherwise; one at collapse only when others go away from it", () => {
  assert.ok(contradicts("stalled", "collapsing"));
  assert.ok(contradicts("at collapse", "un-collapsing"));
  assert.ok(contradicts("un-collapsing", "at collapse"));
  for (const family of ["collapsing", "stalled", null] as const) {
    assert.ok(!contradicts("at collapse", family));
    assert.ok(!contradicts(null, family));
  }
  assert.ok(!contradicts("stalled", "stalled"));
});
