/** What a pickle's instructions act on: the bytes, a stack with marks, a memo, and the objects that may be named. */
import { FormatError } from "./error.ts";

/** A Python dict or OrderedDict. */
export type PickledDict = Map<unknown, unknown>;

/** What a pickle may refer to. */
export interface PickleContext {
  /** By "module name": a function is what REDUCE may call, with the tuple of arguments; anything else is a value. */
  readonly globals: ReadonlyMap<string, unknown>;
  /** Resolves a persistent id: the reference to a storage kept outside of the pickle. */
  readonly persistentLoad: (id: unknown) => unknown;
}

/** What a class or function that is not known here is replaced by, and any object made with it. */
export class Inert {
  /** As Python imports it: "argparse.Namespace". */
  constructor(readonly name: string) {}
}

/** An object whose state a pickle sets after it is made. */
export interface Stateful {
  setState(state: unknown): void;
}

/** One byte can ask for an empty dict, which takes some 200 here. */
const MAX_OBJECTS = 2 ** 20;
/** Bytes of an integer; Python's own are unbounded, but squares of their length take time. */
const MAX_LONG = 1024;

/** Python's names of opcodes that are not read, for the message that refuses them. */
const REFUSED = new Map([
  [0x50, "PERSID"],
  [0x69, "INST"],
  [0x82, "EXT1"],
  [0x83, "EXT2"],
  [0x84, "EXT4"],
  [0x97, "NEXT_BUFFER"],
]);

export const LATIN1 = new TextDecoder("latin1");
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export class Machine {
  offset: number;
  #objects = 0;
  #stack: unknown[] = [];
  readonly #outer: unknown[][] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #view: DataView;

  constructor(readonly bytes: Uint8Array, start: number, readonly context: PickleContext) {
    this.offset = start;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  refusal(opcode: number): FormatError {
    const name = REFUSED.get(opcode) ?? "no part of a pickle";
    const where = `byte ${this.offset - 1} of the pickle`;
    return new FormatError(
      `refused: opcode 0x${opcode.toString(16)} (${name}) at ${where}; in Python, save model.state_dict()`,
    );
  }

  /** The next `count` bytes. */
  read(count: number): DataView {
    const { buffer, byteOffset } = this.#view;
    return new DataView(buffer, byteOffset + this.#advance(count), count);
  }

  /** The same, as bytes of the file itself. */
  bytesOf(count: number): Uint8Array {
    const start = this.#advance(count);
    return this.bytes.subarray(start, start + count);
  }

  /** An unsigned little-endian number of 1, 2, 4 or 8 bytes. */
  size(width: 1 | 2 | 4 | 8): number {
    const at = this.#advance(width);
    if (width === 1) return this.bytes[at]!;
    if (width === 2) return this.#view.getUint16(at, true);
    return width === 4 ? this.#view.getUint32(at, true) : Number(this.#view.getBigUint64(at, true));
  }

  text(length: number): string {
    const bytes = this.bytesOf(length);
    try {
      return UTF8.decode(bytes);
    } catch {
      throw new FormatError("damaged: a string of the pickle is not UTF-8");
    }
  }

  /** Little-endian two's complement of `width` bytes; a bigint where a number would not be exact. */
  long(width: number): number | bigint {
    if (width > MAX_LONG) {
      throw new FormatError(`expected integers of at most ${MAX_LONG} bytes, found ${width}`);
    }
    const digits = this.bytesOf(width);
    const value = digits.reduceRight((high, digit) => (high << 8n) | BigInt(digit), 0n);
    const signed = BigInt.asIntN(8 * width, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  global(module = this.#line(), name = this.#line()): unknown {
    const known = this.context.globals.get(`${module} ${name}`);
    return known === undefined ? new Inert(`${module}.${name}`) : known;
  }

  push(value: unknown): void {
    if (typeof value === "object" && value !== null) this.#count();
    this.#stack.push(value);
  }

  pop(): unknown {
    return this.popMany(1)[0];
  }

  popMany(count: number): unknown[] {
    if (this.#stack.length < count) {
      throw new FormatError("damaged: the pickle takes a value that is not there");
    }
    return this.#stack.splice(-count);
  }

  /** The object that the next operation changes in place. */
  top(): unknown {
    if (this.#stack.length === 0) {
      throw new FormatError("damaged: the pickle changes a value that is not there");
    }
    return this.#stack.at(-1);
  }

  /** Forgets the uppermost value, or the mark where there is none above it. */
  drop(): void {
    if (this.#stack.length === 0) this.popMark();
    else this.pop();
  }

  mark(): void {
    this.#count();
    this.#outer.push(this.#stack);
    this.#stack = [];
  }

  popMark(): unknown[] {
    const items = this.#stack;
    const outer = this.#outer.pop();
    if (!outer) throw new FormatError("damaged: the pickle ends a group that it did not begin");
    this.#stack = outer;
    return items;
  }

  memoize(key = this.#memo.size): void {
    this.#memo.set(key, this.top());
  }

  recall(key: number): void {
    if (!this.#memo.has(key)) {
      throw new FormatError(`damaged: the pickle recalls value ${key}, which it did not keep`);
    }
    this.push(this.#memo.get(key));
  }

  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.offset);
    if (end < 0) throw new FormatError("damaged: a name in the pickle does not end");
    const line = this.text(end - this.offset);
    this.offset++;
    return line;
  }

  /** Passes over `count` bytes and returns where they begin. */
  #advance(count: number): number {
    const start = this.offset;
    if (start + count > this.bytes.length) {
      throw new FormatError(`damaged: the pickle ends at byte ${this.bytes.length}, inside an instruction`);
    }
    this.offset += count;
    return start;
  }

  #count(): void {
    if (++this.#objects > MAX_OBJECTS) {
      throw new FormatError(`expected a pickle of at most ${MAX_OBJECTS} objects, found more`);
    }
  }
}

/** A list made immutable, which tells it from lists. */
export function tuple(items: unknown[]): readonly unknown[] {
  return Object.freeze(items);
}

/** Whether a value of the pickle is a tuple, not a list. */
export function isTuple(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.isFrozen(value);
}
