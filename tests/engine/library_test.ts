/** Memory for features where nothing was said, and the devices of ranks. */
import { equal, ok, throws } from "node:assert/strict";
import { deviceOfRank, freeMemory, halfOfFreeMemory } from "../../src/engine/library.ts";
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

Deno.test("each rank of a machine takes a GPU of its own, and says where there is none", () => {
  equal(deviceOfRank("cpu", { local: 3, cuda: 0 }), "cpu");
  equal(deviceOfRank("cuda", { local: 3, cuda: 4 }), "cuda:3");
  // As where a scheduler gives each its own.
  equal(deviceOfRank("cuda", { local: 3, cuda: 1 }), "cuda:0");
  throws(
    () => deviceOfRank("cuda", { local: 2, cuda: 2 }),
    /^Error: --device cuda: expected a GPU for each rank of a machine, found 2 for rank 2 of this one, counted from 0$/,
  );
  throws(
    () => deviceOfRank("cuda:1", { local: 1, cuda: 2 }),
    /^Error: --device cuda:1: expected cpu or cuda for/,
  );
});
