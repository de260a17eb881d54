/** Starts the ranks of one run, as torchrun would. */
import { type Running, start } from "./command.ts";

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
