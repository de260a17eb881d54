import assert from "node:assert/strict";
import { meanwhile } from "../../src/collapse/meanwhile.ts";

Deno.test("work is done while the pass runs, and the pass gives its result", async () => {
  const order: string[] = [];
  const { promise, resolve } = Promise.withResolvers<number>();
  const found = meanwhile(promise.then((n) => (order.push("pass"), n)), () => order.push("work"));
  resolve(7);
  assert.equal(await found, 7);
  assert.deepEqual(order, ["work", "pass"]);
});

Deno.test("where the work fails, the pass is awaited before its error is seen", async () => {
  let ended = false;
  const pass = new Promise<void>((resolve) => setTimeout(resolve, 20)).then(() => {
    ended = true;
  });
  await assert.rejects(meanwhile(pass, fail), /the work failed/);
  assert.ok(ended);
});

Deno.test("where both fail, no rejection is left behind", async () => {
  const unseen: unknown[] = [];
  const onUnseen = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unseen.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", onUnseen);
  try {
    const pass = new Promise<void>((_, reject) => setTimeout(() => reject(new Error("the pass failed")), 5));
    await assert.rejects(meanwhile(pass, fail), /the work failed/);
    await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    globalThis.removeEventListener("unhandledrejection", onUnseen);
  }
  assert.deepEqual(unseen, []);
});

function fail(): never {
  throw new Error("the work failed");
}
