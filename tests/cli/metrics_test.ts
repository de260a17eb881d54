import assert from "node:assert/strict";
import { CATALOGUE, type Metric } from "../../src/collapse/catalogue.ts";
import { FIRST_METRICS } from "../../src/collapse/catalogue.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { runWithin } from "./within.ts";

const NEEDS = ["read", "write", "run", "env"] as const;

test("metrics prints every column of the catalogue once, in lines that fit a terminal", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const { code, stdout } = await runWithin(folder, ["metrics"]);
    assert.equal(code, 0);
    const lines = stdout.trimEnd().split("\n");
    assert.deepEqual(lines.filter((line) => line.length > 80), []);
    const columns = lines.flatMap((line) => /^ {2}(\w+) /.exec(line)?.[1] ?? []);
    assert.deepEqual(columns.toSorted(), CATALOGUE.map(({ name }) => name).toSorted());
  });
});

test("metrics prints one definition with its columns, formula, range and source", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const { stdout } = await runWithin(folder, ["metrics", "nc1_quotient_train"]);
    const [heading, , column, ...rest] = stdout.split("\n");
    assert.match(heading!, /^NC1: within-class variation/);
    assert.equal(column, "  nc1_quotient_train  training features");
    assert.deepEqual(rest.slice(0, 4), [
      "      quotient of traces",
      "      = Tr Σ_W / Tr Σ_B",
      "      range [0, ∞); at collapse 0; no trace of it 1 from there",
      "      source: Tirer et al. 2023",
    ]);
  });
});

test("metrics --json holds the same entries as data, the columns of metrics.csv first", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const entries = JSON.parse((await runWithin(folder, ["metrics", "--json"])).stdout);
    assert.deepEqual(
      entries.slice(0, FIRST_METRICS.length).map(({ name }: { name: string }) => name),
      FIRST_METRICS,
    );
    const expensive = CATALOGUE.filter(({ byDefault }) => !byDefault).length;
    const onRequest = entries.filter(({ measured }: { measured: string }) => measured === "on request");
    assert.equal(onRequest.length, expensive);
    for (const entry of entries) {
      for (
        const key of [
          "systematic",
          "family",
          "split",
          "variant",
          "formula",
          "latex",
          "range",
          "atCollapse",
          "source",
        ]
      ) {
        assert.equal(typeof entry[key], "string", `${entry.name}: ${key}`);
      }
    }
  });
});

test("metrics says what a definition tells of so many classes of such features", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const of = (classes: string, width: string, ...rest: string[]) =>
      runWithin(folder, ["metrics", "nc3_angle_mean_train", "--classes", classes, "--width", width, ...rest]);
    const { stdout } = await of("10", "512");
    assert.match(
      stdout.replaceAll(/\s+/g, " "),
      /10 classes of 512 features: at collapse 0; no trace of it 1\.5708 from there/,
    );
    const [entry] = JSON.parse((await of("100", "64", "--json")).stdout);
    assert.deepEqual([entry.ideal, entry.scale], [0, Math.PI / 2]);
    assert.match(entry.uninformative, /^with more classes than features/);
    assert.match(
      (await of("100", "64")).stdout.replaceAll(/\s+/g, " "),
      /100 classes of 64 features: it says nothing of collapse with more classes than features/,
    );
    const { code, stderr } = await runWithin(folder, ["metrics", "--classes", "10"]);
    assert.equal(code, 2);
    assert.match(stderr, /--classes and --width go together/);
  });
});

test("metrics takes families in any case, and answers an unknown name with the nearest", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const family = JSON.parse((await runWithin(folder, ["metrics", "--json", "nc4"])).stdout);
    assert.ok(family.length > 0 && family.every((entry: { family: string }) => entry.family === "NC4"));
    const { code, stdout, stderr } = await runWithin(folder, ["metrics", "self_dualty"]);
    assert.equal(code, 1);
    assert.equal(stdout, "");
    assert.match(
      stderr,
      /^error: expected the name of a metric .*found "self_dualty"; did you mean self_duality\?\n$/,
    );
  });
});

test("metrics searches the definitions for words that are no names", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const names = async (...words: string[]) =>
      JSON.parse((await runWithin(folder, ["metrics", "--json", ...words])).stdout)
        .map(({ name }: { name: string }) => name);
    const text = (entry: Metric) =>
      [entry.name, entry.variant, entry.formula.plain, entry.source, entry.notes].join(" ").toLowerCase();
    assert.deepEqual(await names("nc1_svd_train"), ["within_class_variation"]);
    assert.ok((await names("nc3_self_duality")).includes("self_duality"));
    const simplex = await names("ETF");
    assert.ok(simplex.includes("nc2_etf_means_train") && !simplex.includes("self_duality"));
    const tirer = CATALOGUE.filter((entry) => text(entry).includes("tirer")).map(({ name }) => name);
    assert.deepEqual(await names("tirer"), tirer);
    assert.deepEqual(
      await names("nc1", "Tirer", "2023"),
      CATALOGUE.filter((entry) =>
        entry.family === "NC1" && /tirer/.test(text(entry)) && /2023/.test(text(entry))
      )
        .map(({ name }) => name),
    );
  });
});

test("metrics says which word no definition uses, or that none uses all of them", NEEDS, async () => {
  await withTemporaryFolder(async (folder) => {
    const refused = [
      [["simplez"], /or a word that a definition uses, found "simplez"; did you mean simplex\?\n$/],
      [["nc1", "Zebra"], /found "Zebra"\n$/],
      [["nc4", "tirer"], /expected a definition that has all of nc4, tirer, found none; leave some out\n$/],
    ] as const;
    for (const [words, message] of refused) {
      const { code, stdout, stderr } = await runWithin(folder, ["metrics", ...words]);
      assert.deepEqual([code, stdout], [1, ""]);
      assert.match(stderr, message);
    }
  });
});
