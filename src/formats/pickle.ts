/** Writes Python's pickle of protocol 2: the few instructions that a dict of tensors needs. */

/** A pickle under construction: each method appends the instruction for one value or one step. */
export class PickleWriter {
  readonly #bytes: number[] = [0x80, 2];

  /** The object `name` of a Python module. */
  global(module: string, name: string): void {
    this.#bytes.push(0x63, ...new TextEncoder().encode(`${module}\n${name}\n`));
  }

  text(value: string): void {
    const utf8 = new TextEncoder().encode(value);
    this.#bytes.push(0x58, ...littleEndian(utf8.length, 4));
    for (const byte of utf8) this.#bytes.push(byte);
  }

  /** An integer from 0 to 2⁵³ − 1. */
  integer(value: number): void {
    if (value < 2 ** 8) this.#bytes.push(0x4b, value);
    else if (value < 2 ** 16) this.#bytes.push(0x4d, ...littleEndian(value, 2));
    else if (value < 2 ** 31) this.#bytes.push(0x4a, ...littleEndian(value, 4));
    else this.#bytes.push(0x8a, 8, ...littleEndian(value, 8));
  }

  false(): void {
    this.#bytes.push(0x89);
  }

  /** The values that `items` writes, as a tuple. */
  tuple(items: () => void): void {
    this.#bytes.push(0x28);
    items();
    this.#bytes.push(0x74);
  }

  /** Calls the function before the tuple on top of it. */
  call(): void {
    this.#bytes.push(0x52);
  }

  /** Puts the keys and values that `items` writes, in turn, into the dict before them. */
  setItems(items: () => void): void {
    this.#bytes.push(0x28);
    items();
    this.#bytes.push(0x75);
  }

  /** Resolves the tuple before it as the reference to a storage. */
  persistentId(): void {
    this.#bytes.push(0x51);
  }

  /** The whole pickle. */
  finish(): Uint8Array<ArrayBuffer> {
    return Uint8Array.from([...this.#bytes, 0x2e]);
  }
}

function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, i) => Math.floor(value / 256 ** i) % 256);
}
