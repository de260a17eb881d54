/** The examples of CONTRIBUTING.md work. The ones that build native are a campaign: deno task campaign contributing --count 1. */
import { buildsNative, examples, performExample } from "./contributing.ts";
import { test } from "./support.ts";

const NEEDS = ["read", "write", "run", "env", "ffi"] as const;

const { state } = await Deno.permissions.query({ name: "read" });
for (const [heading, steps] of state === "granted" ? await examples() : []) {
  if (buildsNative(steps)) continue;
  test(`CONTRIBUTING.md, "${heading}": what the page adds works`, NEEDS, () => performExample(steps));
}
