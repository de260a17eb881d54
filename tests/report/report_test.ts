/** The report on disk. */
import assert from "node:assert/strict";
import { FIGURES } from "../../src/report/figures.ts";
import { writeReportsIndex } from "../../src/report/reports_index.ts";
import { writeReport } from "../../src/report/report.ts";
import { LOG_COLUMNS } from "../../src/run/tables.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { LOG, MEASUREMENTS, RUN, withValues } from "./synthetic_run.ts";

const FEW = MEASUREMENTS.slice(0, 3);

test(
  "a report holds both pages, each figure and the overviews as SVG and PNG, and the data",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const report = `${folder}/reports/run`;
      await writeReport(report, {
        run: RUN,
        measurements: FEW,
        log: LOG,
        files: new Map([["metrics.csv", "epoch\n1\n"], ["trust.json", "{}"], ["log.csv", "epoch\n2\n"]]),
      });
      const pictures = [...FIGURES.map(({ file }) => file), "overview", "definitions"].flatMap((
        name,
      ) => [`${name}.png`, `${name}.svg`]);
      const others = [
        "index.html",
        "definitions.html",
        "columns.json",
        "log.csv",
        "metrics.csv",
        "trust.json",
      ];
      assert.deepEqual(await filesOf(report), [...pictures, ...others].sort());
      assert.equal(await Deno.readTextFile(`${report}/metrics.csv`), "epoch\n1\n");
      for (const name of pictures) assert.ok((await Deno.stat(`${report}/${name}`)).size > 1000, name);
    });
  },
);

test(
  "every link of the pages leads to a file or a place beside it, and nothing is fetched",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      await writeReport(folder, {
        run: RUN,
        measurements: FEW,
        log: LOG,
        files: new Map([["metrics.csv", "epoch\n"]]),
      });
      const files = await filesOf(folder);
      for (const name of ["index.html", "definitions.html"]) {
        const page = await Deno.readTextFile(`${folder}/${name}`);
        const links = [...page.matchAll(/(?:(?:href|src)="|url\(&#39;)([^"&]*)/g)].map(([, link]) => link!);
        const outside = links.filter((link) => link.startsWith("http"));
        assert.deepEqual(outside, name === "index.html" ? ["https://arxiv.org/abs/2008.08186"] : []);
        const lost = links.filter((link) => !outside.includes(link)).filter((link) =>
          link.startsWith("#")
            ? !page.includes(`id="${link.slice(1)}"`)
            : !files.includes(link.split("#")[0]!)
        );
        assert.deepEqual(lost, [], name);
        assert.doesNotMatch(page, /<script|<link|srcset=|@import|url\((?!data:|&#39;)/);
      }
    });
  },
);

test(
  "the page shows every hyper-parameter, the digest, the command and the versions",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      await writeReport(folder, { run: RUN, measurements: MEASUREMENTS, log: LOG });
      const page = await Deno.readTextFile(`${folder}/index.html`);
      const { protocol, dataset, versions } = RUN;
      const expected = [
        ...[
          protocol.data.kind,
          protocol.network.kind,
          protocol.network.stem,
          "0.130, ×",
          "× 0.1 after epoch 116 and after epoch 233",
        ],
        ...[
          "SGD, momentum 0.9",
          `weight decay ${protocol.optimizer.weightDecay}`,
          protocol.training.precision,
          "1, 5 to 350 in steps of 5",
        ],
        ...[
          `<td>${protocol.training.epochs}</td>`,
          `<td>${protocol.training.batchSize}</td>`,
          `<td>${protocol.training.seed}</td>`,
          "50,000 train, 10,000 test",
        ],
        ...[
          dataset.digest,
          versions.deno,
          versions.libtorch,
          versions.tool,
          RUN.device,
          "1 January 2025, 10:00 UTC",
          RUN.command,
        ],
      ];
      for (const text of expected) assert.ok(page.includes(String(text)), `expected ${text} in the page`);
    });
  },
);

test("names that look like markup are shown as text", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const attack = `"><script>alert(1)</script>&amp;`;
    const run = {
      ...RUN,
      command: attack,
      device: attack,
      dataset: { ...RUN.dataset, title: attack, name: attack },
    };
    await writeReport(folder, { run, measurements: FEW, log: LOG });
    for (
      const name of [
        "index.html",
        "definitions.html",
        "definitions.svg",
        "overview.svg",
        "Figure1_Top1_Accuracy.svg",
      ]
    ) {
      const text = await Deno.readTextFile(`${folder}/${name}`);
      assert.doesNotMatch(text, /<script/, name);
      assert.match(text, /&lt;script&gt;/, name);
    }
  });
});

