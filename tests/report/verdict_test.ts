/** Levels and trends, on curves made of formulas. */
import assert from "node:assert/strict";
import {
  type Call,
  contradicts,
  countCalls,
  type CurvePoint,
  judge,
  majority,
} from "../../src/report/verdict.ts";

/** 30 checkpoints, of which the terminal phase holds the last 20. */
const PHASE = { window: { from: 11, to: 30 }, scale: null };

function curve(valueAt: (epoch: number) => number | null): CurvePoint[] {
  return Array.from({ length: 30 }, (_, i) => ({ epoch: i + 1, value: valueAt(i + 1) }));
}

Deno.test("a curve that keeps falling is falling, and its falls are the ratios of their ends", () => {
  const { trend, fall, windowFall, base } = judge(curve((epoch) => 100 * 0.8 ** (epoch - 1)), 0, PHASE);
  assert.equal(trend, "falling");
  assert.deepEqual(base, { epoch: 1, value: 100 });
  assert.ok(Math.abs(fall! / 0.8 ** -29 - 1) < 1e-12);
  assert.ok(Math.abs(windowFall! / 0.8 ** -19 - 1) < 1e-12);
});

Deno.test("what stays near its ideal has arrived, what stays far from it is stuck", () => {
  const stay = (value: number) =>
    judge(curve((epoch) => epoch < 11 ? 1.4 : value), 0, { ...PHASE, scale: 2 });
  const callOf = ({ level, trend }: Call) => ({ level, trend });
  assert.deepEqual(callOf(stay(0.0315)), { level: "near", trend: "flat" });
  assert.deepEqual(callOf(stay(0.52)), { level: "far", trend: "flat" });
});

Deno.test("the limits of a level belong to it, on the scale of the definition or else the first distance", () => {
  const levelAt = (value: number, scale: number | null) =>
    judge(curve((epoch) => epoch === 1 ? 4 : value), 0, { ...PHASE, scale }).level;
  assert.deepEqual([0, 0.02, 0.0201, 0.2, 0.201].map((value) => levelAt(value, 2)), [
    "at",
    "at",
    "near",
    "near",
    "far",
  ]);
  assert.deepEqual([0.04, 0.4, 0.41].map((value) => levelAt(value, null)), ["at", "near", "far"]);
});

Deno.test("a curve that rises in the terminal phase is rising, though below where it began", () => {
  const { trend, fall, windowFall } = judge(curve((epoch) => epoch < 11 ? 100 : epoch), 0, PHASE);
  assert.equal(trend, "rising");
  assert.ok(fall! > 3);
  assert.ok(windowFall! < 1);
});

Deno.test("the thresholds of a trend themselves count as change", () => {
  const step = (factor: number) => judge(curve((epoch) => epoch <= 20 ? 1 : factor), 0, PHASE).trend;
  assert.deepEqual([0.8, 0.81, 1, 1.24, 1.25].map(step), ["falling", "flat", "flat", "flat", "rising"]);
});

Deno.test("a trend is of its window alone", () => {
  const readings = curve((epoch) => epoch <= 10 ? 0.5 ** epoch : epoch <= 24 ? 1 : 50);
  assert.equal(judge(readings, 0, { ...PHASE, window: { from: 11, to: 24 } }).trend, "flat");
  assert.equal(judge(readings, 0, PHASE).trend, "rising");
  assert.equal(judge(readings, 0, { ...PHASE, window: { from: 1, to: 10 } }).trend, "falling");
});

Deno.test("what rises to its ideal falls in distance as what falls to it", () => {
  const rising = judge(curve((epoch) => 1 - 0.8 ** epoch), 1, PHASE);
  const falling = judge(curve((epoch) => 0.8 ** epoch), 0, PHASE);
  assert.equal(rising.trend, "falling");
  assert.ok(Math.abs(rising.fall! / falling.fall! - 1) < 1e-9);
});

Deno.test("one odd checkpoint changes no trend", () => {
  const spike = curve((epoch) => epoch === 30 ? 1000 : 0.8 ** epoch);
  assert.equal(judge(spike, 0, PHASE).trend, "falling");
});

Deno.test("a curve that is zero throughout is at collapse and flat, without a factor", () => {
  const { level, trend, fall, windowFall, base, scaled } = judge(curve(() => 0), 0, PHASE);
  assert.deepEqual([level, trend, fall, windowFall, base], ["at", "flat", null, null, null]);
  assert.ok(scaled.every(({ distance }) => distance === 0));
});

Deno.test("a curve that reaches zero in the terminal phase is at collapse and falling, without limit", () => {
  const { level, trend, fall } = judge(curve((epoch) => Math.max(0, 20 - epoch)), 0, PHASE);
  assert.deepEqual([level, trend, fall], ["at", "falling", Infinity]);
});

