/** Networks with another last layer. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { type LastLayer, withClassifier } from "../../src/models/classifier.ts";
import { encodePlan } from "../../src/models/encode.ts";
import { makePlan } from "../../src/models/make_plan.ts";
import { mlp } from "../../src/models/mlp.ts";
import { rewritePlan } from "../../src/models/rewrite.ts";

const OWN: LastLayer = { bias: true, width: null, temperature: null };
const NETWORK = mlp({ classes: 10, depth: 1, width: 20 });

function planOf(last: Partial<LastLayer>) {
  return rewritePlan(makePlan(withClassifier(NETWORK, { ...OWN, ...last }), [1, 4, 4]));
}

/** The lines of the plan behind the hidden layer. */
function linesOf(last: Partial<LastLayer>): string[] {
  return encodePlan(planOf(last)).trim().split("\n").filter((line) => !line.includes("hidden"));
}

Deno.test("where nothing is said the plan is that of the network alone", () => {
  equal(encodePlan(planOf({})), encodePlan(rewritePlan(makePlan(NETWORK, [1, 4, 4]))));
});

Deno.test("a width is that of a linear layer before the classifier, whose output is the feature", () => {
  const plan = planOf({ width: 3, bias: false });
  equal(plan.width, 3);
  equal(plan.feature, plan.names.get("projection"));
  deepEqual(linesOf({ width: 3, bias: false }).slice(1, 4), [
    `parameter name=projection.weight shape=3,20 init=uniform value=${1 / Math.sqrt(20)}`,
    `parameter name=projection.bias shape=3 init=uniform value=${1 / Math.sqrt(20)}`,
    `parameter name=fc.weight shape=10,3 init=uniform value=${1 / Math.sqrt(3)}`,
  ]);
});

Deno.test("with a temperature the feature is what has been divided by its length", () => {
  const plan = planOf({ temperature: 0.25, bias: false });
  equal(plan.feature, plan.names.get("normalised"));
  equal(plan.temperature, 0.25);
  equal(planOf({}).temperature, undefined);
  deepEqual(linesOf({ temperature: 0.25, bias: false }).slice(-3), [
    "normalise to=4 from=3",
    "linear to=5 from=4 weight=fc.weight temperature=0.25",
    "output feature=4 logits=5 width=20 classes=10",
  ]);
});

Deno.test("a fixed simplex needs features of at least one number less than classes", () => {
  const etf = { weightInit: { kind: "etf", length: 2 }, frozen: true } as const;
  equal(
    linesOf({ ...etf, width: 9 }).at(3),
    "parameter name=fc.weight shape=10,9 init=etf value=2 frozen=1",
  );
  throws(
    () => planOf({ ...etf, width: 8 }),
    /^Error: fc: expected features of at least 9 numbers, .* found 8; choose a larger --width, or --classifier learned$/,
  );
});
