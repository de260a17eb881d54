import { deepEqual, equal, ok } from "node:assert/strict";
import { test, withTemporaryFolder } from "../support.ts";
import { buildDriver, KINDS, runCases, soundPlans } from "./mutations.ts";

/** As many as take a few seconds; mutations.ts runs thousands, with sanitizers. */
const COUNT = 150;

Deno.test("the plans that are mutated have every op and every form", () => {
  const text = soundPlans().join("");
  for (const form of ["direct", "matmul", "positions", "winograd", "karatsuba"]) {
    ok(text.includes(`form=${form}`), form);
  }
  for (
    const word of ["conv2d", "batch_norm2d", "relu", "add", "concat", "max_pool2d", "avg_pool2d", "linear"]
  ) {
    ok(new RegExp(`^${word} `, "m").test(text), word);
  }
  ok(/taps=/.test(text));
  ok(/repeat=/.test(text));
});

test("mutated texts and states end in an error or right", ["read", "write", "run", "env"], async () => {
  const setup = new URL("../../native/build/setup.json", import.meta.url);
  const { library } = JSON.parse(await Deno.readTextFile(setup));
  await withTemporaryFolder(async (folder) => {
    const driver = await buildDriver(library, folder);
    for (const kind of KINDS) {
      const { refused, right, others } = await runCases(driver, kind, folder, { seed: 5, count: COUNT });
      deepEqual(others, []);
      equal(refused + right, COUNT);
      ok(refused > COUNT / 10 && right > COUNT / 20, `${kind}: ${refused} refused, ${right} right`);
    }
  });
});
