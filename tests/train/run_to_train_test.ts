/** What run.json says of a run that goes on. */
import { deepEqual, equal, match } from "node:assert/strict";
import { lastTrainedOn, resumedIn } from "../../src/train/run_to_train.ts";
import type { Library } from "../../src/ffi/library.ts";
import { RUN } from "../report/synthetic_run.ts";

/** A library of which only what it is matters. */
function libraryWith(described: { threads?: number; libtorch?: string } = {}): Library {
  const { threads, versions: { libtorch } } = RUN;
  return { describe: () => ({ threads, libtorch, ...described }) } as unknown as Library;
}

Deno.test("a resume as before leaves the record as it is", () => {
  equal(resumedIn(5, RUN, { library: libraryWith(), device: "cpu" }), RUN);
});

Deno.test("another device, number of threads or libtorch is recorded with the epoch", () => {
  for (
    const [described, device] of [
      [{ threads: 1 }, "cpu"],
      [{ libtorch: "2.6.0" }, "cpu"],
      [{}, "cuda:0"],
    ] as const
  ) {
    const library = libraryWith(described);
    const record = resumedIn(5, RUN, { library, device });
    const [{ started, versions, ...rest }] = record.resumed as [NonNullable<typeof record.resumed>[number]];
    deepEqual({ ...record, resumed: undefined }, { ...RUN, resumed: undefined });
    const { threads, libtorch } = library.describe();
    deepEqual(rest, { epoch: 5, device, threads });
    equal(versions.libtorch, libtorch);
    match(started, /^\d{4}-\d\d-\d\dT.*Z$/);
    equal(resumedIn(7, record, { library, device }), record, "the same again is no change");
    const back = resumedIn(9, record, { library: libraryWith(), device: "cpu" });
    deepEqual(back.resumed?.map(({ epoch }) => epoch), [5, 9]);
    deepEqual(lastTrainedOn(back).device, "cpu");
  }
});
