/**
 * State dicts of ResNets as people save them, under torchvision's names: without what wrappers put before each name,
 * with the names that small-image ResNets have (github.com/kuangliu/pytorch-cifar), and without what is no part of the
 * network.
 */
import { isAverage } from "../formats/state_dicts.ts";
import type { StateDict, TensorData } from "../formats/tensor.ts";
import type { Plan, PlanEntry } from "../models/plan.ts";
import { emptyTensor } from "../engine/checkpoint.ts";

/** What the last layer is called, in order of preference. */
const HEADS = ["fc", "linear", "classifier", "head"];
const STEM = "conv1.weight";
const FIRST_BLOCK = "layer1.0.conv1.weight";
const MOST_NAMED = 3;

export interface Renamed {
  readonly state: StateDict;
  /** What was done that changes the meaning of the file, for people. */
  readonly notes: readonly string[];
}

/**
 * The entries of the one ResNet in `state`, in any order and behind any prefix ("module.", "_orig_mod.", "backbone."),
 * under torchvision's names. A state dict that holds none comes back as it is. Throws, naming `file`, where it holds
 * several of which none is an average of another.
 */
export function renamed(state: StateDict, file: string): Renamed {
  const roots = rootsIn(state);
  if (roots.length === 0) return { state: namedOnce(state), notes: [] };
  const plain = roots.filter((root) => !isAverage(root));
  const [root, ...more] = plain.length > 0 ? plain : roots;
  if (more.length > 0) {
    const keys = [root!, ...more].map((prefix) => prefix.slice(0, -1) || "(no prefix)");
    throw new Error(
      `${file}: expected one network, found several: ${keys.join(", ")}; choose one with --key`,
    );
  }
  const head = headOf(state, root!);
  const names = new Map([...state.keys()].flatMap((name) => {
    const own = torchvisionName(name, root!, head);
    return own === null ? [] : [[name, own]];
  }));
  const leftOut = [...state.keys()].filter((name) => !names.has(name));
  return {
    state: new Map([...names].map(([name, own]) => [own, state.get(name)!])),
    notes: leftOut.length === 0 ? [] : [`left out, as no part of the network: ${some(leftOut)}`],
  };
}

/**
 * The entries in the number type of the network, which is float64 where any of them is; what PyTorch itself adds when it
 * loads is added: counters of batch norms, which evaluation does not read, and zeros where the last layer has no bias.
 */
export function completed(state: StateDict, plan: Plan, precision: "float32" | "float64"): Renamed {
  const complete: StateDict = new Map(
    [...state].map(([name, tensor]) => {
      const entry = plan.entries.find((entry) => entry.name === name);
      return [name, entry === undefined ? tensor : converted(tensor, entry, precision)];
    }),
  );
  const bias = `${plan.classifier}.bias`;
  const notes = state.has(bias) ? [] : [`the last layer has no bias: ${bias} is taken as zeros`];
  for (const entry of plan.entries) {
    if (state.has(entry.name) || !isOptional(entry, plan)) continue;
    complete.set(entry.name, emptyTensor(entry, precision));
  }
  return { state: complete, notes };
}

/** Whether a state dict may lack an entry. */
export function isOptional({ kind, name }: PlanEntry, { classifier }: Plan): boolean {
  return kind === "counter" || name === `${classifier}.bias`;
}

/** Without the second name that the published ResNet9 gives the entries of its last batch norm. */
function namedOnce(state: StateDict): StateDict {
  const isSecond = (name: string) =>
    name.startsWith("llBN.") && state.has(name.replace("llBN.", "res2.1.1."));
  return new Map([...state].filter(([name]) => !isSecond(name)));
}

/** Prefixes under which a ResNet lies. */
function rootsIn(state: StateDict): string[] {
  return [...state].filter(([name, { shape }]) => name.endsWith(STEM) && shape.length === 4)
    .map(([name]) => name.slice(0, -STEM.length))
    .filter((root) => state.has(root + FIRST_BLOCK));
}

/** Full name of the last layer: under `root`, else in what `root` lies in. */
function headOf(state: StateDict, root: string): string | null {
  const parts = root.split(".").slice(0, -1);
  const places = [...parts.map((_, i) => `${parts.slice(0, parts.length - i).join(".")}.`), ""];
  const heads = places.flatMap((place) => HEADS.map((head) => place + head));
  return heads.find((head) => state.get(`${head}.weight`)?.shape.length === 2) ?? null;
}

/** Null for what is no part of the network. */
function torchvisionName(name: string, root: string, head: string | null): string | null {
  if (head !== null && name.startsWith(`${head}.`)) return `fc.${name.slice(head.length + 1)}`;
  if (!name.startsWith(root)) return null;
  return name.slice(root.length).replace(/\.shortcut\.([01])\./, ".downsample.$1.");
}

function converted(tensor: TensorData, entry: PlanEntry, precision: "float32" | "float64"): TensorData {
  const { dtype, shape, data } = tensor;
  if (entry.kind === "counter") {
    const [count] = data;
    const isWhole = typeof count === "number" && Number.isSafeInteger(count);
    return isWhole ? { dtype: "int64", shape, data: BigInt64Array.of(BigInt(count)) } : tensor;
  }
  if (dtype === precision || (dtype !== "float32" && dtype !== "float64")) return tensor;
  return precision === "float64"
    ? { dtype: "float64", shape, data: Float64Array.from(data) }
    : { dtype: "float32", shape, data: Float32Array.from(data) };
}

function some(names: readonly string[]): string {
  const rest = names.length - MOST_NAMED;
  return names.slice(0, MOST_NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}
