/**
 * Numbers as a page holds them: little-endian bytes, four of them in five characters. Exact as float64, half as long as
 * their digits, and a sixteenth shorter than base64, which in a page of hundreds of columns is the size of a figure's code.
 */

/** Printable, and written the same in JSON, HTML and a script: without quotation marks, backslash, "<", "&", "/" and "!". */
const ALPHABET = "#$%()*+,-.0123456789:;=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[]^_abcdefghijklmnopqrstuvwxyz{|}";
const BASE = 85;
const [BYTES, CHARACTERS] = [4, 5];

/** float64; a missing one is NaN. */
export function packNumbers(values: readonly (number | null)[]): string {
  return pack(8, values, (view, at, value) => view.setFloat64(at, value ?? NaN, true));
}

export function unpackNumbers(text: string): Float64Array {
  const view = unpack(text);
  return Float64Array.from({ length: view.byteLength / 8 }, (_, i) => view.getFloat64(8 * i, true));
}

/** Whole numbers from 0 to 65535, of an even count. */
export function packWords(words: readonly number[]): string {
  return pack(2, words, (view, at, word) => view.setUint16(at, word, true));
}

export function unpackWords(text: string): Uint16Array {
  const view = unpack(text);
  return Uint16Array.from({ length: view.byteLength / 2 }, (_, i) => view.getUint16(2 * i, true));
}

function pack<T>(
  size: number,
  values: readonly T[],
  set: (view: DataView, at: number, value: T) => void,
): string {
  const view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, i) => set(view, size * i, value));
  const groups = Array.from({ length: view.byteLength / BYTES }, (_, i) => {
    let [rest, text] = [view.getUint32(BYTES * i, true), ""];
    for (let digit = 0; digit < CHARACTERS; digit++) {
      text += ALPHABET[rest % BASE]!;
      rest = Math.floor(rest / BASE);
    }
    return text;
  });
  return groups.join("");
}

/** By code of character; the alphabet is one byte each. */
const DIGITS = new Uint8Array(128);
for (let digit = 0; digit < BASE; digit++) DIGITS[ALPHABET.charCodeAt(digit)] = digit;

function unpack(text: string): DataView {
  const groups = text.length / CHARACTERS;
  const view = new DataView(new ArrayBuffer(BYTES * groups));
  for (let i = 0; i < groups; i++) {
    let word = 0;
    for (let digit = CHARACTERS - 1; digit >= 0; digit--) {
      word = word * BASE + DIGITS[text.charCodeAt(CHARACTERS * i + digit)]!;
    }
    view.setUint32(BYTES * i, word, true);
  }
  return view;
}
