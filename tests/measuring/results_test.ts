import assert from "node:assert/strict";
import { CATALOGUE } from "../../src/collapse/catalogue.ts";
import { asText, type Result } from "../../src/measuring/results.ts";

const RESULT: Omit<Result, "values"> = {
  samples: "9 training samples",
  classes: 3,
  width: 2,
  title: "all",
  source: "features",
  epoch: null,
  images: null,
  notes: [],
  trust: {},
};

Deno.test("every value stands apart from the name of its metric, however long", () => {
  const values = Object.fromEntries(CATALOGUE.map(({ name }) => [name, 0.25]));
  const lines = asText({ ...RESULT, values }).split("\n");
  for (const { name } of CATALOGUE) assert.ok(lines.some((line) => line.match(`^  ${name} {2,}0.25$`)), name);
});

Deno.test("values stand below each other, and what was not given is counted at the end", () => {
  const values = {
    within_class_variation: 0.25,
    nc2_equinorm_class_centred_means_train: 0.5,
    test_accuracy: null,
    nc1_svd_test: null,
    equinorm_weights: null,
  };
  const reason = (text: string) => ({ undefined: text });
  const text = asText({
    ...RESULT,
    values: { ...values, equiangular_means: null },
    trust: {
      test_accuracy: reason("there is no test split"),
      nc1_svd_test: reason("there is no test split"),
      equinorm_weights: reason("there is no classifier"),
      equiangular_means: reason("class means coincide"),
    },
  });
  assert.equal(
    text,
    `all

NC1
  within_class_variation                  0.25

NC2
  equiangular_means                       –             class means coincide
  nc2_equinorm_class_centred_means_train  0.5

without a value: 2 metrics as there is no test split, 1 as there is no
classifier`,
  );
});
