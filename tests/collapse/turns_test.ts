/** Long measuring leaves the event loop its turns, and can be stopped between its parts. */
import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import { bootstrap } from "../../src/collapse/bootstrap.ts";
import { measure } from "../../src/collapse/measure.ts";
import { gaussianCase } from "./features.ts";

/** Takes many times as long as a part of the work. */
const LONG = gaussianCase({ counts: Array(12).fill(60), width: 120 });
const INPUT = { train: arraySource(LONG), test: arraySource(LONG), classifier: LONG };

/** Calls `tick` whenever the event loop has its turn, until it is disposed. */
function whileAlive(tick: () => void): Disposable {
  let timer = setTimeout(function again() {
    tick();
    timer = setTimeout(again);
  });
  return { [Symbol.dispose]: () => clearTimeout(timer) };
}

Deno.test("timers run while all metrics are measured", async () => {
  let turns = 0;
  using _ticking = whileAlive(() => turns++);
  await measure(INPUT, { metrics: "all" });
  assert.ok(turns >= 3, `the event loop had ${turns} turns`);
});

Deno.test("measuring and resampling end by the signal's reason, from a timer, too", async () => {
  const why = new Error("stopped");
  const aborted = () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(why), 20);
    return controller.signal;
  };
  await assert.rejects(measure(INPUT, { metrics: "all", signal: aborted() }), why);
  await assert.rejects(bootstrap(INPUT, { replicates: 1_000_000, signal: aborted() }), why);
  await assert.rejects(measure(INPUT, { signal: AbortSignal.abort(why) }), why);
});
