/** Starts the ranks of one run, as torchrun would, and holds its checkpoints against those of one process. */
import { equal, ok } from "node:assert/strict";
import { loadStateDict } from "../../src/engine/checkpoint.ts";
import { type Running, start } from "./command.ts";

/** A network with batch norm that is trained in no time, for epochs of three steps. */
export const SMALL = {
  model: "densenet",
  depth: "7",
  growth: "4",
  "per-class": "4",
  "batch-size": "16",
  epochs: "8",
  checkpoints: "8",
};
export const words = (options: Readonly<Record<string, string>>): string[] =>
  Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);

/** `count` processes of `deno task train` in `folder`, rank 0 first. */
export function startRanks(folder: string, count: number, args: readonly string[]): Running[] {
  const port = freePort();
  return Array.from({ length: count }, (_, rank) => {
    const before = `export RANK=${rank} WORLD_SIZE=${count} MASTER_ADDR=127.0.0.1 MASTER_PORT=${port}`;
    return start(folder, ["train", ...args], { before });
  });
}

function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr as Deno.NetAddr;
  listener.close();
  return port;
}

/** Throws where a checkpoint of the second run differs from that of the first by more than 1e-10. */
export async function requireAlike(
  folder: string,
  file: string,
  runs: readonly [string, string],
): Promise<void> {
  const [expected, found] = await Promise.all(
    runs.map((run) => loadStateDict(`${folder}/runs/${run}/checkpoints/${file}`)),
  );
  equal(found!.size, expected!.size);
  for (const [name, { data }] of expected!) {
    const error = relativeError(found!.get(name)!.data, data);
    ok(error < 1e-10, `${name} differs by ${error}`);
  }
}

/** ‖found − expected‖ / ‖expected‖. */
export function relativeError(
  found: ArrayLike<number | bigint>,
  expected: ArrayLike<number | bigint>,
): number {
  let [difference, whole] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (Number(found[i]) - Number(expected[i])) ** 2;
    whole += Number(expected[i]) ** 2;
  }
  return Math.sqrt(difference / (whole || 1));
}
