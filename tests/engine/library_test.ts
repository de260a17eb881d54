/** Memory for features where nothing was said. */
import { equal, ok } from "node:assert/strict";
import { freeMemory, halfOfFreeMemory } from "../../src/engine/library.ts";
import { test } from "../support.ts";

const MACHINE = { available: 60e9, used: 1e9 };

Deno.test("a process in a container counts with what that allows, not with the whole machine", () => {
  equal(freeMemory({ ...MACHINE, limit: 4e9 }), 3e9);
  equal(freeMemory({ ...MACHINE, limit: 0.5e9 }), 0);
  equal(
    freeMemory({ ...MACHINE, limit: 2 ** 63 }),
    60e9,
    "version 1 of control groups says so where there is none",
  );
  equal(freeMemory({ ...MACHINE, limit: 0 }), 60e9);
});

test("half of what is free is taken", ["sys"], () => {
  ok(halfOfFreeMemory() <= Deno.systemMemoryInfo().total / 2);
});
