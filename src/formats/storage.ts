/** The storages of PyTorch's files, and tensors as views of them. */
import { ELEMENT_BYTES, type StoredDtype } from "./elements.ts";
import { FormatError, quote } from "./error.ts";

/** The dtype of each of PyTorch's storages, by the name of its class in the module torch. */
export const STORAGES = new Map<string, StoredDtype>([
  ["DoubleStorage", "float64"],
  ["FloatStorage", "float32"],
  ["HalfStorage", "float16"],
  ["BFloat16Storage", "bfloat16"],
  ["LongStorage", "int64"],
  ["IntStorage", "int32"],
  ["ShortStorage", "int16"],
  ["CharStorage", "int8"],
  ["ByteStorage", "uint8"],
  ["BoolStorage", "bool"],
]);

/** A record of the file: `count` elements, whose bytes are known once it has been filled. */
export class Storage {
  bytes: Uint8Array = new Uint8Array();

  constructor(readonly key: string, readonly stored: StoredDtype, readonly count: number) {}

  fill(bytes: Uint8Array): void {
    const expected = this.count * ELEMENT_BYTES[this.stored];
    if (bytes.length !== expected) {
      const what = `storage ${quote(this.key)} of ${this.count} ${this.stored}`;
      throw new FormatError(`damaged: ${what} needs ${expected} bytes, found ${bytes.length}`);
    }
    this.bytes = bytes;
  }
}

/** A tensor: elements of a storage, by their offset and strides (in elements). */
export class TensorView {
  constructor(
    readonly storage: Storage,
    readonly offset: number,
    readonly shape: readonly number[],
    readonly strides: readonly number[],
  ) {}
}
