/**
 * Python's pickles of protocols 2 to 5, for their data: a closed set of opcodes, and only those globals that the caller
 * lists. Any other global becomes an {@link Inert} stand-in, and so does whatever the pickle makes of it: it has a name
 * and nothing else, and no reader takes it for data. Reading executes nothing.
 * Opcodes: CPython's Lib/pickletools.py. One pass without recursion: time and memory are bounded.
 */
import { FormatError, quote } from "./error.ts";
import {
  Inert,
  isTuple,
  LATIN1,
  Machine,
  type PickleContext,
  type Stateful,
  tuple,
} from "./pickle_machine.ts";

type Callable = (args: readonly unknown[]) => unknown;
type Operation = (machine: Machine) => void;

const PROTOCOLS = { first: 2, last: 5 };
/** A network of 1,000 layers takes some 50,000 instructions, a list of 100,000 losses as many. */
const MAX_INSTRUCTIONS = 2 ** 23;
const STOP = 0x2e;

const OPERATIONS = new Map<number, Operation>([
  [0x80, protocol], // PROTO
  [0x95, (m) => void m.size(8)], // FRAME
  [0x63, (m) => m.push(m.global())], // GLOBAL
  [0x93, stackGlobal], // STACK_GLOBAL
  [0x52, reduce], // REDUCE
  [0x81, reduce], // NEWOBJ
  [0x92, (m) => (m.pop(), reduce(m))], // NEWOBJ_EX
  [0x6f, (m) => m.push(madeOf(m.popMark()[0]))], // OBJ
  [0x62, build], // BUILD
  [0x51, (m) => m.push(m.context.persistentLoad(m.pop()))], // BINPERSID

  [0x4e, (m) => m.push(null)], // NONE
  [0x88, (m) => m.push(true)], // NEWTRUE
  [0x89, (m) => m.push(false)], // NEWFALSE
  [0x4b, (m) => m.push(m.size(1))], // BININT1
  [0x4d, (m) => m.push(m.size(2))], // BININT2
  [0x4a, (m) => m.push(m.read(4).getInt32(0, true))], // BININT
  [0x8a, (m) => m.push(m.long(m.size(1)))], // LONG1
  [0x8b, (m) => m.push(m.long(m.size(4)))], // LONG4
  [0x47, (m) => m.push(m.read(8).getFloat64(0))], // BINFLOAT
  [0x8c, (m) => m.push(m.text(m.size(1)))], // SHORT_BINUNICODE
  [0x58, (m) => m.push(m.text(m.size(4)))], // BINUNICODE
  [0x8d, (m) => m.push(m.text(m.size(8)))], // BINUNICODE8
  [0x55, (m) => m.push(LATIN1.decode(m.read(m.size(1))))], // SHORT_BINSTRING: a name, in Python 2
  [0x54, (m) => m.push(m.bytesOf(m.size(4)))], // BINSTRING: data, in Python 2
  [0x43, (m) => m.push(m.bytesOf(m.size(1)))], // SHORT_BINBYTES
  [0x42, (m) => m.push(m.bytesOf(m.size(4)))], // BINBYTES
  [0x8e, (m) => m.push(m.bytesOf(m.size(8)))], // BINBYTES8
  [0x96, (m) => m.push(m.bytesOf(m.size(8)))], // BYTEARRAY8

  [0x7d, (m) => m.push(new Map())], // EMPTY_DICT
  [0x64, (m) => setItems(m, dictOf(m))], // DICT
  [0x73, (m) => setItems(m, m.popMany(2))], // SETITEM
  [0x75, (m) => setItems(m, m.popMark())], // SETITEMS
  [0x5d, (m) => m.push([])], // EMPTY_LIST
  [0x6c, (m) => m.push(m.popMark())], // LIST
  [0x61, (m) => append(m, m.popMany(1))], // APPEND
  [0x65, (m) => append(m, m.popMark())], // APPENDS
  [0x8f, (m) => m.push(new Inert("builtins.set"))], // EMPTY_SET
  [0x90, (m) => append(m, m.popMark())], // ADDITEMS
  [0x91, (m) => (m.popMark(), m.push(new Inert("builtins.frozenset")))], // FROZENSET
  [0x28, (m) => m.mark()], // MARK
  [0x29, (m) => m.push(tuple([]))], // EMPTY_TUPLE
  [0x85, (m) => m.push(tuple(m.popMany(1)))], // TUPLE1
  [0x86, (m) => m.push(tuple(m.popMany(2)))], // TUPLE2
  [0x87, (m) => m.push(tuple(m.popMany(3)))], // TUPLE3
  [0x74, (m) => m.push(tuple(m.popMark()))], // TUPLE
  [0x30, (m) => m.drop()], // POP
  [0x31, (m) => void m.popMark()], // POP_MARK
  [0x32, (m) => m.push(m.top())], // DUP

  [0x71, (m) => m.memoize(m.size(1))], // BINPUT
  [0x72, (m) => m.memoize(m.size(4))], // LONG_BINPUT
  [0x94, (m) => m.memoize()], // MEMOIZE
  [0x68, (m) => m.recall(m.size(1))], // BINGET
  [0x6a, (m) => m.recall(m.size(4))], // LONG_BINGET
]);

