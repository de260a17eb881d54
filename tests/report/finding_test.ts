/** What a report says of a run in its first sentences, where they could be false. */
import assert from "node:assert/strict";
import { finding } from "../../src/report/finding.ts";
import { readingOf } from "../../src/report/report.ts";
import type { Measurement } from "../../src/run/tables.ts";
import { LOG, MEASUREMENTS, RUN, withValues } from "./synthetic_run.ts";

/** The text of both paragraphs. */
function said(measurements: readonly Measurement[], log = LOG): string {
  const { lead, beside } = finding(readingOf(RUN, measurements, log, null).input);
  return `${lead.markup} ${beside.markup}`.replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ");
}

Deno.test("where no training accuracy is known, the terminal phase is not said to be still to come", () => {
  const unknown = withValues(MEASUREMENTS, () => ({ train_accuracy: null }));
  const text = said(unknown, []);
  assert.match(text, /Training accuracy is not known, so it cannot be said where a terminal phase begins\./);
  assert.match(text, /\d+ of \d+ main measures are at collapse or near it/);
  assert.doesNotMatch(text, /reached|has not begun/);
});

Deno.test("what broke for good is not said to be whole again", () => {
  const broken = withValues(MEASUREMENTS, ({ epoch }) => epoch >= 200 ? { train_accuracy: 97.5 } : {});
  const text = said(broken);
  assert.match(text, /It is broken from epoch 200 on/);
  assert.match(text, /its last checkpoint is out of the terminal phase/);
  assert.doesNotMatch(text, /whole again|on the way/);
});

Deno.test("an accuracy just below the threshold is not rounded to it", () => {
  const nearly = withValues(MEASUREMENTS, (row) => ({
    train_accuracy: Math.min(99.896, row.values.train_accuracy!),
  }));
  assert.match(said(nearly), /has not reached 99\.9 %.*The best training accuracy measured is 99\.896 %/);
});

Deno.test("before the terminal phase nothing is said of what collapse is a property of; what stays is said to stay", () => {
  const early = withValues(MEASUREMENTS, () => ({ train_accuracy: 50, self_duality: 0.3, nc1_svd_test: 20 }));
  const text = said(early);
  assert.doesNotMatch(text, /property of the training set/);
  assert.match(text, /classifier and class means stayed at 0\.300\./);
});

Deno.test("of unbalanced classes the class-centred columns decide: an exact simplex collapses", () => {
  const exact = withValues(MEASUREMENTS, ({ epoch }) => {
    const far = epoch < 150 ? 1 : 0;
    return {
      equinorm_means: 0.11,
      equiangular_means: 0.2,
      maxangle_means: 0.145,
      self_duality: 0.5,
      nc2_equinorm_class_centred_means_train: far * 0.1,
      nc2_equiangular_class_centred_means_train: far * 0.2,
      nc2_maxangle_class_centred_means_train: far * 0.1,
      nc3_self_duality_class_centred_train: far * 0.3,
    };
  });
  const text = said(exact);
  assert.match(text, /This network collapses\./);
  assert.match(text, /classifier and class means (fell|went) .*→ 0/);
});
