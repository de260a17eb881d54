import assert from "node:assert/strict";
import { CATALOGUE } from "../../src/collapse/catalogue.ts";
import { asText } from "../../src/measuring/results.ts";

Deno.test("every value stands apart from the name of its metric, however long", () => {
  const values = Object.fromEntries(CATALOGUE.map(({ name }) => [name, 0.25]));
  const result = {
    samples: "9 training samples",
    classes: 3,
    width: 2,
    title: "all",
    source: "features",
    epoch: null,
    images: null,
    notes: [],
    values,
    trust: {},
  };
  const lines = asText(result).split("\n");
  for (const { name } of CATALOGUE) assert.ok(lines.some((line) => line.match(`^  ${name} {2,}0.25$`)), name);
});
