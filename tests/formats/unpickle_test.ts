import assert from "node:assert/strict";
import { PickleWriter } from "../../src/formats/pickle.ts";
import { Inert, isTuple } from "../../src/formats/pickle_machine.ts";
import { unpickle } from "../../src/formats/unpickle.ts";

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

Deno.test("attributes of a dict are dropped, of a list refused", () => {
  assert.deepEqual(load("}}K\x01K\x02sb"), new Map());
  refuses("]}b", /not a dict/);
  refuses("}Nb", /not a dict/);
});

Deno.test("globals outside of the closed set are inert, whatever a pickle does with them", () => {
  const system = new Inert("os.system");
  const made: string[] = [
    "cos\nsystem\n",
    "cos\nsystem\nX\x02\x00\x00\x00ls\x85R",
    "cos\nsystem\n)\x81",
    "cos\nsystem\n)}\x92",
    "(cos\nsystem\nK\x01o",
    "X\x02\x00\x00\x00osX\x06\x00\x00\x00system\x93",
    "cos\nsystem\n)\x81}X\x01\x00\x00\x00aK\x01sb",
    "cos\nsystem\n)\x81(K\x01K\x02u",
    "cos\nsystem\n)\x81(K\x01K\x02e",
    "cos\nsystem\n)\x81)R",
  ];
  for (const code of made) assert.deepEqual(load(code), system, JSON.stringify(code));
  refuses("cmath\npi\n)R", /neither a function nor a class/);
  refuses("K\x01)R", /neither a function nor a class/);
  refuses("cmath\nsum\nK\x01R", /without arguments/);
  refuses("K\x01K\x02\x93", /without a name/);
});

Deno.test("protocols 2 to 5 are read, opcodes outside of the closed set refused by name", () => {
  const values: [code: string, value: unknown][] = [
    ["\x80\x05\x95\x03\x00\x00\x00\x00\x00\x00\x00\x8c\x01a", "a"],
    ["C\x02\x00\xff", Uint8Array.of(0, 255)],
    ["B\x02\x00\x00\x00\x00\xff", Uint8Array.of(0, 255)],
    ["\x8e\x01\x00\x00\x00\x00\x00\x00\x00\x07", Uint8Array.of(7)],
    ["U\x02a\xe9", "aé"],
    ["T\x01\x00\x00\x00\xe9", Uint8Array.of(0xe9)],
    ["}U\x01aK\x01s", new Map([["a", 1]])],
    ["}C\x01aK\x01s", new Map([["a", 1]])],
    ["(K\x01K\x02l", [1, 2]],
    ["(K\x01K\x02d", new Map([[1, 2]])],
    ["K\x01K\x020", 1],
    ["K\x01(0", 1],
    ["K\x01(K\x021", 1],
    ["K\x012\x86", [1, 1]],
    ["K\x01\x94K\x02\x94h\x00h\x01\x86", [1, 2]],
    ["\x8b\x02\x00\x00\x00\xff\xff", -1],
    ["\x8f(K\x01\x90", new Inert("builtins.set")],
    ["(K\x01\x91", new Inert("builtins.frozenset")],
  ];
  for (const [code, value] of values) assert.deepEqual(load(code), value, JSON.stringify(code));
  refuses("\x80\x01", /protocol 2 to 5, found 1/);
  refuses("\x80\x06", /protocol 2 to 5, found 6/);
  refuses("X\x01\x00\x00\x00aQP", /0x50 \(PERSID\) at byte 9/);
  refuses("\x82\x01", /EXT1/);
});

Deno.test("a small pickle cannot ask for much memory or time", () => {
  refuses("}".repeat(2 ** 20 + 1), /at most 1048576 objects/);
  refuses("(".repeat(2 ** 20 + 1), /at most 1048576 objects/);
  refuses("N0".repeat(2 ** 22 + 1), /at most 8388608 instructions/);
  refuses("\x8b\xff\xff\xff\x7f", /at most 1024 bytes/);
  refuses("\x8e\xff\xff\xff\xff\xff\xff\xff\xff", /ends at byte/);
  // Lists that hold each other, and one that holds itself twice: as many objects as instructions.
  const doubling = "]q\x00h\x00h\x00\x86" + "q\x00h\x00h\x00\x86".repeat(200);
  assert.ok(isTuple(load(doubling)));
  assert.ok(Array.isArray(load("]q\x00h\x00a")));
  refuses("}(" + "]q\x00" + "h\x00\x85q\x00".repeat(20_000) + "Nh\x00Nu", /of an object.*twice/);
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
  refuses("cmath", /does not end/);
  assert.throws(() => unpickle(Uint8Array.from([0x80, 2, 0x4e]), context), /ends at byte 3/);
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
