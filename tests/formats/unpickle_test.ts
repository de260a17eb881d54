import assert from "node:assert/strict";
import { PickleWriter } from "../../src/formats/pickle.ts";
import { isTuple, unpickle } from "../../src/formats/unpickle.ts";

const context = {
  globals: new Map<string, unknown>([["math sum", (args: readonly unknown[]) => args.length], [
    "math pi",
    3,
  ]]),
  persistentLoad: (id: unknown) => ({ id }),
};

/** A pickle spelled as text (Latin-1), without the protocol and the final STOP. */
function load(code: string): unknown {
  return unpickle(Uint8Array.from(`\x80\x02${code}.`, (c) => c.charCodeAt(0)), context);
}

function refuses(code: string, message: RegExp): void {
  assert.throws(
    () => load(code),
    (error: Error) => error.name === "FormatError" && message.test(error.message),
    code,
  );
}

Deno.test("plain values are read", () => {
  const values: [code: string, value: unknown][] = [
    ["N", null],
    ["\x88", true],
    ["\x89", false],
    ["K\xff", 255],
    ["M\x01\x02", 513],
    ["J\xfe\xff\xff\xff", -2],
    ["\x8a\x00", 0],
    ["\x8a\x05\x00\x00\x00\x00\x01", 2 ** 32],
    ["\x8a\x01\xff", -1],
    ["\x8a\x09\x00\x00\x00\x00\x00\x00\x00\x00\x01", 2n ** 64n],
    ["G\x3f\xf8\x00\x00\x00\x00\x00\x00", 1.5],
    ["X\x03\x00\x00\x00a\xc3\xa9", "aé"],
    ["](K\x01K\x02e", [1, 2]],
    ["]K\x01a", [1]],
    ["(K\x01K\x02t", [1, 2]],
    ["K\x01K\x02K\x03\x87", [1, 2, 3]],
    ["}(K\x01K\x02K\x03Nu", new Map([[1, 2], [3, null]])],
    ["}K\x01K\x02s", new Map([[1, 2]])],
    ["K\x07q\x00]h\x00a", [7]],
    ["cmath\npi\n", 3],
    ["cmath\nsum\nK\x01K\x02\x86R", 2],
    ["K\x05Q", { id: 5 }],
  ];
  for (const [code, value] of values) assert.deepEqual(load(code), value, JSON.stringify(code));
});

Deno.test("tuples and lists stay apart", () => {
  assert.ok(isTuple(load(")")));
  assert.ok(!isTuple(load("]")));
  refuses(")K\x01a", /not a list/);
});

Deno.test("attributes of a dict are dropped, of anything else refused", () => {
  assert.deepEqual(load("}}K\x01K\x02sb"), new Map());
  refuses("]}b", /not a dict/);
  refuses("}Nb", /not a dict/);
});

Deno.test("globals and opcodes outside of the closed set are refused by name", () => {
  refuses("cos\nsystem\nX\x02\x00\x00\x00ls\x85R", /"os\.system"/);
  refuses("cmath\npi\n)R", /not one of the functions/);
  refuses("K\x01)R", /not one of the functions/);
  refuses("cmath\nsum\nK\x01R", /not one of the functions/);
  refuses("cmath\nsum\n)\x81", /0x81 \(NEWOBJ\) at byte 13/);
  refuses("X\x01\x00\x00\x00aX\x01\x00\x00\x00b\x93", /STACK_GLOBAL/);
  refuses("\x80\x04", /protocol 2, .* found 4/);
});

Deno.test("damaged pickles are refused", () => {
  refuses("X\xff\xff\xff\x7fabc", /ends at byte/);
  refuses("X\x01\x00\x00\x00\xff", /not UTF-8/);
  refuses("h\x05", /recalls value 5/);
  refuses("", /not there/);
  refuses("t", /did not begin/);
  refuses("K\x01\x86", /not there/);
  refuses("q\x00", /not there/);
  refuses("]NNs", /not a dict/);
  refuses("}(K\x01u", /without a value/);
  refuses("}(K\x01NK\x01Nu", /"1" appears twice/);
  refuses("}]Ns", /neither a string nor a number/);
  refuses("cmath", /does not end/);
  assert.throws(() => unpickle(Uint8Array.from([0x80, 2, 0x4e]), context), /ends at byte 3/);
  assert.throws(() => unpickle(new Uint8Array(2 ** 20 + 1), context), /at most 1048576 bytes/);
});

Deno.test("what the writer writes is read back", () => {
  for (const value of [0, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31, 2 ** 53 - 1]) {
    const pickle = new PickleWriter();
    pickle.tuple(() => {
      pickle.integer(value);
      pickle.text("größe");
      pickle.false();
    });
    assert.deepEqual(unpickle(pickle.finish(), context), [value, "größe", false]);
  }
});
