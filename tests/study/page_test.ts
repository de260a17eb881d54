/** The page of a study: what it says of generated cells, and that what is in names is text. */
import assert from "node:assert/strict";
import { DOMParser } from "linkedom";
import { studyPage } from "../../src/study/page.ts";
import type { CellResult } from "../../src/study/results.ts";
import { generatedStudy } from "./generated_study.ts";

const WITHOUT = { curves: null, code: null };

Deno.test("a page says what was chosen and draws each measurement against each axis", () => {
  const { study: one, results } = generatedStudy();
  const document = new DOMParser().parseFromString(studyPage(one, results, WITHOUT), "text/html");
  const text = document.querySelector("main")!.textContent.replaceAll(/\s+/g, " ");
  assert.match(text, /lr 1, note a<b> has the highest test_accuracy: 70\.50\s%, the mean over 2 seeds\./);
  assert.match(text, /12 cells on Drawn10: 12 done/);
  const labels = [...document.querySelectorAll("svg")].map((svg) => svg.getAttribute("aria-label"));
  assert.deepEqual(labels, [
    "test_accuracy against lr, a dot a cell",
    "self_duality against lr, a dot a cell",
    "test_accuracy against note, a dot a cell",
    "self_duality against note, a dot a cell",
    "test_accuracy over lr and note",
    "self_duality over lr and note",
  ]);
  const titles = (svg: number) =>
    [...document.querySelectorAll("svg")[svg]!.querySelectorAll("circle title, rect title")]
      .map(({ textContent }) => textContent);
  assert.equal(titles(0).filter((title) => title.startsWith("lr=")).length, 12);
  assert.deepEqual(titles(0).filter((title) => title.startsWith("chosen: ")), [
    "chosen: lr=1,note=a<b>,seed=0: 70.0",
    "chosen: lr=1,note=a<b>,seed=1: 71.0",
  ]);
  assert.deepEqual(titles(4).filter((title) => title.endsWith("a chosen one among them")), [
    "lr 1, note a<b>: 70.5, median of 2, a chosen one among them",
  ]);
  const sources = [...document.querySelectorAll(".card .source")].map(({ textContent }) => textContent);
  assert.deepEqual(sources, [
    ...["test_accuracy, n = 2", "self_duality, n = 2"],
    ...["test_accuracy, n = 2", "self_duality, n = 2"],
    ...["test_accuracy, n = 2", "self_duality, n = 2"],
  ]);
  assert.equal(document.querySelectorAll("b").length, 0);
});

Deno.test("the table of associations holds the signs, and nothing for words", () => {
  const { study: one, results } = generatedStudy();
  const document = new DOMParser().parseFromString(studyPage(one, results, WITHOUT), "text/html");
  const rows = [...document.querySelectorAll("section[aria-labelledby=moves] tbody tr")]
    .map((row) => [...row.querySelectorAll("td")].map((cell) => cell.textContent));
  assert.match(rows[0]![0]!, /^0\.9\d \(0\.\d\d to 0\.9\d\), n = 12$/);
  assert.match(rows[1]![0]!, /^−1\.00, n = 12$/);
  assert.deepEqual(rows.map(([, word]) => word), ["–", "–"]);
});

Deno.test("a study without a measured cell says so", () => {
  const { study: one, results } = generatedStudy();
  const bare = results.map((result): CellResult => ({ ...result, state: "missing", best: null, last: {} }));
  assert.match(studyPage(one, bare, WITHOUT), /No cell has a value of test_accuracy yet\./);
});

Deno.test("cells whose value is zero are drawn and counted: without them a median would be another", () => {
  const { study: one, results } = generatedStudy();
  const zero = results.map((result, i): CellResult => ({
    ...result,
    last: { ...result.last, self_duality: i % 2 === 0 ? 0 : 10 ** i },
  }));
  const document = new DOMParser().parseFromString(studyPage(one, zero, WITHOUT), "text/html");
  const svg = document.querySelectorAll("svg")[1]!;
  const cells = [...svg.querySelectorAll("circle title")].filter(({ textContent }) =>
    textContent.startsWith("lr=")
  );
  assert.equal(cells.length, 12);
  assert.equal(cells.filter(({ textContent }) => textContent.endsWith(": 0")).length, 6);
});
