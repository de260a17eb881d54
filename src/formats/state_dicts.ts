/** The state dicts among the other things that training scripts save, and which of them is meant. */
import { TensorView } from "./storage.ts";
import { FormatError, quote } from "./error.ts";
import { Inert, isTuple, type PickledDict } from "./pickle_machine.ts";

/** A dict of named tensors. */
export type Tensors = ReadonlyMap<string, TensorView>;

/** A state dict that was chosen. */
export interface Chosen {
  /** Keys that lead to it, joined by dots: "state_dict"; empty for the whole file. */
  readonly key: string;
  readonly tensors: Tensors;
  /** Keys of others that could have been meant. */
  readonly others: readonly string[];
}

/** Keys under which training scripts keep the state dict of the network. */
const USUAL = ["state_dict", "model_state_dict", "model", "net"];
const MOST_NAMED = 8;
/** Dicts within dicts that are looked into. */
const DEPTH = 4;

/** Whether a key or a prefix is named like averages of weights, which are kept beside the weights themselves. */
export function isAverage(key: string): boolean {
  return /(^|[._])(ema|swa|averaged?|teacher|shadow)([._]|$)|_ema|ema_/i.test(key);
}

/**
 * The state dict under `key`, or without one the only one that can be meant: a whole file of tensors; else, weights
 * before their averages, and those under a usual key before others. A key may go on into the names of the tensors
 * ("state_dict.teacher"): it then gives those that begin with it, without that prefix. Throws FormatError with the keys
 * there are.
 */
export function chooseStateDict(root: unknown, key?: string): Chosen {
  const all = candidatesIn(root);
  if (key !== undefined) return chosenBy(key, all);
  if (all.length === 0) {
    // An empty state dict is one, too.
    if (root instanceof Map && root.size === 0) return { key: "", tensors: new Map(), others: [] };
    throw new FormatError(misfit(root));
  }
  const left = narrowed(all);
  if (left.length > 1) {
    throw new FormatError(`expected one state dict, found several: ${listed(left)}; choose one with --key`);
  }
  const [{ key: chosen, tensors }] = left;
  return { key: chosen, tensors, others: all.map(({ key }) => key).filter((other) => other !== chosen) };
}

interface Candidate {
  readonly key: string;
  readonly tensors: Tensors;
}

/** Each rule leaves out those that it speaks against, unless none would be left. */
function narrowed(candidates: readonly Candidate[]): readonly Candidate[] {
  const rules: ((candidate: Candidate) => boolean)[] = [
    ({ key }) => key === "",
    ({ tensors }) => [...tensors.values()].some(({ shape }) => shape.length > 1),
    ({ key }) => !isAverage(key),
    ({ key }) => USUAL.includes(key.split(".").at(-1)!),
  ];
  return rules.reduce<readonly Candidate[]>((left, rule) => {
    const kept = left.filter(rule);
    return kept.length === 0 ? left : kept;
  }, candidates);
}

/** Every dict, reached by names, that holds tensors under names and nothing else; each once. */
function candidatesIn(root: unknown): Candidate[] {
  const found: Candidate[] = [];
  const seen = new Set<unknown>();
  const visit = (value: unknown, path: readonly string[]): void => {
    if (!(value instanceof Map) || seen.has(value) || path.length > DEPTH) return;
    seen.add(value);
    if (isStateDict(value)) {
      found.push({ key: path.join("."), tensors: value });
      return;
    }
    for (const [key, inner] of value) {
      if (typeof key === "string") visit(inner, [...path, key]);
    }
  };
  visit(root, []);
  return found;
}

function isStateDict(dict: PickledDict): dict is Tensors & PickledDict {
  return dict.size > 0 &&
    [...dict].every(([key, value]) => typeof key === "string" && value instanceof TensorView);
}

function chosenBy(key: string, all: readonly Candidate[]): Chosen {
  for (const { key: path, tensors } of all) {
    if (path === key) return { key, tensors, others: [] };
    const start = path === "" ? "" : `${path}.`;
    if (!key.startsWith(start)) continue;
    const prefix = `${key.slice(start.length)}.`;
    const inside = [...tensors].filter(([name]) => name.startsWith(prefix));
    if (inside.length === 0) continue;
    return { key, tensors: new Map(inside.map(([name, t]) => [name.slice(prefix.length), t])), others: [] };
  }
  const found = all.length === 0 ? "no state dict" : listed(all);
  throw new FormatError(`expected a state dict under --key ${quote(key)}, found ${found}`);
}

function listed(candidates: readonly Candidate[]): string {
  const keys = candidates.map(({ key, tensors }) =>
    key === "" ? `names that begin with ${prefixesOf(tensors)}` : quote(key)
  );
  const rest = keys.length - MOST_NAMED;
  return keys.slice(0, MOST_NAMED).join(", ") + (rest > 0 ? ` and ${rest} more` : "");
}

function prefixesOf(tensors: Tensors): string {
  const starts = new Set([...tensors.keys()].map((name) => name.split(".")[0]!));
  return [...starts].slice(0, MOST_NAMED).map(quote).join(", ");
}

/** Why there is no state dict: the first thing, where one is usually found, that is no tensor. */
function misfit(root: unknown): string {
  if (!(root instanceof Map)) {
    return `expected a state dict, found ${describe(root)}; in Python, save model.state_dict()`;
  }
  const under = USUAL.find((key) => root.get(key) instanceof Map && root.get(key).size > 0);
  const held = USUAL.find((key) => root.get(key) instanceof Inert);
  const dict: ReadonlyMap<unknown, unknown> = under === undefined ? root : root.get(under);
  const [key, value] = held === undefined
    ? [...dict].find(([key, value]) => typeof key !== "string" || !(value instanceof TensorView))!
    : [held, root.get(held)];
  return `expected a state dict of named tensors, or one under ${USUAL.map(quote).join(", ")}; ` +
    `found ${describe(value)} under the key ${typeof key === "object" ? "of an object" : quote(String(key))}`;
}

function describe(value: unknown): string {
  if (value === null) return "None";
  if (value instanceof Map) return "a dict";
  if (value instanceof TensorView) return "a tensor";
  if (value instanceof Inert) return `an object of ${quote(value.name)}, which is never loaded`;
  if (value instanceof Uint8Array) return "bytes";
  if (Array.isArray(value)) return isTuple(value) ? "a tuple" : "a list";
  return typeof value === "object" || typeof value === "function" ? "a part of PyTorch" : `a ${typeof value}`;
}