Deno.test("rounding beside an ideal that is not zero counts as having arrived", () => {
  const { level, trend } = judge(curve((epoch) => epoch < 5 ? 0.5 : 1 + 1e-15), 1, PHASE);
  assert.deepEqual([level, trend], ["at", "flat"]);
});

Deno.test("a curve that starts on its ideal is compared with the first checkpoint away from it", () => {
  const { base, scaled } = judge(curve((epoch) => epoch === 1 ? 0 : 4), 0, PHASE);
  assert.deepEqual(base, { epoch: 2, value: 4 });
  assert.deepEqual(scaled.slice(0, 2).map(({ distance }) => distance), [0, 1]);
});

Deno.test("a curve that is nowhere defined has neither level nor trend nor factor, and says why", () => {
  const { level, trend, fall, reason } = judge(curve(() => null), 0, PHASE);
  assert.deepEqual([level, trend, fall], [null, null, null]);
  assert.equal(reason, "defined too rarely for a trend");
});

Deno.test("undefined checkpoints are passed over, and an undefined last one leaves no level and no factor", () => {
  const { level, trend, fall } = judge(curve((epoch) => epoch % 2 === 0 ? null : 0.8 ** epoch), 0, PHASE);
  assert.deepEqual([level, trend, fall], [null, "falling", null]);
});

Deno.test("three checkpoints of the terminal phase are too few for a trend, four are enough", () => {
  const trendFrom = (from: number) =>
    judge(curve((epoch) => 0.8 ** epoch), 0, { ...PHASE, window: { from, to: 30 } });
  assert.equal(trendFrom(28).reason, "too few checkpoints for a trend");
  assert.equal(trendFrom(27).trend, "falling");
});

Deno.test("without a terminal phase there is a level and no trend", () => {
  const { level, trend, reason } = judge(curve((epoch) => 0.8 ** epoch), 0, { window: null, scale: 1 });
  assert.deepEqual([level, trend, reason], ["at", null, "no terminal phase is known"]);
});

const call = (words: string): Call => {
  const [level, trend] = words.split(" ");
  return { level, trend } as Call;
};

Deno.test("a family has the level and the trend that most votes have, and none where they are tied", () => {
  const family = (...votes: string[]) => majority(votes.map(call));
  assert.deepEqual(family("near falling", "near flat", "far falling"), call("near falling"));
  assert.deepEqual(family("near falling", "far falling"), { level: null, trend: "falling" });
  assert.deepEqual(majority([]), { level: null, trend: null });
  assert.deepEqual(majority([{ level: "at", trend: null }]), { level: "at", trend: null });
});

Deno.test("votes of what is at collapse count", () => {
  assert.deepEqual(majority(["at flat", "at flat", "far rising"].map(call)), call("at flat"));
});

Deno.test("a definition contradicts its family at the other end of the levels, or in the other direction", () => {
  const against = (own: string, family: string) => contradicts(call(own), call(family));
  assert.ok(against("far flat", "at flat"));
  assert.ok(against("at flat", "far flat"));
  assert.ok(against("near rising", "near falling"));
  assert.ok(!against("near flat", "at falling"));
  assert.ok(!against("far flat", "near falling"));
  assert.ok(!against("at rising", "near falling"));
  assert.ok(!contradicts(call("far rising"), { level: null, trend: null }));
});

Deno.test("calls are counted from nearest to farthest", () => {
  const calls = ["far flat", "at flat", "near falling", "far flat"].map(call);
  assert.deepEqual(countCalls([...calls, { level: null, trend: null }]), [
    { words: "at, flat", count: 1 },
    { words: "near, falling", count: 1 },
    { words: "far, flat", count: 2 },
  ]);
});

Deno.test("a reading that is its own yardstick has no level; one that was away before, or has a scale, does", () => {
  const last = (values: (number | null)[], scale: number | null = null) =>
    judge(values.map((value, i) => ({ epoch: i + 1, value })), 0, { window: null, scale }).level;
  assert.equal(last([1e-9]), null);
  assert.equal(last([null, 0, 3]), null);
  assert.equal(last([0]), "at");
  assert.equal(last([4, 0.1]), "near");
  assert.equal(last([1e-9], 2), "at");
});

Deno.test("around an ideal of zero, what is rounding on the scale does not rise", () => {
  const noise = judge(curve((epoch) => epoch * 1e-17), 0, { ...PHASE, scale: 2 });
  assert.deepEqual([noise.level, noise.trend, noise.fall], ["at", "flat", null]);
  assert.equal(judge(curve((epoch) => epoch * 1e-10), 0, { ...PHASE, scale: 2 }).trend, "rising");
});
