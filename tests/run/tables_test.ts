import assert from "node:assert/strict";
import { FIRST_METRICS } from "../../src/collapse/catalogue.ts";
import type { LogRow } from "../../src/run/tables.ts";
import { parseTable, parseTexts } from "../../src/run/csv.ts";
import { readLog, writeLog } from "../../src/run/log.ts";
import { readMetrics, writeMetrics } from "../../src/run/metrics.ts";
import { test, withTemporaryFolder } from "../support.ts";
import { tinyProtocol } from "../engine/tiny.ts";

const ROWS: LogRow[] = [1, 2, 3].map((epoch) => ({
  epoch,
  learning_rate: 0.1302501827396728,
  running_train_loss: 1.25 / epoch,
  running_train_accuracy: 90,
  test_loss: 3e-7,
  test_accuracy: 12.5,
  seconds: 1.5,
}));

const PROTOCOL = tinyProtocol({ lr: "0.1302501827396728", "decay-after": "" });

const METRICS = {
  metrics: [...FIRST_METRICS],
  measurements: [1, 5].map((epoch) => ({
    epoch,
    values: Object.fromEntries(FIRST_METRICS.map((name, i) => [name, i === 3 ? null : epoch / (i + 3)])),
  })),
};

test("a log reads back as it was written", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    await writeLog(`${folder}/log.csv`, ROWS);
    assert.deepEqual(await readLog(`${folder}/log.csv`, PROTOCOL), ROWS);
  });
});

test("a log from before running values had a name of their own is read, and written anew with it", [
  "read",
  "write",
], async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/log.csv`;
    await writeLog(path, ROWS);
    const text = await Deno.readTextFile(path);
    const old = text.replaceAll("running_", "");
    assert.match(old, /^epoch,learning_rate,train_loss,train_accuracy,test_loss,test_accuracy,seconds\n/);
    await Deno.writeTextFile(path, old);
    assert.deepEqual(await readLog(path, PROTOCOL), ROWS);
    await Deno.writeTextFile(path, old.replace(",90,", ",250,"));
    await assert.rejects(readLog(path), /line 2, column train_accuracy: expected <=100, found 250$/);
    await writeLog(path, ROWS);
    assert.equal(await Deno.readTextFile(path), text);
  });
});

test("a log longer than its run is refused", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/log.csv`;
    await writeLog(path, ROWS);
    await assert.rejects(
      readLog(path, { ...PROTOCOL, training: { epochs: 2 } }),
      /log\.csv line 4, column epoch: expected at most 2, the epochs of the run, found 3$/,
    );
  });
});

test("a log that is not there is empty", ["read"], async () => {
  assert.deepEqual(await readLog("no/such/log.csv"), []);
});

test("a log edited by hand is refused by line and column", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/log.csv`;
    await writeLog(path, ROWS);
    const text = await Deno.readTextFile(path);
    for (
      const [from, to, message] of [
        ["\n2,", "\n7,", /log\.csv line 3, column epoch: expected 2, found 7$/],
        ["0.625", "-0.625", /log\.csv line 3, column running_train_loss: expected >=0, found -0\.625$/],
        ["0.625", "low", /log\.csv line 3, column running_train_loss: expected a number, found "low"$/],
        ["0.625", "", /log\.csv line 3, column running_train_loss: expected number, found null$/],
        [
          "\n2,0.1302501827396728,",
          "\n2,1e308,",
          /line 3, column learning_rate: expected 0\.130\d+, the run's at/,
        ],
        [",90,", ",250,", /log\.csv line 2, column running_train_accuracy: expected <=100, found 250$/],
        [
          "running_train_loss",
          "loss",
          /log\.csv line 1: expected the columns epoch,learning_rate,running_train_loss,/,
        ],
      ] as const
    ) {
      await Deno.writeTextFile(path, text.replace(from, to));
      await assert.rejects(readLog(path, PROTOCOL), message);
    }
  });
});

test("measurements read back as they were written, undefined ones as null", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/metrics.csv`;
    await writeMetrics(path, { ...METRICS, measurements: METRICS.measurements.toReversed() });
    assert.deepEqual(await readMetrics(path, [1, 5, 10]), METRICS);
  });
});

test("metrics.csv edited by hand is refused by line and column", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/metrics.csv`;
    await writeMetrics(path, METRICS);
    const text = await Deno.readTextFile(path);
    for (
      const [from, to, message] of [
        [
          "self_duality",
          "duality",
          /metrics\.csv line 1, column 10: expected self_duality, found "duality"$/,
        ],
        [
          "\n5,",
          "\n6,",
          /metrics\.csv line 3, column epoch: expected an epoch that has a checkpoint, found 6$/,
        ],
        ["\n5,", "\n1,", /metrics\.csv line 3, column epoch: expected one above 1, found 1$/],
        ["\n5,", "\n,", /column epoch: expected an epoch that has a checkpoint, found an empty cell$/],
        ["\n5,", "\n5,9,", /metrics\.csv line 3: expected 12 cells, found 13$/],
        [
          "\n5,1.6666666666666667,",
          "\n5,250,",
          /metrics\.csv line 3, column train_accuracy: expected a value in \[0, 100\] %, found 250$/,
        ],
        ["\n5,", '\n"5,', /metrics\.csv: not readable as CSV: /],
        [text, "", /metrics\.csv: expected a line of column names, found an empty file$/],
      ] as const
    ) {
      await Deno.writeTextFile(path, text.replace(from, to));
      await assert.rejects(readMetrics(path, [1, 5]), message);
    }
  });
});

test("a column that the catalogue does not hold is refused", ["read", "write"], async () => {
  await withTemporaryFolder(async (folder) => {
    const path = `${folder}/metrics.csv`;
    await Deno.writeTextFile(path, ["epoch", ...FIRST_METRICS, "mood"].join());
    await assert.rejects(
      readMetrics(path, [1]),
      /metrics\.csv line 1, column "mood": expected the name of a metric in the catalogue$/,
    );
  });
});

Deno.test("only decimal numbers are numbers", () => {
  for (const cell of ["12abc", "0x10", "NaN", "Infinity", "1e999", "--1", "1,5", "."]) {
    assert.throws(
      () => parseTable(`a\n"${cell}"\n`, "t.csv"),
      /t\.csv line 2, column a: expected a number, found/,
    );
  }
  const { rows } = parseTable('a\n1e-7\n-2.5\n""\n', "t.csv");
  assert.deepEqual(rows.map(({ cells }) => cells.get("a")), [1e-7, -2.5, null]);
});

Deno.test("a plain table is read as the library reads it: with a mark of the byte order, that does", () => {
  for (
    const text of [
      "a,b\n1,2\n3,\n",
      "a,b\n1,2",
      "a\n1\n\n2\n",
      "a,b\n1\n",
      "a\n\n",
      "\n",
      " a , b\n 1,-2e3 \n",
      ",\n,\n",
    ]
  ) {
    const both = [text, `\uFEFF${text}`].map((one) => {
      try {
        return [parseTexts(one, "x"), parseTable(one, "x")];
      } catch (error) {
        return (error as Error).message;
      }
    });
    assert.deepEqual(both[0], both[1], JSON.stringify(text));
  }
});
