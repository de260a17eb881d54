/**
 * Python's pickle of protocol 2, as far as torch.save needs it for data: a closed set of opcodes, and only those
 * globals that the caller lists. Nothing in a file can name anything else, so reading executes nothing.
 * Opcodes: CPython's Lib/pickletools.py. One pass without recursion: time and memory are proportional to the file.
 */
import { FormatError, quote } from "./error.ts";

/** A Python dict or OrderedDict. */
export type PickledDict = Map<unknown, unknown>;

/** What a pickle may refer to. */
export interface PickleContext {
  /** By "module name": a function is what REDUCE may call, with the tuple of arguments; anything else is a value. */
  readonly globals: ReadonlyMap<string, unknown>;
  /** Resolves a persistent id: the reference to a storage kept outside of the pickle. */
  readonly persistentLoad: (id: unknown) => unknown;
}

type Callable = (args: readonly unknown[]) => unknown;
type Operation = (machine: Machine) => void;

const PROTOCOL = 2;
/** One byte can ask for an empty dict, which takes some 200 here; a network of 1,000 layers has a pickle of 0.2 MB. */
const MAX_BYTES = 2 ** 20;
const STOP = 0x2e;

/** Python's names of the opcodes by which a pickle builds objects of any class, for the message that refuses them. */
const REFUSED = new Map([
  [0x50, "PERSID"],
  [0x69, "INST"],
  [0x6f, "OBJ"],
  [0x81, "NEWOBJ"],
  [0x82, "EXT1"],
  [0x83, "EXT2"],
  [0x84, "EXT4"],
  [0x92, "NEWOBJ_EX"],
  [0x93, "STACK_GLOBAL"],
]);

const OPERATIONS = new Map<number, Operation>([
  [0x80, protocol], // PROTO
  [0x63, (m) => m.push(m.global())], // GLOBAL
  [0x52, reduce], // REDUCE
  [0x62, build], // BUILD
  [0x51, (m) => m.push(m.context.persistentLoad(m.pop()))], // BINPERSID

  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4b, (m) => m.push(m.read(1).getUint8(0))], // BININT1
  [0x4d, (m) => m.push(m.read(2).getUint16(0, true))], // BININT2
  [0x4a, (m) => m.push(m.read(4).getInt32(0, true))], // BININT
  [0x8a, (m) => m.push(m.long())], // LONG1
  [0x47, (m) => m.push(m.read(8).getFloat64(0))], // BINFLOAT
  [0x58, (m) => m.push(m.text(m.read(4).getUint32(0, true)))], // BINUNICODE

  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x73, (m) => setItems(m, m.popMany(2))], // SETITEM
  [0x75, (m) => setItems(m, m.popMark())], // SETITEMS
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x61, (m) => append(m, m.popMany(1))], // APPEND
  [0x65, (m) => append(m, m.popMark())], // APPENDS
  [0x28, (m) => m.mark()], // MARK
  [0x29, (m) => m.push(tuple([]))], // EMPTY_TUPLE
  [0x85, (m) => m.push(tuple(m.popMany(1)))], // TUPLE1
  [0x86, (m) => m.push(tuple(m.popMany(2)))], // TUPLE2
  [0x87, (m) => m.push(tuple(m.popMany(3)))], // TUPLE3
  [0x74, (m) => m.push(tuple(m.popMark()))], // TUPLE

  [0x71, (m) => m.memoize(m.read(1).getUint8(0))], // BINPUT
  [0x72, (m) => m.memoize(m.read(4).getUint32(0, true))], // LONG_BINPUT
  [0x68, (m) => m.recall(m.read(1).getUint8(0))], // BINGET
  [0x6a, (m) => m.recall(m.read(4).getUint32(0, true))], // LONG_BINGET
]);

/** The object that a pickle holds. Dicts become Maps, lists arrays, tuples frozen arrays. Throws FormatError. */
export function unpickle(bytes: Uint8Array, context: PickleContext): unknown {
  if (bytes.length > MAX_BYTES) {
    throw new FormatError(`expected a pickle of at most ${MAX_BYTES} bytes, found ${bytes.length}`);
  }
  const machine = new Machine(bytes, context);
  for (let opcode = machine.opcode(); opcode !== STOP; opcode = machine.opcode()) {
    const operation = OPERATIONS.get(opcode);
    if (!operation) throw machine.refusal(opcode);
    operation(machine);
  }
  return machine.pop();
}

class Machine {
  #offset = 0;
  #stack: unknown[] = [];
  readonly #outer: unknown[][] = [];
  readonly #memo = new Map<number, unknown>();
  readonly #view: DataView;

