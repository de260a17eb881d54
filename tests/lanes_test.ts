/** No file of the tests is left out or run twice when they run beside each other. */
import { deepEqual, equal, ok, rejects } from "node:assert/strict";
import { filesBelow } from "./cli/command.ts";
import { groupsOf, inLanes } from "./lanes.ts";
import { test } from "./support.ts";

test("each test file of the project is in one group, those of long folders first", ["read"], () => {
  const files = filesBelow("tests").filter((name) => name.endsWith("_test.ts")).map((name) =>
    `tests/${name}`
  );
  const groups = groupsOf(files);
  deepEqual(groups.flat().toSorted(), files.toSorted());
  ok(groups.every((group) => group.length >= 1 && group.length <= 12));
  ok(groups[0]!.every((file) => file.startsWith("tests/ffi/")));
});

test("items are done so many at a time, each once, and answers keep their order", [], async () => {
  let [busy, most] = [0, 0];
  const answers = await inLanes(2, [5, 1, 4, 2, 3], async (item) => {
    most = Math.max(most, ++busy);
    await new Promise((resolve) => setTimeout(resolve, item));
    busy--;
    return 10 * item;
  });
  deepEqual(answers, [50, 10, 40, 20, 30]);
  equal(most, 2);
  deepEqual(await inLanes(3, [], () => Promise.resolve(1)), []);
  await rejects(inLanes(2, [1, 2], () => Promise.reject(new Error("no"))), /no/);
});
