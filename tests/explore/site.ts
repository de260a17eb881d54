/// <reference lib="dom" />
/** The site in Chromium, from disk: dropped files are measured as by the library, with no request and no message. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { sitePage } from "../../src/cli/site.ts";
import { arraySource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";
import { gaussianCase } from "../collapse/features.ts";
import { encodeNpz } from "../formats/whole_files.ts";
import { pageTest } from "./browser.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
const given = gaussianCase({ counts: [9, 8, 7], width: 4 });

function npz(compressed: boolean): Uint8Array {
  const { features, labels, weight } = given;
  return encodeNpz([
    ["train_features", { dtype: "float64", shape: [24, 4], data: features as Float64Array<ArrayBuffer> }],
    ["train_labels", { dtype: "int64", shape: [24], data: BigInt64Array.from(labels, BigInt) }],
    ["weight", { dtype: "float64", shape: [3, 4], data: weight as Float64Array<ArrayBuffer> }],
  ], { compressed });
}

pageTest("files that are dropped are measured in the page", async (folder) => {
  await Deno.writeTextFile(`${folder}/index.html`, await sitePage(ROOT));
  for (const epoch of [1, 2]) await Deno.writeFile(`${folder}/${epoch}.npz`, npz(epoch === 2));
  await Deno.writeTextFile(`${folder}/damaged.npz`, "PK");
  const flipped = npz(false);
  // Of the last array's bytes one: the directory behind them takes 51 to 60 an entry and the end record 22.
  flipped[flipped.length - 22 - 3 * 60 - 20]! ^= 1;
  await Deno.writeFile(`${folder}/flipped.npz`, flipped);
}, async ({ page, folder }) => {
  await page.goto(pathToFileURL(`${folder}/index.html`).href);
  assert.match(await page.textContent("main") ?? "", /Nothing leaves this machine/);
  await page.setInputFiles("#files", [`${folder}/1.npz`, `${folder}/2.npz`]);
  await page.waitForFunction(() => document.getElementById("status")!.textContent === "measured");
  const report = page.frameLocator("#report");
  assert.match(await report.locator("h1").textContent() ?? "", /Your features on 24 training samples/);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click("#save-json")]);
  const json = JSON.parse(await Deno.readTextFile(await saved.path()));
  const { features, labels, width, classes, weight } = given;
  const train = arraySource({ features, labels, width, classes });
  const { values } = await measure({ train, classifier: { weight, bias: null } });
  for (const { values: found } of json.measurements) {
    for (const [name, value] of Object.entries(values)) {
      if (value === null) assert.equal(found[name], null, name);
      else assert.ok(Math.abs(found[name] - value) <= 1e-9 * Math.max(1, Math.abs(value)), name);
    }
  }
  const refusals = {
    damaged: /damaged\.npz: truncated, or not a zip/,
    flipped: /flipped\.npz: damaged: the CRC-32 of entry "weight\.npy" is/,
  };
  for (const [name, refusal] of Object.entries(refusals)) {
    await page.setInputFiles("#files", `${folder}/${name}.npz`);
    await page.waitForFunction(
      (name) => document.getElementById("status")!.textContent!.startsWith(`not measured: ${name}`),
      name,
    );
    assert.match(await page.textContent("#status") ?? "", refusal);
  }
});