/**
 * The object that a pickle holds. Dicts become Maps, lists arrays, tuples frozen arrays, bytes views of `bytes`, and
 * what is not known {@link Inert}. Throws FormatError.
 */
export function unpickle(bytes: Uint8Array, context: PickleContext): unknown {
  return unpickleFrom(bytes, 0, context).value;
}

/** The same for a pickle that begins at byte `start`, and where it ends. */
export function unpickleFrom(
  bytes: Uint8Array,
  start: number,
  context: PickleContext,
): { value: unknown; end: number } {
  const machine = new Machine(bytes, start, context);
  let opcode = machine.size(1);
  for (let count = 0; opcode !== STOP; count++) {
    if (count === MAX_INSTRUCTIONS) {
      throw new FormatError(`expected a pickle of at most ${MAX_INSTRUCTIONS} instructions, found more`);
    }
    const operation = OPERATIONS.get(opcode);
    if (!operation) throw machine.refusal(opcode);
    operation(machine);
    opcode = machine.size(1);
  }
  return { value: machine.pop(), end: machine.offset };
}

function protocol(machine: Machine): void {
  const found = machine.size(1);
  if (found < PROTOCOLS.first || found > PROTOCOLS.last) {
    throw new FormatError(
      `expected a pickle of protocol ${PROTOCOLS.first} to ${PROTOCOLS.last}, found ${found}`,
    );
  }
}

function stackGlobal(machine: Machine): void {
  const [module, name] = machine.popMany(2);
  if (typeof module !== "string" || typeof name !== "string") {
    throw new FormatError("damaged: the pickle refers to something without a name");
  }
  machine.push(machine.global(module, name));
}

function reduce(machine: Machine): void {
  const [callee, args] = machine.popMany(2);
  if (!isTuple(args)) throw new FormatError("damaged: the pickle calls something without arguments");
  machine.push(typeof callee === "function" ? (callee as Callable)(args) : madeOf(callee));
}

/** The object that something unknown would make: nothing is called. */
function madeOf(callee: unknown): Inert {
  if (callee instanceof Inert) return new Inert(callee.name);
  throw new FormatError("damaged: the pickle calls something that is neither a function nor a class");
}

/** A state dict carries the modules' versions as an attribute of its OrderedDict; nothing here reads them. */
function build(machine: Machine): void {
  const state = machine.pop();
  const target = machine.top();
  if (target instanceof Inert) return;
  if (isStateful(target)) return target.setState(state);
  if (!(target instanceof Map && state instanceof Map)) {
    throw new FormatError("refused: the pickle sets attributes of something that is not a dict");
  }
}

function isStateful(target: unknown): target is Stateful {
  return typeof target === "object" && target !== null && "setState" in target;
}

/** The items above the mark, with the dict that they go into below them. */
function dictOf(machine: Machine): unknown[] {
  const items = machine.popMark();
  machine.push(new Map());
  return items;
}

function setItems(machine: Machine, items: readonly unknown[]): void {
  const dict = machine.top();
  if (!(dict instanceof Map || dict instanceof Inert) || items.length % 2 !== 0) {
    throw new FormatError(
      "damaged: the pickle sets items of something that is not a dict, or a key without a value",
    );
  }
  if (dict instanceof Inert) return;
  for (let i = 0; i < items.length; i += 2) {
    const item = items[i];
    const key = item instanceof Uint8Array ? LATIN1.decode(item) : item;
    if (dict.has(key)) {
      throw new FormatError(
        `damaged: the key ${quote(typeof key === "object" ? "of an object" : String(key))} appears twice`,
      );
    }
    dict.set(key, items[i + 1]);
  }
}

function append(machine: Machine, items: readonly unknown[]): void {
  const list = machine.top();
  if (list instanceof Inert) return;
  if (!Array.isArray(list) || Object.isFrozen(list)) {
    throw new FormatError("damaged: the pickle appends to something that is not a list");
  }
  for (const item of items) list.push(item);
}
