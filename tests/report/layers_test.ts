/** Layers in a report: the law's numbers, the curves and the map. */
import assert from "node:assert/strict";
import { separationLaw } from "../../src/collapse/separation_law.ts";
import { layerChart, layerMap } from "../../src/report/layers_chart.ts";
import { layersPicture, layersSection } from "../../src/report/layers_section.ts";
import { renderSvg } from "../../src/report/render.ts";
import { writeReport } from "../../src/report/report.ts";
import type { LayerRow } from "../../src/run/layers.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { LOG, MEASUREMENTS, RUN } from "./synthetic_run.ts";

const FUZZINESS = { metric: "nc1_fuzziness_train", title: "Fuzziness", term: "D" };

/** A layer halves D at epoch 1, and quarters it at epoch 10. */
const ROWS: readonly LayerRow[] = [[1, 2], [5, 3], [10, 4]].flatMap(([epoch, factor]) =>
  [1, 2, 3, 4, 5].map((layer) => ({
    epoch: epoch!,
    layer,
    name: `block${layer}`,
    form: "pooled",
    width: 8,
    values: {
      nc1_fuzziness_train: 100 * factor! ** -layer,
      nc4_ncc_accuracy_test: 10 * layer,
      accuracy_probe_test: [40, 60, 76.5, 79, 80][layer - 1]!,
      nc4_ncc_accuracy_train: 95 + layer * epoch! / 10,
    },
  }))
);

test(
  "a report with layers has their section and picture, and one without has neither",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const content = { run: RUN, measurements: MEASUREMENTS.slice(0, 3), log: LOG };
      await writeReport(`${folder}/with`, {
        ...content,
        layers: ROWS,
        files: new Map([["layers.csv", "epoch\n"]]),
      });
      await writeReport(`${folder}/without`, content);
      for (const name of ["layers.svg", "layers.png"]) {
        assert.ok((await Deno.stat(`${folder}/with/${name}`)).size > 1000, name);
        await assert.rejects(Deno.stat(`${folder}/without/${name}`), Deno.errors.NotFound);
      }
      const page = await Deno.readTextFile(`${folder}/with/index.html`);
      assert.match(page, /<h2 id="layers">/);
      assert.match(page, /<a href="layers.csv">/);
      assert.doesNotMatch(await Deno.readTextFile(`${folder}/without/index.html`), /id="layers"/);
    });
  },
);

Deno.test("table and curves are of the epochs that are chosen, maps of all", () => {
  const { markup } = layersSection(ROWS, [10, 5]);
  assert.deepEqual([...markup.matchAll(/<th scope="row">(\d+)<\/th>/g)].map(([, epoch]) => epoch), [
    "5",
    "10",
  ]);
  const picture = layersPicture(ROWS, "layers", [1, 5])!;
  assert.match(picture, />epoch 5</);
  assert.doesNotMatch(picture, />epoch 10</);
  assert.match(picture, /multiplies the fuzziness by 0\.333/);
  assert.match(picture, /layer 1 \(block1\), epoch 10: /);
  assert.match(layersPicture(ROWS, "layers")!, />epoch 10</);
});

Deno.test("the table says of each epoch drawn how the law holds", () => {
  const { markup } = layersSection(ROWS);
  const rows = [...markup.matchAll(/<th scope="row">(\d+)<\/th>(.*?)<\/tr>/gs)];
  const cells = rows.map((
    [, epoch, rest],
  ) => [epoch, ...[...rest!.matchAll(/>([^<]+)<\/td>/g)].map(([, x]) => x)]);
  assert.deepEqual(cells, [
    ["1", "0.500", "−0.693", "−1.00", "–", "3 (4)"],
    ["5", "0.333", "−1.10", "−1.00", "–", "3 (4)"],
    ["10", "0.250", "−1.39", "−1.00", "4", "3 (4)"],
  ]);
  assert.match(markup, /Outputs of 5 layers/);
  assert.equal(layersPicture([], "none"), null);
  assert.match(layersPicture(ROWS, "title")!, /multiplies the fuzziness by 0\.250, correlation −1\.00/);
});

Deno.test("a quantity that no layer has is not drawn", () => {
  assert.equal([...layersSection(ROWS).markup.matchAll(/<figure class="card">/g)].length, 5);
  const fuzzinessAlone = ROWS.map((row) => ({
    ...row,
    values: { nc1_fuzziness_train: row.values.nc1_fuzziness_train! },
  }));
  const { markup } = layersSection(fuzzinessAlone);
  assert.equal([...markup.matchAll(/<figure class="card">/g)].length, 2);
  assert.match(markup, /–<\/td><\/tr>/);
});

Deno.test("a chart has a line an epoch, a dot a layer, and the law's line where it is given", () => {
  const drawn = (law: Parameters<typeof layerChart>[2]["law"]) =>
    renderSvg(layerChart(ROWS, FUZZINESS, { epochs: [1, 10], law: law ?? null }));
  const plain = drawn(null);
  assert.equal([...plain.matchAll(/<circle/g)].length, 10);
  assert.match(plain, />epoch 1</);
  assert.match(plain, />epoch 10</);
  assert.doesNotMatch(plain, />epoch 5</);
  assert.doesNotMatch(plain, /stroke-dasharray/);
  const law = separationLaw(ROWS.slice(-5).map(({ values }) => values.nc1_fuzziness_train!));
  assert.match(drawn(law), /stroke-dasharray/);
});

Deno.test("a map has a cell for each layer and checkpoint, darkest where the value is largest", () => {
  const svg = renderSvg(layerMap(ROWS, FUZZINESS));
  const cells = [...svg.matchAll(/<rect [^>]*fill-opacity="([^"]+)"[^>]*><title>layer (\d).*?epoch (\d+)/g)];
  assert.equal(cells.length, ROWS.length);
  const darkest = cells.toSorted((a, b) => Number(b[1]) - Number(a[1]));
  assert.deepEqual(darkest[0]!.slice(2), ["1", "1"]);
  assert.deepEqual(darkest.at(-1)!.slice(2), ["5", "10"]);
});

Deno.test("a layer whose value is zero is marked at the lower edge, and the map has a cell for it", () => {
  const rows = ROWS.map((row) => row.layer === 5 ? { ...row, values: { nc1_fuzziness_train: 0 } } : row);
  const chart = renderSvg(layerChart(rows, FUZZINESS, { epochs: [1, 10] }));
  assert.equal(chart.match(/layer 5 \(block5\), epoch \d+: 0</g)?.length, 2);
  const map = renderSvg(layerMap(rows, FUZZINESS));
  assert.equal(map.match(/layer 5 \(block5\), epoch \d+: 0</g)?.length, 3);
  assert.doesNotMatch(chart + map, /NaN|Infinity/);
});
