/** The place of a process among ranks. */
import { deepEqual, equal, throws } from "node:assert/strict";
import configuration from "../../deno.json" with { type: "json" };
import { PLACE_VARIABLES, placeIn } from "../../src/cli/place.ts";

const of = (variables: Readonly<Record<string, string>>) => placeIn((name) => variables[name], 8);

const TORCHRUN = { RANK: "1", WORLD_SIZE: "4", MASTER_ADDR: "10.0.0.7", MASTER_PORT: "29500" };
const SLURM = {
  SLURM_PROCID: "2",
  SLURM_STEP_NUM_TASKS: "3",
  SLURM_STEP_NODELIST: "gpu[07-09,12],big3",
  SLURM_JOB_ID: "1234",
  SLURM_STEP_ID: "5",
};

Deno.test("torchrun's variables are a place, and one process alone has none", () => {
  const place = { rank: 1, local: 0, count: 4, host: "10.0.0.7", port: 29500, threads: 8 };
  deepEqual(of(TORCHRUN), place);
  deepEqual(of({ ...TORCHRUN, LOCAL_RANK: "1", LOCAL_WORLD_SIZE: "2" }), { ...place, local: 1, threads: 4 });
  deepEqual(of({ ...TORCHRUN, MASTER_ADDR: "localhost" }), {
    ...place,
    local: 1,
    host: "localhost",
    threads: 2,
  });
  equal(of({}), null);
  equal(of({ WORLD_SIZE: "1", RANK: "0" }), null);
  // In a job's own script, which is one process whatever the job has.
  equal(of({ SLURM_PROCID: "0", SLURM_NTASKS: "4", SLURM_JOB_ID: "7" }), null);
  equal(of({ ...SLURM, SLURM_STEP_NUM_TASKS: "1" }), null);
});

Deno.test("what is no place is refused in a line that names the variable", () => {
  throws(
    () => of({ WORLD_SIZE: "2" }),
    /^Error: expected RANK in the environment of one of several ranks, found none$/,
  );
  throws(
    () => of({ ...TORCHRUN, RANK: "4" }),
    /^Error: expected a whole number from 0 to 3 in the environment's RANK, found "4"$/,
  );
  throws(
    () => of({ ...TORCHRUN, WORLD_SIZE: "two" }),
    /of at least 1 in the environment's WORLD_SIZE, found "two"$/,
  );
  throws(
    () => of({ ...TORCHRUN, MASTER_PORT: "70000" }),
    /from 1 to 65535 in .* MASTER_PORT, found "70000"$/,
  );
  throws(() => of({ ...TORCHRUN, MASTER_ADDR: "" }), /^Error: expected MASTER_ADDR in/);
  throws(
    () => of({ ...SLURM, SLURM_PROCID: "3" }),
    /from 0 to 2 in the environment's SLURM_PROCID, found "3"$/,
  );
});

Deno.test("Slurm's variables are a place at the step's first host, and steps have ports of their own", () => {
  const place = of(SLURM)!;
  deepEqual({ ...place, port: 0 }, { rank: 2, local: 0, count: 3, host: "gpu07", port: 0, threads: null });
  equal(of({ ...SLURM, SLURM_LOCALID: "1" })!.local, 1);
  const ports = ["5", "6"].map((step) => of({ ...SLURM, SLURM_STEP_ID: step })!.port);
  equal(new Set(ports).size, 2);
  for (const port of ports) equal(port, Math.min(Math.max(port, 15_000), 29_999));
  deepEqual(of({ ...SLURM, MASTER_ADDR: "head", MASTER_PORT: "4000", SLURM_CPUS_PER_TASK: "6" }), {
    ...place,
    host: "head",
    port: 4000,
    threads: 6,
  });
  for (const [list, first] of [["one", "one"], ["a,b", "a"], ["r[1-2]n[03,5]x,b", "r1n03x"]]) {
    equal(of({ ...SLURM, SLURM_STEP_NODELIST: list! })!.host, first);
  }
});

Deno.test("deno.json permits what is looked at", () => {
  const permitted = configuration.permissions.train.env;
  for (const name of PLACE_VARIABLES) equal(permitted.includes(name), true, name);
});
