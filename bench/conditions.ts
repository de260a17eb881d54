/** Under what a result came to be. */
import { describeCommit, describeMachine } from "./machine.ts";
import type { Conditions } from "./result.ts";

export async function describeConditions(
  { device, threads }: { device: string; threads: number },
): Promise<Conditions> {
  return {
    device: device === "cpu" ? "cpu" : "cuda",
    threads,
    machine: await describeMachine(device),
    versions: {},
    commit: await describeCommit(),
    date: new Date().toISOString(),
  };
}
