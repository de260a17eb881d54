import assert from "node:assert/strict";
import { arraySource } from "../../src/collapse/array_source.ts";
import {
  CATALOGUE,
  FIRST_METRICS,
  idealOf,
  memoryOf,
  type Metric,
  scaleOf,
  select,
} from "../../src/collapse/catalogue.ts";
import { measure } from "../../src/collapse/measure.ts";
import { closure } from "../../src/collapse/needs/need.ts";

Deno.test("the catalogue starts with the columns of the reference figures", () => {
  assert.deepEqual(CATALOGUE.slice(0, FIRST_METRICS.length).map(({ name }) => name), [...FIRST_METRICS]);
});

Deno.test("no two metrics share a name", () => {
  assert.equal(new Set(CATALOGUE.map(({ name }) => name)).size, CATALOGUE.length);
});

Deno.test("beyond the first columns a name tells family and split", () => {
  for (const { name, family, split } of CATALOGUE.slice(FIRST_METRICS.length)) {
    assert.ok(name.startsWith(`${family.toLowerCase()}_`), name);
    assert.ok(split === "classifier" ? name.includes("weights") : name.endsWith(`_${split}`), name);
  }
});

Deno.test("every metric has a formula, a range, a value at collapse, a source and notes", () => {
  for (const { name, variant, formula: { tex, plain }, range, atCollapse, source, notes } of CATALOGUE) {
    const texts = [variant, tex, plain, range, atCollapse, source, notes];
    for (const text of texts) assert.ok(text.length > 0, name);
  }
});

Deno.test("the default selection needs no pass beside the first columns', and no matrix as large as d × d", () => {
  const passesOf = (metrics: readonly Metric[]) =>
    new Set(
      metrics.flatMap(({ needs, split }) => closure(needs, split)).map(({ need }) => need)
        .filter(({ passes }) => passes > 0).map(({ name }) => name),
    );
  const chosen = select("default");
  assert.deepEqual(passesOf(chosen), passesOf(CATALOGUE.slice(0, FIRST_METRICS.length)));
  const growth = (width: number) => memoryOf(chosen, { classes: 10, width });
  assert.equal(growth(4096) - growth(2048), growth(2048) - growth(0));
  assert.ok(memoryOf(select("all"), { classes: 10, width: 4096 }) > 8 * 4096 ** 2);
});

Deno.test("the first columns are found by their systematic names, too", () => {
  for (const { name, systematic } of CATALOGUE) {
    assert.deepEqual(select([systematic]), select([name]));
  }
  assert.deepEqual(
    CATALOGUE.filter(({ name, systematic }) => name !== systematic).map(({ name }) => name),
    FIRST_METRICS,
  );
});

Deno.test("a definition is chosen by its own name, with all its columns", () => {
  const names = select(["nc1_quotient", "nc2_etf"]).slice(FIRST_METRICS.length).map(({ name }) => name);
  assert.deepEqual(names, [
    "nc1_quotient_train",
    "nc1_quotient_test",
    "nc2_etf_means_train",
    "nc2_etf_means_test",
    "nc2_etf_weights",
  ]);
});

Deno.test("named metrics come in the order of the catalogue, after the first columns", () => {
  const names = select(["nc1_vci_train", "nc1_cdnv_test", "equinorm_means"]).map(({ name }) => name);
  assert.deepEqual(names, [...FIRST_METRICS, "nc1_cdnv_test", "nc1_vci_train"]);
});

Deno.test("what needs out-of-distribution features is selected where there are some, or by name", () => {
  const splitsOf = (...args: Parameters<typeof select>) => new Set(select(...args).map(({ split }) => split));
  for (const selection of ["default", "all"] as const) {
    assert.equal(splitsOf(selection).has("ood"), false);
    assert.equal(splitsOf(selection, { ood: true }).has("ood"), true);
  }
  assert.equal(splitsOf(["nc5_orthogonality_ood"]).has("ood"), true);
});

Deno.test("a scale is a distance above zero, and none is stated for kernels, logits and losses", () => {
  const without = /^nc2_(log|riesz|distance)_(mean|variance)|fourth|uniform_duality|bias_collapse|^mse_/;
  for (const metric of CATALOGUE) {
    const scale = scaleOf(metric, 10, 512);
    assert.ok(scale === null || scale > 0, metric.name);
    if (without.test(metric.name)) assert.equal(scale, null, metric.name);
  }
});

Deno.test("the Riesz kernel says nothing where a pair of classes that is a tenth closer outweighs all others", () => {
  const riesz = CATALOGUE.find(({ name }) => name === "nc2_riesz_mean_means_train")!;
  assert.match(riesz.uninformative!(10, 512)!, /^at d = 512 .* about 10\^21 times/);
  // 1.1^(d − 2) against the 44 other pairs.
  assert.equal(riesz.uninformative!(10, 41), null);
  assert.notEqual(riesz.uninformative!(10, 42), null);
  assert.equal(riesz.uninformative!(100, 42), null);
});

Deno.test("at ten classes of wide features only the Riesz kernel and the trap say nothing", () => {
  const silent = CATALOGUE.filter(({ uninformative }) => uninformative?.(10, 512));
  assert.deepEqual(silent.filter(({ name }) => !/^nc2_(riesz|maxangle_signed)_/.test(name)), []);
  // Three statistics and the trap, each on class means around both centres, of both splits, and on the classifier.
  assert.equal(silent.length, 4 * 5);
});

Deno.test("beyond d + 1 classes what holds vectors against a simplex says nothing, and the largest cosine has its own ideal", () => {
  const judged = (classes: number, width: number) =>
    CATALOGUE.filter((metric) => (metric.uninformative?.(classes, width) ?? null) === null).map((
      { definition },
    ) => definition);
  const simplexOnly = ["nc2_maxangle", "nc2_equiangular", "nc2_etf", "nc2_log_cov", "nc3_etf"];
  for (const name of simplexOnly) {
    assert.ok(judged(7, 6).includes(name), name);
    assert.ok(!judged(8, 6).includes(name), name);
  }
  assert.ok(judged(8, 6).includes("nc2_equinorm") && judged(8, 6).includes("nc3_self_duality"));
  const cosine = CATALOGUE.find(({ name }) => name === "nc2_max_cosine_weights")!;
  assert.deepEqual([[7, 6], [8, 6], [12, 6], [13, 6]].map(([c, d]) => idealOf(cosine, c!, d!)), [
    -1 / 6,
    0,
    0,
    null,
  ]);
});

Deno.test("an orthoplex has the largest cosine that its verdict is held against", async () => {
  const [classes, width] = [8, 5];
  // ±e_1 … ±e_4 in five dimensions, three samples each.
  const labels = Int32Array.from({ length: 3 * classes }, (_, i) => i % classes);
  const features = new Float64Array(labels.length * width);
  labels.forEach((c, i) => features[i * width + Math.floor(c / 2)] = c % 2 === 0 ? 1 : -1);
  const weight = features.slice(0, classes * width);
  const train = arraySource({ features, labels, width, classes });
  const { values } = await measure({ train, classifier: { weight } }, { metrics: ["nc2"] });
  for (const name of ["nc2_max_cosine_means_train", "nc2_max_cosine_weights"]) {
    const metric = CATALOGUE.find((each) => each.name === name)!;
    assert.equal(values[name], idealOf(metric, classes, width), name);
    assert.equal(metric.uninformative?.(classes, width) ?? null, null);
  }
  assert.ok(values.maxangle_means! > 0.1);
});
