/** One owner a native pointer: freed once, and an error instead of a crash when used afterwards. */
import type { Library, ShortCall } from "./library.ts";

type FreeSymbol = Extract<ShortCall, `nc_${string}_free`>;

const FREED = 0n;

/** A place for a native function to write a handle to. */
export class HandleSlot {
  readonly place = new BigUint64Array(1);

  get address(): bigint {
    return this.place[0];
  }
}

/** Base of the facades; `using` frees it. */
export abstract class Handle {
  #address: bigint;
  readonly #free: FreeSymbol;

  protected constructor(protected readonly library: Library, slot: HandleSlot, free: FreeSymbol) {
    this.#address = slot.address;
    this.#free = free;
  }

  /** The native object's address, for facades of this folder. Throws once freed. */
  get address(): bigint {
    if (this.#address === FREED) {
      throw new Error(`this ${this.constructor.name} was freed and cannot be used any more`);
    }
    return this.#address;
  }

  /** Frees the native object; further calls do nothing. */
  free(): void {
    if (this.#address === FREED) return;
    const address = this.#address;
    this.#address = FREED;
    this.library.call(this.#free, address);
  }

  [Symbol.dispose](): void {
    this.free();
  }
}

/** A text and its length, as nc.h takes them. */
export function text(value: string): [bytes: Uint8Array<ArrayBuffer>, length: bigint] {
  const bytes = new TextEncoder().encode(value);
  return [bytes, BigInt(bytes.length)];
}

/** A typed array's length in bytes, as nc.h takes it. */
export function bytesOf(data: ArrayBufferView): bigint {
  return BigInt(data.byteLength);
}

/** Type of parameters, activations and features. */
export type Precision = "float32" | "float64";

export function precisionCode(precision: Precision): number {
  return precision === "float64" ? 1 : 0;
}

export function newValues(
  precision: Precision,
  length: number,
): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> {
  return precision === "float64" ? new Float64Array(length) : new Float32Array(length);
}
