/// <reference lib="dom" />
/** The site in Chromium, from disk: what is dropped is measured as by the library, with no request and no message. */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import type { Page } from "playwright-core";
import { sitePage } from "../../src/cli/site.ts";
import { arraySource } from "../../src/collapse/array_source.ts";
import { measure } from "../../src/collapse/measure.ts";
import { LESSONS } from "../../src/explore/site/lessons.ts";
import { encodeNpy } from "../../src/formats/npy.ts";
import type { TensorData } from "../../src/formats/tensor.ts";
import { type Case, gaussianCase } from "../collapse/features.ts";
import { deflatedZip, encodeNpz, encodeSafetensors } from "../formats/whole_files.ts";
import { partsOf } from "../measuring/statistics.ts";
import { pageTest } from "./browser.ts";

const ROOT = new URL("../..", import.meta.url).pathname.replace(/\/$/, "");
/** Of three epochs, each nearer to collapse. */
const EPOCHS = [1, 0.3, 0.05].map((spread) => gaussianCase({ counts: [9, 8, 7], width: 4, spread }));
const given = EPOCHS[0]!;

function arraysOf({ features, labels, weight }: Case): [string, TensorData][] {
  return [
    ["train_features", { dtype: "float64", shape: [24, 4], data: features as Float64Array<ArrayBuffer> }],
    ["train_labels", { dtype: "int64", shape: [24], data: BigInt64Array.from(labels, BigInt) }],
    ["weight", { dtype: "float64", shape: [3, 4], data: weight as Float64Array<ArrayBuffer> }],
  ];
}

async function writeSite(folder: string): Promise<void> {
  await Deno.writeTextFile(`${folder}/index.html`, await sitePage(ROOT));
}

/** What was saved last, of a kind. */
async function savedText(page: Page, kind: "csv" | "json" | "html"): Promise<string> {
  // Where the page has just scrolled, the browser takes the next click for one on the report, which has a process of its own.
  await page.locator(`#save-${kind}`).scrollIntoViewIfNeeded();
  await page.waitForTimeout(300);
  const [saved] = await Promise.all([page.waitForEvent("download"), page.click(`#save-${kind}`)]);
  return await Deno.readTextFile(await saved.path());
}

/** Waits for the end of what `begin` began, and returns what the page says then. */
async function saysAfter(page: Page, begin: () => Promise<unknown>): Promise<string> {
  await page.evaluate(() => document.getElementById("status")!.textContent = "");
  await begin();
  await page.waitForFunction(() => /^(not )?measured/.test(document.getElementById("status")!.textContent!));
  return await page.textContent("#status") ?? "";
}

async function expectedOf({ features, labels, width, classes, weight }: Case) {
  const train = arraySource({ features, labels, width, classes });
  return (await measure({ train, classifier: { weight, bias: null } })).values;
}

function assertClose(found: Record<string, number>, expected: Record<string, number | null>): void {
  for (const [name, value] of Object.entries(expected)) {
    if (value === null) assert.equal(found[name], null, name);
    else assert.ok(Math.abs(found[name]! - value) <= 1e-9 * Math.max(1, Math.abs(value)), name);
  }
}

