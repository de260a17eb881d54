/** The reliability figure: what is drawn of the bins, and where there are none. */
import assert from "node:assert/strict";
import { reliabilityPicture, reliabilitySection } from "../../src/report/reliability_section.ts";
import type { TrustRecord } from "../../src/run/tables.ts";

const BINS = [
  { count: 0, confidence: null, accuracy: null },
  { count: 30, confidence: 0.5, accuracy: 0.4 },
  { count: 70, confidence: 0.9, accuracy: 0.8 },
];
const TRUST: TrustRecord = {
  format: 1,
  width: 4,
  checkpoints: [
    { epoch: 1, bootstrap: null, metrics: { calibration_ece_test: { bins: [BINS[1]!] } } },
    { epoch: 5, bootstrap: null, metrics: { calibration_ece_test: { bins: BINS } } },
    { epoch: 9, bootstrap: null, metrics: { calibration_ece_test: { undefined: "there is no test split" } } },
  ],
};

Deno.test("the bins of the last checkpoint that has them are drawn, each with what it holds", () => {
  const { markup } = reliabilitySection(TRUST);
  assert.match(markup, /decisions of epoch 5 are right/);
  assert.equal([...markup.matchAll(/<figure class="card">/g)].length, 1);
  assert.match(markup, /Expected calibration error 10\.00.%, of 100 images/);
  assert.equal([...markup.matchAll(/ images, confidence /g)].length, 2);
  assert.match(reliabilityPicture(TRUST, "title")!, /epoch 5/);
});

Deno.test("without bins there is neither section nor picture", () => {
  const without = { ...TRUST, checkpoints: [TRUST.checkpoints[2]!] };
  for (const trust of [null, without]) {
    assert.equal(reliabilitySection(trust).markup, "");
    assert.equal(reliabilityPicture(trust, "title"), null);
  }
});
