import { equal, ok } from "node:assert/strict";
import { Contender } from "../../bench/contender.ts";
import { chooseExperiments, type Experiment, shrink } from "../../bench/experiments.ts";
import { loadSource } from "../../bench/inputs.ts";
import { describeMachine } from "../../bench/machine.ts";
import type { Result } from "../../bench/result.ts";
import { runExperiment } from "../../bench/run.ts";
import { testWithOracle } from "../oracle.ts";

const NEEDS = ["write", "ffi", "sys"] as const;

async function runOnce(experiment: Experiment): Promise<Result> {
  return await runExperiment(shrink(experiment), {
    repetitions: 2,
    seconds: 0.01,
    productRate: 1e9,
    source: await loadSource({ data: undefined, images: 256 }),
    device: "cpu",
    conditions: {
      device: "cpu",
      threads: 1,
      machine: await describeMachine("cpu"),
      versions: {},
      commit: null,
      date: "2026-01-01",
    },
  });
}

// runExperiment throws where two contenders measure different values.
testWithOracle("the contenders of a row on metrics agree in every quantity of the figures", async () => {
  const [experiment] = chooseExperiments(["metrics-512"]);
  const { contenders } = await runOnce(experiment!);
  equal(contenders.length, 2);
  for (const { rates } of contenders) ok(rates.length === 2 && rates.every((rate) => rate > 0));
}, NEEDS);

testWithOracle("the contenders of a row on training run and tell their memory", async () => {
  const [experiment] = chooseExperiments(["train-resnet18"]);
  // "plain" is "tuned" with two options left out.
  const fewer = experiment!.contenders.filter(({ id }) => id !== "plain");
  const { contenders, floor } = await runOnce({ ...experiment!, contenders: fewer });
  equal(contenders.map(({ id }) => id).join(), "ours,tuned,loader");
  ok(floor!.multiplyAdds > 0);
  if (Deno.build.os === "linux") {
    for (const { id, peakBytes } of contenders) ok(peakBytes! > 50 * 2 ** 20, `${id}: ${peakBytes} bytes`);
  }
}, NEEDS);

testWithOracle("a contender that fails ends the benchmark", async () => {
  await using contender = await Contender.start("pytorch");
  const job = { task: "product", variant: "no such variant", threads: 1, device: "cpu" } as const;
  const outcome = await contender.prepare(job).then(() => "answered", (error: Error) => error.message);
  equal(outcome, "a contender ended before it answered: its own message is above");
}, NEEDS);
