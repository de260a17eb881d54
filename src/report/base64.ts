/** Numbers as a page holds them: little-endian in base64, a missing one as NaN. Exact as float64, and half as long as its digits. */

export function encodeNumbers(values: readonly (number | null)[]): string {
  return encode(8, values, (view, at, value) => view.setFloat64(at, value, true));
}

export function decodeNumbers(text: string): Float64Array {
  const view = decode(text);
  return Float64Array.from({ length: view.byteLength / 8 }, (_, i) => view.getFloat64(8 * i, true));
}

/** Rounded to float32: seven digits. */
export function encodeFloats(values: readonly (number | null)[]): string {
  return encode(4, values, (view, at, value) => view.setFloat32(at, value, true));
}

export function decodeFloats(text: string): Float32Array {
  const view = decode(text);
  return Float32Array.from({ length: view.byteLength / 4 }, (_, i) => view.getFloat32(4 * i, true));
}

function encode(
  size: number,
  values: readonly (number | null)[],
  set: (view: DataView, at: number, value: number) => void,
): string {
  const view = new DataView(new ArrayBuffer(size * values.length));
  values.forEach((value, i) => set(view, size * i, value ?? NaN));
  return btoa(Array.from(new Uint8Array(view.buffer), (byte) => String.fromCharCode(byte)).join(""));
}

function decode(text: string): DataView {
  const characters = atob(text);
  const bytes = new Uint8Array(characters.length);
  for (let i = 0; i < bytes.length; i++) bytes[i] = characters.charCodeAt(i);
  return new DataView(bytes.buffer);
}
