/** What can be asked of the last layer and of the features that it reads, and what is refused. */
import { deepEqual, equal, throws } from "node:assert/strict";
import { protocolFrom } from "../../src/experiment/options.ts";
import { recipeOf } from "../../src/experiment/recipe.ts";
import { decayBesideSquares } from "../../src/experiment/squared_error.ts";
import { protocolRows } from "../../src/experiment/words.ts";

const of = (texts: Record<string, string>) => protocolFrom("Drawn10", texts);

/** The row of the report that tells the last layer. */
function words(texts: Record<string, string>): string {
  return new Map(protocolRows(of(texts), String)).get("Classifier")!;
}

Deno.test("the last layer is told as it is", () => {
  equal(words({}), "learned, with bias");
  equal(
    words({ "no-bias": "", width: "5" }),
    "learned, without bias, on features of width 5 by a linear layer",
  );
  equal(
    words({ classifier: "etf", "etf-scale": "3" }),
    "fixed simplex ETF with rows of length 3, with bias",
  );
  equal(
    words({ classifier: "etf", "no-bias": "yes", temperature: "0.1" }),
    "fixed simplex ETF with rows of length 1, without bias, logits cos / 0.1",
  );
});

Deno.test("what was said of the features goes along when another kind is chosen", () => {
  const { classifier } = of({ classifier: "etf", "no-bias": "", width: "12" });
  deepEqual(classifier, { kind: "etf", scale: 1, noBias: true, width: 12, temperature: null });
});

Deno.test("what cannot be together is refused in a line that says why", () => {
  const refused: [Record<string, string>, RegExp][] = [
    [{ temperature: "0.1" }, /^Error: --temperature: expected --no-bias beside it, .*, found a bias$/],
    [{ classifier: "etf", temperature: "0.1" }, /^Error: --temperature: expected --no-bias beside it/],
    [
      { classifier: "etf", temperature: "0.1", "no-bias": "", "etf-scale": "2" },
      /^Error: --etf-scale: expected 1 beside --temperature, .*, found 2$/,
    ],
    [{ "etf-scale": "2" }, /^Error: --etf-scale is of --classifier etf, found learned; /],
    [
      { temperature: "1", "no-bias": "", "feature-decay": "0.01" },
      /^Error: --feature-decay: expected 0 beside --temperature, .*, found 0\.01$/,
    ],
    [{ temperature: "0" }, /^Error: --temperature: expected none, or a number above 0 .*, found "0"$/],
    [{ width: "0" }, /^Error: --width: expected own, or a whole number from 1 to 65536, found "0"$/],
    [{ "feature-decay": "-1" }, /^Error: --feature-decay: expected a number of at least 0 .*, found "-1"$/],
  ];
  for (const [texts, message] of refused) throws(() => of(texts), message);
});

Deno.test("features decay with every optimizer, in a line of their own", () => {
  for (const optimizer of ["sgd", "sgdw", "adam", "adamw", "muon"]) {
    equal(recipeOf(of({ optimizer })).includes("penalty"), false);
    const protocol = of({ optimizer, "feature-decay": "0.25" });
    equal(/^penalty features=0\.25$/m.test(recipeOf(protocol)), true);
    const told = new Map(protocolRows(protocol, String)).get("Optimizer")!;
    equal(told.endsWith(", 0.25/2 · mean ‖h‖² in the loss"), true, told);
  }
});

Deno.test("weight decay beside a mean over C classes is C times that beside their sum", () => {
  const decay = (texts: Record<string, string>) =>
    decayBesideSquares(of({ "weight-decay": "0.01", ...texts }), 10);
  equal(decay({}), 0.01);
  equal(decay({ loss: "mse" }), 0.1);
  equal(decay({ loss: "mse", "mse-scale": "5", "mse-target": "3" }), 0.01);
});
