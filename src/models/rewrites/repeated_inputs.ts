/** Lets linear layers read a number once where a mean over parts of a single position repeats it. */
import type { Plan, PlanEntry, PlanStep } from "../plan.ts";
import { onlyReadersIn, renumber } from "./values.ts";

type Parameter = Extract<PlanEntry, { kind: "parameter" }>;

/**
 * An adaptive mean of a 1×1 map to k×k parts repeats each channel n = k² times, and a linear layer behind it multiplies,
 * differentiates and updates n columns for one number: nearly all of a VGG's parameters, on images of 32×32. The layer
 * reads the channels themselves instead, by a weight that is marked `repeat`: n; it keeps its shape in the state dict.
 */
export function readRepeatsOnce(plan: Plan): Plan {
  const onlyReader = onlyReadersIn(plan);
  const parameters = new Map(
    plan.entries.filter((entry) => entry.kind === "parameter").map((entry) => [entry.name, entry]),
  );
  const repeats = new Map<string, number>();
  const flattened = new Map<PlanStep, PlanStep>();
  const left = new Set<PlanStep>();
  for (const pool of plan.steps) {
    if (pool.op !== "adaptive_avg_pool2d" || !isOnePosition(plan, pool.from[0]!)) continue;
    const { size: side = 1 } = pool;
    const flatten = onlyReader(pool.to);
    if (side === 1 || flatten?.op !== "flatten") continue;
    const linear = onlyReader(flatten.to);
    if (linear?.op !== "linear" || !isSummed(plan, linear, parameters)) continue;
    repeats.set(linear.weight, side ** 2);
    left.add(pool);
    flattened.set(flatten, { ...flatten, from: pool.from });
  }
  if (repeats.size === 0) return plan;
  return renumber({
    ...plan,
    entries: plan.entries.map((entry) => {
      const repeat = repeats.get(entry.name);
      return entry.kind === "parameter" && repeat !== undefined ? { ...entry, repeat } : entry;
    }),
    steps: plan.steps.filter((step) => !left.has(step)).map((step) => flattened.get(step) ?? step),
    shapes: plan.shapes.map((shape, value) => {
      const flatten = [...flattened.values()].find(({ to }) => to === value);
      return flatten === undefined ? shape : plan.shapes[flatten.from[0]!]!;
    }),
    // What is flattened now is another value than the one of that name.
    names: new Map(
      [...plan.names].filter(([, value]) => [...flattened.values()].every(({ to }) => to !== value)),
    ),
  });
}

function isOnePosition({ shapes }: Plan, value: number): boolean {
  const [, height, width] = shapes[value]!;
  return height === 1 && width === 1;
}

/** Whether columns of one input only ever count by their sum, which training moves: by no length of a row, and nobody else. */
function isSummed(
  { steps }: Plan,
  linear: Extract<PlanStep, { op: "linear" }>,
  parameters: ReadonlyMap<string, Parameter>,
): boolean {
  const shared = steps.some((step) =>
    step !== linear && (step.op === "linear" || step.op === "conv2d") && step.weight === linear.weight
  );
  return linear.temperature === undefined && !shared && parameters.get(linear.weight)?.frozen !== true;
}
