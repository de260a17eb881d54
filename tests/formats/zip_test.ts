import assert from "node:assert/strict";
import { readZip } from "../../src/formats/zip.ts";
import { writeZip } from "./whole_files.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const sample = () =>
  writeZip([["a/first", bytes("one")], ["a/größe", bytes("")], ["a/last", bytes("three")]]);

/** The offset of the n-th record that begins with PK and these two bytes. */
function record(zip: Uint8Array, kind: readonly [number, number], nth = 0): number {
  let offset = -1;
  for (let i = 0; i <= nth; i++) {
    do offset++; while (![0x50, 0x4b, ...kind].every((byte, k) => zip[offset + k] === byte));
  }
  return offset;
}

const DIRECTORY = [1, 2] as const;
const END = [5, 6] as const;

/** The sample with bytes overwritten at an offset within one of its records. */
function damaged(
  kind: readonly [number, number],
  field: number,
  values: readonly number[],
  nth = 0,
): Uint8Array {
  const zip = sample();
  zip.set(values, record(zip, kind, nth) + field);
  return zip;
}

function refuses(zip: Uint8Array, message: RegExp): void {
  assert.throws(
    () => readZip(zip),
    (error: Error) => error.name === "FormatError" && message.test(error.message),
  );
}

Deno.test("entries survive a round trip, in order", () => {
  const zip = readZip(sample());
  assert.deepEqual(zip.names, ["a/first", "a/größe", "a/last"]);
  assert.deepEqual(zip.read("a/first"), bytes("one"));
  assert.deepEqual(zip.read("a/größe"), bytes(""));
  assert.equal(zip.read("a/none"), undefined);
});

Deno.test("every entry begins at a multiple of 64 bytes", () => {
  const zip = sample();
  for (const name of ["a/first", "a/größe", "a/last"]) {
    assert.equal((readZip(zip).read(name)!.byteOffset - zip.byteOffset) % 64, 0, name);
  }
});

Deno.test("a comment after the directory does no harm", () => {
  const zip = Uint8Array.from([...sample(), ...bytes("hello")]);
  refuses(zip, /truncated, or not a zip/);
  zip[record(zip, END) + 20] = 5;
  assert.equal(readZip(zip).names.length, 3);
});

Deno.test("a changed byte of an entry is noticed when it is read", () => {
  const zip = sample();
  zip[readZip(zip).read("a/last")!.byteOffset] ^= 1;
  const { read } = readZip(zip);
  assert.throws(() => read("a/last"), /CRC-32 of entry "a\/last"/);
  assert.deepEqual(read("a/first"), bytes("one"));
});

Deno.test("a CRC of zero means that none was computed", () => {
  const zip = damaged(DIRECTORY, 16, [0, 0, 0, 0], 2);
  zip[readZip(zip).read("a/last")!.byteOffset] ^= 1;
  assert.equal(readZip(zip).read("a/last")!.length, 5);
});

Deno.test("what torch.save never writes is refused", () => {
  refuses(damaged(DIRECTORY, 10, [8, 0]), /entry "a\/first" is compressed/);
  refuses(damaged(DIRECTORY, 8, [1, 8]), /encrypted/);
  refuses(damaged(DIRECTORY, 10, [12, 0]), /expected it stored or deflated, found zip's method 12/);
});

Deno.test("damaged zips are refused", () => {
  for (let length = 0; length < sample().length; length++) refuses(sample().subarray(0, length), /not a zip/);
  refuses(damaged(END, 16, [255, 255, 0, 0]), /directory lies outside/);
  refuses(damaged(DIRECTORY, 24, [255, 255, 255, 255]), /a size of entry "a\/first" is missing/);
  refuses(damaged(END, 10, [255, 255]), /expected 65535 entries .* found 3/);
  refuses(damaged(DIRECTORY, 24, [98]), /two sizes of the stored entry "a\/first" differ/);
  refuses(damaged(END, 10, [4, 0]), /expected 4 entries .* found 3/);
  refuses(damaged(DIRECTORY, 28, [255, 255]), /name .* runs past/);
  refuses(damaged(DIRECTORY, 42, [255, 255, 0, 0]), /header of entry "a\/first" lies outside/);
  refuses(damaged(DIRECTORY, 20, [255, 255, 0, 0, 255, 255, 0, 0]), /data of entry "a\/first" lies outside/);
  refuses(damaged(DIRECTORY, 42, [0, 0, 0, 0], 1), /not where it should be/);
  refuses(damaged(DIRECTORY, 20, [99, 0, 0, 0, 99, 0, 0, 0]), /overlaps/);
  refuses(writeZip([["a", bytes("1")], ["a", bytes("2")]]), /two entries of one name/);
});