pageTest(
  "files that are dropped are measured in the page, and their report says all that one says",
  async (folder) => {
    await writeSite(folder);
    for (const [i, epoch] of EPOCHS.entries()) {
      await Deno.writeFile(`${folder}/${i + 1}.npz`, encodeNpz(arraysOf(epoch), { compressed: i === 1 }));
    }
  },
  async ({ page, folder, t }) => {
    await page.goto(pathToFileURL(`${folder}/index.html`).href);
    assert.match(await page.textContent("main") ?? "", /Nothing leaves this machine/);
    const files = [1, 2, 3].map((epoch) => `${folder}/${epoch}.npz`);
    assert.equal(await saysAfter(page, () => page.setInputFiles("#files", files)), "measured");
    const report = page.frameLocator("#report");

    await t.step("definitions, verdicts, doubts and geometry are in it, and it answers", async () => {
      await report.locator("html[data-ready]").waitFor();
      assert.match(await report.locator("h1").textContent() ?? "", /your features on 24 training samples/);
      const headings = await report.locator("h2").allTextContents();
      for (const heading of ["What this run shows", "Collapse seen", "All definitions", "How to read"]) {
        assert.ok(headings.includes(heading), `${heading} among ${headings.join(", ")}`);
      }
      assert.ok(await report.locator("details.row").count() > 50);
      assert.match(await report.locator("section.family#NC1 .note").textContent() ?? "", /of \d+ votes: /);
      assert.equal(await report.locator(".moving svg.stage").count(), 1);
      const row = report.locator("details.row#nc1_pinv_train");
      await row.locator("summary").first().click();
      assert.match(
        await row.locator(".open").textContent() ?? "",
        /Inverse.*: (stable|sensitive|unreliable)/s,
      );
    });

    await t.step("nothing in it leads to files that are not there", async () => {
      const links = await report.locator("a[href]").evaluateAll((all) =>
        all.map((link) => link.getAttribute("href")!)
      );
      assert.deepEqual(links.filter((link) => !/^(#|https:)/.test(link)), []);
      const places = await report.locator("[id]").evaluateAll((all) => all.map(({ id }) => id));
      assert.deepEqual(links.filter((link) => link.startsWith("#") && !places.includes(link.slice(1))), []);
    });

    await t.step("CSV and JSON hold the library's numbers, and the HTML opens by itself", async () => {
      const json = JSON.parse(await savedText(page, "json"));
      const [header, ...rows] = (await savedText(page, "csv")).trim().split("\n").map((line) =>
        line.split(",")
      );
      assert.deepEqual(rows.map(([epoch]) => epoch), ["1", "2", "3"]);
      for (const [i, epoch] of EPOCHS.entries()) {
        const expected = await expectedOf(epoch);
        assertClose(json.measurements[i].values, expected);
        const cells = Object.fromEntries(
          header!.map((name, k) => [name, rows[i]![k] === "" ? null : Number(rows[i]![k])]),
        );
        assertClose(cells as Record<string, number>, expected);
      }
      assert.ok(json.trust.checkpoints[0].metrics.nc1_pinv_train.sensitivity);
      await Deno.writeTextFile(`${folder}/saved.html`, await savedText(page, "html"));
      await page.goto(pathToFileURL(`${folder}/saved.html`).href);
      await page.waitForSelector("[data-ready]");
      assert.equal(await page.locator(".moving svg.stage").count(), 1);
    });
  },
);

pageTest(
  "folders of epochs, of .npy files and statistics, chosen or dropped, become curves",
  async (folder) => {
    await writeSite(folder);
    await Deno.mkdir(`${folder}/epochs/epoch_010`, { recursive: true });
    for (const [name, array] of arraysOf(given)) {
      await Deno.writeFile(`${folder}/epochs/epoch_010/${name}.npy`, encodeNpy(array));
    }
    await Deno.writeFile(`${folder}/epochs/20.safetensors`, encodeSafetensors(new Map(arraysOf(EPOCHS[1]!))));
    await Deno.writeFile(`${folder}/epochs/30.npz`, encodeNpz(arraysOf(EPOCHS[2]!)));
    await Deno.writeTextFile(`${folder}/epochs/readme.txt`, "not one of them");
    await Deno.writeFile(`${folder}/epochs/last.npz`, encodeNpz(arraysOf(EPOCHS[2]!)));
    const [part] = await partsOf({ train: given }, 1);
    await Deno.writeFile(`${folder}/statistics.npz`, encodeNpz(Object.entries(part!)));
  },
  async ({ page, folder, t }) => {
    await page.goto(pathToFileURL(`${folder}/index.html`).href);
    const requireSeries = async () => {
      const { epochs, lines } = JSON.parse(await savedText(page, "json"));
      assert.deepEqual(epochs, [10, 20, 30]);
      const note = lines.find(([name]: string[]) => name === "Note");
      assert.match(note[1], /Left out, for no epoch at the end of the name: epochs\/last\.npz/);
    };
    await t.step("chosen", async () => {
      assert.equal(
        await saysAfter(page, () => page.setInputFiles("#folder", `${folder}/epochs`)),
        "measured",
      );
      await requireSeries();
    });
    await t.step("dropped", async () => {
      const session = await page.context().newCDPSession(page);
      const data = { items: [], files: [`${folder}/epochs`], dragOperationsMask: 1 };
      const said = await saysAfter(page, async () => {
        for (const type of ["dragEnter", "dragOver", "drop"] as const) {
          await session.send("Input.dispatchDragEvent", { type, x: 200, y: 200, data });
        }
      });
      assert.equal(said, "measured");
      await requireSeries();
    });
    await t.step("partial statistics", async () => {
      assert.equal(
        await saysAfter(page, () => page.setInputFiles("#files", `${folder}/statistics.npz`)),
        "measured",
      );
      const { measurements: [{ values }] } = JSON.parse(await savedText(page, "json"));
      assertClose({ x: values.within_class_variation }, {
        x: (await expectedOf(given)).within_class_variation!,
      });
    });
  },
);

const small = encodeNpy({ dtype: "uint8", shape: [3], data: Uint8Array.of(1, 2, 3) });
const flipped = encodeNpz(arraysOf(given));
// Of the last array's bytes one: the directory behind them takes at most 60 an entry, the end record 22.
flipped[flipped.length - 22 - 3 * 60 - 20]! ^= 1;
/** What is refused, in a line each. */
const REFUSALS: Readonly<Record<string, readonly [bytes: Uint8Array, said: RegExp]>> = {
  "damaged.npz": [new TextEncoder().encode("PK"), /damaged\.npz: truncated, or not a zip/],
  "flipped.npz": [flipped, /flipped\.npz: damaged: the CRC-32 of entry "weight\.npy" is/],
  "bomb.npz": [deflatedZip([["weight.npy", small]], { size: 2 ** 31 }), /bomb\.npz: .*more than deflate can/],
  "empty.safetensors": [new Uint8Array(), /empty\.safetensors: expected at least 8 bytes, found 0/],
  "evil.pth": [new TextEncoder().encode("cos\nsystem\n(S'true'\ntR."), /evil\.pth: not a PyTorch checkpoint/],
  "alone.npz": [
    encodeNpz(arraysOf(given).slice(0, 1)),
    /expected train_features, train_labels at least, found no train_labels in alone\.npz/,
  ],
  "shape.npz": [
    encodeNpz([...arraysOf(given).slice(0, 2), ["weight", {
      dtype: "float64",
      shape: [4],
      data: new Float64Array(4),
    }]]),
    /shape\.npz \(weight\): expected a weight of classes × features, found shape \(4\)/,
  ],
  "labels.npz": [
    encodeNpz([...arraysOf(given).filter(([name]) => name !== "train_labels"), [
      "train_labels",
      { dtype: "int32", shape: [24], data: new Int32Array(24).fill(-1) },
    ]]),
    /labels\.npz \(train_labels\): expected labels from 0 to \d+, found -1 at sample 0/,
  ],
  "oversized.npy": [
    encodeNpy({ dtype: "uint8", shape: [3], data: Uint8Array.of(1, 2, 3) }).map((byte, i) =>
      i === 9 ? 255 : byte
    ),
    /oversized\.npy: expected a header of at most 10000 bytes/,
  ],
  "note.txt": [new Uint8Array(3), /expected \.npy, \.npz, \.safetensors or \.pth files, found note\.txt/],
};

pageTest(
  "damaged, hostile and oversized files are refused in a line, and the page goes on",
  async (folder) => {
    await writeSite(folder);
    for (const [name, [bytes]] of Object.entries(REFUSALS)) await Deno.writeFile(`${folder}/${name}`, bytes);
    await Deno.writeFile(`${folder}/sound.npz`, encodeNpz(arraysOf(given)));
  },
  async ({ page, folder, t }) => {
    await page.goto(pathToFileURL(`${folder}/index.html`).href);
    for (const [name, [, refusal]] of Object.entries(REFUSALS)) {
      await t.step(name, async () => {
        const said = await saysAfter(page, () => page.setInputFiles("#files", `${folder}/${name}`));
        assert.match(said, /^not measured: [^\n]+$/);
        assert.match(said, refusal);
        assert.ok(await page.isHidden("#report"));
      });
    }
    assert.equal(
      await saysAfter(page, () => page.setInputFiles("#files", `${folder}/sound.npz`)),
      "measured",
    );
  },
);

/** Columns by what they must say for each of the lessons; those left out may say either. */
const SAYS: Readonly<Record<string, Readonly<Record<string, "at" | "far">>>> = {
  "Nothing has collapsed": { within_class_variation: "far", maxangle_means: "far", self_duality: "far" },
  "All four": {
    within_class_variation: "at",
    maxangle_means: "at",
    equinorm_means: "at",
    self_duality: "at",
  },
  "NC1 alone": { within_class_variation: "at", maxangle_means: "far", self_duality: "far" },
  "NC2 and NC3 without NC1": { within_class_variation: "far", maxangle_means: "at", self_duality: "at" },
  "NC1 and NC2 without NC3": { within_class_variation: "at", maxangle_means: "at", self_duality: "far" },
  "One weak direction": { within_class_variation: "far", nc1_quotient_train: "at" },
  "Minority collapse": { maxangle_means: "far" },
};

pageTest(
  "drawn features show each kind of collapse, and sliders move what definitions say",
  writeSite,
  async (
    { page, folder, t },
  ) => {
    await page.goto(pathToFileURL(`${folder}/index.html`).href);
    const level = (column: string) => page.getAttribute(`#trial tr[data-column="${column}"]`, "data-level");
    const valueOf = (column: string) => page.textContent(`#trial tr[data-column="${column}"] td`);
    for (const { title, words } of LESSONS) {
      await t.step(title, async () => {
        await page.getByRole("button", { name: title, exact: true }).click();
        assert.equal(await page.textContent("#lesson"), words);
        for (const [column, expected] of Object.entries(SAYS[title]!)) {
          await page.waitForSelector(`#trial tr[data-column="${column}"][data-level="${expected}"]`, {
            state: "attached",
            timeout: 20_000,
          }).catch(async () =>
            assert.fail(
              `${column}: expected ${expected}, found ${await level(column)}, ${await valueOf(column)}`,
            )
          );
        }
        assert.ok(await page.locator("#trial svg.stage path").count() > 5);
      });
    }
    await t.step("a slider moves the value that is of it, and no other", async () => {
      await page.getByRole("button", { name: "All four", exact: true }).click();
      await page.waitForSelector('#trial tr[data-column="self_duality"][data-level="at"]', {
        state: "attached",
      });
      const spread = await valueOf("within_class_variation");
      await page.locator("#set-turn").evaluate((slider: HTMLInputElement) => {
        slider.value = "45";
        slider.dispatchEvent(new Event("input"));
      });
      await page.waitForSelector('#trial tr[data-column="self_duality"][data-level="far"]', {
        state: "attached",
      });
      assert.equal(await valueOf("within_class_variation"), spread);
      await page.locator("#set-noise").evaluate((slider: HTMLInputElement) => {
        slider.value = "0.3";
        slider.dispatchEvent(new Event("input"));
      });
      await page.waitForSelector('#trial tr[data-column="within_class_variation"][data-level="far"]', {
        state: "attached",
      });
    });
    await t.step("where definitions disagree, they are marked", async () => {
      await page.getByRole("button", { name: "One weak direction", exact: true }).click();
      await page.locator("#said-NC1 .alarm").first().waitFor({ state: "attached" });
    });
  },
);
