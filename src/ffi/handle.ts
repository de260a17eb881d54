/** One owner a native pointer: freed once, and an error instead of a crash when used afterwards. */
import type { Arguments, Library, LongCall, ShortCall } from "./library.ts";

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
  /** What the native object keeps a reference to, and must not outlive. */
  readonly #borrowed: Handle[];
  /** Long calls under way. */
  #calls = 0;

  protected constructor(
    protected readonly library: Library,
    slot: Pick<HandleSlot, "address">,
    free: FreeSymbol,
    borrowed: readonly Handle[] = [],
  ) {
    this.#address = slot.address;
    this.#free = free;
    this.#borrowed = [...borrowed];
  }

  /** The native object's address, for facades of this folder. Throws once it, or what it borrowed, was freed. */
  get address(): bigint {
    if (this.#address === FREED) {
      throw new Error(`this ${this.constructor.name} was freed and cannot be used any more`);
    }
    for (const owner of this.#borrowed) void owner.address;
    return this.#address;
  }

  /** From now on the native object refers to `handle`, too. */
  protected borrow(handle: Handle): void {
    this.#borrowed.push(handle);
  }

  /** Frees the native object; further calls do nothing. Throws while another thread works on it. */
  free(): void {
    if (this.#address === FREED) return;
    if (this.#calls > 0) {
      throw new Error(`this ${this.constructor.name} is at work and cannot be freed: await its call first`);
    }
    const address = this.#address;
    this.#address = FREED;
    this.library.call(this.#free, address);
  }

  [Symbol.dispose](): void {
    this.free();
  }

  /** Calls a symbol on another thread, during which neither this object nor what it borrowed can be freed. */
  protected async callLong<K extends LongCall>(name: K, ...args: Arguments<K>): Promise<void> {
    await Handle.atWork([this, ...this.#borrowed], this.library.callLong(name, ...args));
  }

  /** Keeps `involved` from being freed until `call` is done. */
  protected static async atWork(involved: readonly Handle[], call: Promise<void>): Promise<void> {
    for (const handle of involved) handle.#calls++;
    try {
      await call;
    } finally {
      for (const handle of involved) handle.#calls--;
    }
  }
}

/** A text and its length, as nc.h takes them. */
export function text(value: string): [bytes: Uint8Array<ArrayBuffer>, length: bigint] {
  const bytes = new TextEncoder().encode(value);
  return [bytes, BigInt(bytes.length)];
}

/** An array, which FFI takes over an ArrayBuffer of its own, and its length in bytes, as nc.h takes them. */
export function sized(data: ArrayBufferView): [data: ArrayBufferView<ArrayBuffer>, bytes: bigint] {
  return [data as ArrayBufferView<ArrayBuffer>, BigInt(data.byteLength)];
}

/** Type of parameters, activations and features. */
export type Precision = "float32" | "float64";

const PRECISION_CODES = { float32: 0, float64: 1 } as const;

export function precisionCode(precision: Precision): number {
  return PRECISION_CODES[precision];
}

export function newValues(
  precision: Precision,
  length: number,
): Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer> {
  return precision === "float64" ? new Float64Array(length) : new Float32Array(length);
}
