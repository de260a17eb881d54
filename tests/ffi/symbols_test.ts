import { deepEqual, equal, ok } from "node:assert/strict";
import { ABI_VERSION, SYMBOLS } from "../../src/ffi/symbols.ts";
import { test } from "../support.ts";

const HEADER = new URL("../../native/include/nc.h", import.meta.url);

/** What Deno must pass for each C type: "buffer" for memory of ours, a number for a handle. */
function ffiType(parameter: string): string {
  const handle = /^nc_(network|images|trainer|features|ranks)\* \w+$/;
  if (handle.test(parameter)) return "u64";
  if (parameter.includes("*")) return "buffer";
  const scalar = /^(int32_t|uint64_t|double) \w+$/.exec(parameter)?.[1];
  const types: Record<string, string> = { int32_t: "i32", uint64_t: "u64", double: "f64" };
  if (scalar === undefined) throw new Error(`nc.h: no rule for parameter "${parameter}"`);
  return types[scalar];
}

function parseHeader(text: string): Map<string, string[]> {
  const functions = new Map<string, string[]>();
  for (const [, name, parameters] of text.matchAll(/NC_API int32_t (\w+)\(([^)]*)\);/g)) {
    const list = parameters.split(",").map((parameter) => parameter.trim().replace(/\s+/g, " "));
    functions.set(name, list[0] === "void" ? [] : list.map(ffiType));
  }
  return functions;
}

test("symbols.ts declares the functions of nc.h: names, arity and types", ["read"], async () => {
  const header = parseHeader(await Deno.readTextFile(HEADER));
  ok(header.size > 20);
  deepEqual(Object.keys(SYMBOLS).sort(), [...header.keys()].sort());
  for (const [name, { parameters, result }] of Object.entries(SYMBOLS)) {
    deepEqual([...parameters], header.get(name), name);
    equal(result, "i32", name);
  }
});

test("symbols.ts expects the ABI version of nc.h", ["read"], async () => {
  const [, version] = /#define NC_ABI_VERSION (\d+)/.exec(await Deno.readTextFile(HEADER))!;
  equal(ABI_VERSION, Number(version));
});