  constructor(readonly bytes: Uint8Array, readonly context: PickleContext) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  opcode(): number {
    return this.read(1).getUint8(0);
  }

  refusal(opcode: number): FormatError {
    const name = REFUSED.get(opcode) ?? "no part of a pickle of tensors";
    const where = `byte ${this.#offset - 1} of the pickle`;
    return new FormatError(
      `refused: opcode 0x${opcode.toString(16)} (${name}) at ${where}; in Python, save model.state_dict()`,
    );
  }

  /** The next `count` bytes. */
  read(count: number): DataView {
    const start = this.#offset;
    if (start + count > this.bytes.length) {
      throw new FormatError(`damaged: the pickle ends at byte ${this.bytes.length}, inside an instruction`);
    }
    this.#offset += count;
    return new DataView(this.#view.buffer, this.#view.byteOffset + start, count);
  }

  text(length: number): string {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.read(length));
    } catch (error) {
      if (error instanceof FormatError) throw error;
      throw new FormatError("damaged: a string of the pickle is not UTF-8");
    }
  }

  /** Little-endian two's complement; a bigint where a number would not be exact. */
  long(): number | bigint {
    const digits = this.read(this.read(1).getUint8(0));
    let value = 0n;
    for (let i = digits.byteLength - 1; i >= 0; i--) value = (value << 8n) | BigInt(digits.getUint8(i));
    const signed = BigInt.asIntN(8 * digits.byteLength, value);
    return Number.isSafeInteger(Number(signed)) ? Number(signed) : signed;
  }

  global(): unknown {
    const name = `${this.#line()} ${this.#line()}`;
    if (!this.context.globals.has(name)) {
      throw new FormatError(
        `refused: the pickle refers to ${quote(name.replace(" ", "."))}, which no state dict needs; ` +
          "in Python, save model.state_dict() with plain tensors and numbers",
      );
    }
    return this.context.globals.get(name);
  }

  push(value: unknown): void {
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

  mark(): void {
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

  memoize(key: number): void {
    this.#memo.set(key, this.top());
  }

  recall(key: number): void {
    if (!this.#memo.has(key)) {
      throw new FormatError(`damaged: the pickle recalls value ${key}, which it did not keep`);
    }
    this.push(this.#memo.get(key));
  }

  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.#offset);
    if (end < 0) throw new FormatError("damaged: a name in the pickle does not end");
    const line = this.text(end - this.#offset);
    this.#offset++;
    return line;
  }
}

function protocol(machine: Machine): void {
  const found = machine.read(1).getUint8(0);
  if (found !== PROTOCOL) {
    throw new FormatError(
      `expected a pickle of protocol ${PROTOCOL}, which torch.save writes by default, found ${found}`,
    );
  }
}

function reduce(machine: Machine): void {
  const [callee, args] = machine.popMany(2);
  if (typeof callee !== "function" || !isTuple(args)) {
    throw new FormatError(
      "refused: the pickle calls something that is not one of the functions a state dict needs",
    );
  }
  machine.push((callee as Callable)(args));
}

/** A state dict carries the modules' versions as an attribute of its OrderedDict; nothing here reads them. */
function build(machine: Machine): void {
  const state = machine.pop();
  if (!(machine.top() instanceof Map && state instanceof Map)) {
    throw new FormatError("refused: the pickle sets attributes of something that is not a dict");
  }
}

function setItems(machine: Machine, items: readonly unknown[]): void {
  const dict = machine.top();
  if (!(dict instanceof Map) || items.length % 2 !== 0) {
    throw new FormatError(
      "damaged: the pickle sets items of something that is not a dict, or a key without a value",
    );
  }
  for (let i = 0; i < items.length; i += 2) {
    const key = items[i];
    if (key !== null && !["string", "number", "bigint", "boolean"].includes(typeof key)) {
      throw new FormatError("refused: a dict's key is neither a string nor a number");
    }
    if (dict.has(key)) throw new FormatError(`damaged: the key ${quote(String(key))} appears twice`);
    dict.set(key, items[i + 1]);
  }
}

function append(machine: Machine, items: readonly unknown[]): void {
  const list = machine.top();
  if (!Array.isArray(list) || Object.isFrozen(list)) {
    throw new FormatError("damaged: the pickle appends to something that is not a list");
  }
  for (const item of items) list.push(item);
}

function tuple(items: unknown[]): readonly unknown[] {
  return Object.freeze(items);
}

/** Whether a value of the pickle is a tuple, not a list. */
export function isTuple(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.isFrozen(value);
}
