/** Python's scripts are answered alike, each started by itself or as a fork of one that has imported PyTorch. */
import { equal, rejects } from "node:assert/strict";
import { runOracle, startOracle, testWithOracle } from "./oracle.ts";

const SOCKET = "NC_ORACLE_SOCKET";
const ECHO = "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read()[::-1] + sys.argv[1].encode())";

/** Runs `body` with the variable as `value` has it. */
async function withSocket(value: string | undefined, body: () => Promise<void>): Promise<void> {
  const before = Deno.env.get(SOCKET);
  const set = (to: string | undefined) =>
    to === undefined ? Deno.env.delete(SOCKET) : Deno.env.set(SOCKET, to);
  set(value);
  try {
    await body();
  } finally {
    set(before);
  }
}

testWithOracle("a script gets its arguments and stdin, and tells its stdout or why it failed", async (t) => {
  await using server = (await startOracle())!;
  for (const [name, socket] of [["by itself", undefined], ["as a fork", server.env[SOCKET]]] as const) {
    await t.step(name, () =>
      withSocket(socket, async () => {
        const said = await runOracle(ECHO, ["z"], new TextEncoder().encode("abc"));
        equal(new TextDecoder().decode(said), "cbaz");
        equal((await runOracle("import sys; sys.exit()")).length, 0);
        await rejects(
          runOracle("raise ValueError('no such thing')"),
          /code 1:\n[^]*ValueError: no such thing/,
        );
        await rejects(
          runOracle("import sys; print('why', file=sys.stderr); sys.exit(3)"),
          /the oracle failed with code 3:\nwhy/,
        );
        await rejects(runOracle("import os; os.abort()"), /the oracle/);
      }));
  }
}, ["write", "net"]);