test("measurements may come in any order", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    await writeReport(`${folder}/ascending`, { run: RUN, measurements: FEW, log: LOG });
    await writeReport(`${folder}/descending`, { run: RUN, measurements: FEW.toReversed(), log: LOG });
    assert.equal(
      await Deno.readTextFile(`${folder}/descending/index.html`),
      await Deno.readTextFile(`${folder}/ascending/index.html`),
    );
  });
});

test("a report of nothing is refused before anything is written", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    await assert.rejects(
      writeReport(`${folder}/empty`, { run: RUN, measurements: [], log: LOG }),
      /expected at least one measured checkpoint, found none/,
    );
    assert.deepEqual(await filesOf(folder), []);
  });
});

test("the list of reports names each with a page and data, newest first, and passes over others", [
  "read",
  "write",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const columns = Object.keys(FEW[0]!.values);
    const cells = FEW.map(({ epoch, values }) => [epoch, ...columns.map((column) => values[column])].join());
    const metrics = [["epoch", ...columns].join(), ...cells, ""].join("\n");
    const run = (name: string, started: string, title = "CIFAR-10") =>
      writeReport(`${folder}/${name}`, {
        run: RUN,
        measurements: FEW,
        log: LOG,
        files: new Map([
          ["metrics.csv", metrics],
          ["run.json", JSON.stringify({ ...RUN, started, dataset: { ...RUN.dataset, title } })],
        ]),
      });
    await run("older", "2025-01-01T10:00:00.000Z");
    await run("a & b", "2026-01-01T10:00:00.000Z", "<script>");
    await Deno.mkdir(`${folder}/notes`);
    await writeReportsIndex(folder);
    const page = await Deno.readTextFile(`${folder}/index.html`);
    assert.deepEqual([...page.matchAll(/href="([^"]*)"/g)].map(([, link]) => link), [
      "a%20%26%20b/index.html",
      "older/index.html",
    ]);
    assert.match(page, />ResNet-18<\/span> on &lt;script&gt;/);
    assert.match(page, /a &amp; b<\/td>\s*<td data-run="Measured">epoch 10 of 350<\/td>/);
    assert.match(page, /<td data-run="Terminal phase">not reached<\/td>/);
  });
});

async function filesOf(folder: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of Deno.readDir(folder)) names.push(name);
  return names.sort();
}

test(
  "columns.json tells of every column what it is, at the run's classes and width",
  ["read", "write"],
  async () => {
    await withTemporaryFolder(async (folder) => {
      const measurements = withValues(
        FEW,
        () => ({ nc2_riesz_mean_weights: 1e-58, nc2_distance_mean_weights: 1.4 }),
      );
      const trust = { format: 1 as const, width: 512, checkpoints: [] };
      await writeReport(folder, { run: RUN, measurements, log: LOG, trust });
      const { classes, width, columns, log } = JSON.parse(await Deno.readTextFile(`${folder}/columns.json`));
      assert.deepEqual([classes, width], [10, 512]);
      const measured = Object.keys(measurements[0]!.values);
      assert.deepEqual(columns.map(({ name }: { name: string }) => name).toSorted(), measured.toSorted());
      const column = (wanted: string) => columns.find(({ name }: { name: string }) => name === wanted);
      const { family, split, ideal, scale, uninformative, formula } = column("self_duality");
      assert.deepEqual([family, split, ideal, scale, uninformative], ["NC3", "train", 0, 2, null]);
      assert.match(formula, /‖W\/‖W‖_F/);
      assert.ok(Math.abs(column("nc2_distance_mean_weights").ideal - Math.sqrt(20 / 9)) < 1e-12);
      assert.match(column("nc2_riesz_mean_weights").uninformative, /^at d = 512/);
      assert.equal(column("train_accuracy").scale, 90);
      assert.deepEqual(log.map(({ name }: { name: string }) => name), LOG_COLUMNS);
      const losses = log.filter(({ name }: { name: string }) => name.endsWith("_loss"));
      for (const { says } of losses) assert.match(says, /^cross-entropy, /);
    });
  },
);
