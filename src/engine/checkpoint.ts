/** State dicts between a native network and .pth files, in torchvision's order and under its names. */
import type { Precision } from "../ffi/handle.ts";
import type { Buffer, Network } from "../ffi/network.ts";
import { decodeStateDict, stateDictPieces } from "../formats/pth.ts";
import type { StateEntry } from "../ffi/state.ts";
import { elementCount, type StateDict, type TensorData } from "../formats/tensor.ts";
import { readIfThere, streamWhole } from "../files.ts";
import type { Plan, PlanEntry } from "../models/plan.ts";

/** What native counts to: one more each step never overflows. */
export const MOST_COUNTED = 2n ** 62n;
/** Differences that a message spells out. */
const MOST_NAMED = 3;

/**
 * Every entry of a network's or a trainer's state, copied out of it: all, or those that `wanted` names. A trainer on a
 * network that is read has been flushed.
 */
export function readState(
  source: Pick<Network, "entries" | "read">,
  wanted: (name: string) => boolean = () => true,
): StateDict {
  return new Map(
    source.entries().filter(({ name }) => wanted(name)).map(({ name, dtype, shape }) => {
      const tensor = zeros(dtype, shape);
      source.read(name, tensor.data as Buffer);
      return [name, tensor];
    }),
  );
}

/**
 * Copies a whole state dict into `network`. Throws, naming `file` and leaving the network as it is, where the entries
 * are of another architecture or precision.
 */
export function writeState(network: Network, plan: Plan, state: StateDict, file: string): void {
  checkArchitecture(plan, state, file);
  for (const [name, { dtype, data }] of state) {
    if (dtype !== "int64" && dtype !== network.precision) {
      throw new Error(`${file}: expected ${name} in ${network.precision}, found ${dtype}`);
    }
    if (dtype === "int64" && !(0n <= data[0] && data[0] <= MOST_COUNTED)) {
      throw new Error(`${file}: expected ${name} to be a count from 0 to 2⁶², found ${data[0]}`);
    }
  }
  for (const { name } of plan.entries) network.write(name, state.get(name)!.data as Buffer);
}

/**
 * Writes a .pth file that `torch.load(weights_only=True)` reads. The one that it takes the place of is kept under the
 * name `previous` where that is given.
 */
export async function saveStateDict(
  path: string,
  state: StateDict,
  { previous }: { previous?: string | undefined } = {},
): Promise<void> {
  const archive = path.slice(path.lastIndexOf("/") + 1).replace(/\.pth$/, "");
  await streamWhole(path, async (write) => {
    for (const piece of stateDictPieces(state, { archive })) await write(piece);
  }, { previous });
}

/** The state dict of a .pth file. Throws, naming the file, where it is not there, damaged or no checkpoint. */
export async function loadStateDict(path: string): Promise<StateDict> {
  const bytes = await readIfThere(path);
  if (bytes === null) throw new Error(`expected a checkpoint in ${path}, found no such file`);
  return decodeStateDict(bytes, { name: path });
}

/** The precision of the network that a state dict came from. */
export function precisionOf(state: StateDict): Precision {
  return [...state.values()].some(({ dtype }) => dtype === "float64") ? "float64" : "float32";
}

/** A zero tensor for an entry of the state dict. */
export function emptyTensor(entry: PlanEntry, precision: Precision): TensorData {
  return entry.kind === "counter" ? zeros("int64", []) : zeros(precision, entry.shape);
}

function zeros(dtype: StateEntry["dtype"], shape: readonly number[]): TensorData {
  const count = elementCount(shape);
  switch (dtype) {
    case "int64":
      return { dtype, shape, data: new BigInt64Array(count) };
    case "float64":
      return { dtype, shape, data: new Float64Array(count) };
    case "float32":
      return { dtype, shape, data: new Float32Array(count) };
  }
}

/** Throws, naming what differs, unless `state` has exactly the entries and shapes of `plan`. */
export function checkArchitecture(plan: Plan, state: StateDict, file: string): void {
  const expected = new Map(plan.entries.map((entry) => [entry.name, entry]));
  const missing = [...expected.keys()].filter((name) => !state.has(name));
  const unexpected = [...state.keys()].filter((name) => !expected.has(name));
  const mismatched = [...state].flatMap(([name, { dtype, shape }]) => {
    const entry = expected.get(name);
    if (entry === undefined) return [];
    const wanted = entry.kind === "counter" ? [] : entry.shape;
    if (shape.join() !== wanted.join()) {
      return [`${name} of shape ${sized(shape)} instead of ${sized(wanted)}`];
    }
    if ((entry.kind === "counter") === (dtype === "int64")) return [];
    return [`${name} in ${dtype}`];
  });
  const found = [
    ...summary("without", missing),
    ...summary("with the unknown", unexpected),
    ...summary("with", mismatched),
  ];
  if (found.length === 0) return;
  throw new Error(
    `${file} belongs to another architecture: expected the ${expected.size} entries of the network, ` +
      `found ${state.size}, ${found.join(", and ")}`,
  );
}

function summary(word: string, names: readonly string[]): string[] {
  if (names.length === 0) return [];
  const rest = names.length - MOST_NAMED;
  return [`${word} ${names.slice(0, MOST_NAMED).join(", ")}${rest > 0 ? ` (and ${rest} more)` : ""}`];
}

function sized(shape: readonly number[]): string {
  return shape.length === 0 ? "()" : shape.join("×");
}
