/** What rewrites that join steps ask of a plan's values. */
import type { Plan, PlanStep } from "../plan.ts";

/** The step that reads a value, where it is the only one and nobody else asks for the value. */
export function onlyReadersIn(plan: Plan): (value: number) => PlanStep | undefined {
  const readers = new Map<number, PlanStep[]>();
  for (const step of plan.steps) {
    for (const value of step.from) readers.set(value, [...readers.get(value) ?? [], step]);
  }
  return (value) => {
    const all = readers.get(value) ?? [];
    return all.length === 1 && value !== plan.feature ? all[0] : undefined;
  };
}

/** Numbers the values 0, 1, 2, … in the order in which the steps write them. */
export function renumber(plan: Plan): Plan {
  const fresh = new Map<number, number>([[0, 0]]);
  plan.steps.forEach((step, index) => fresh.set(step.to, index + 1));
  const number = (value: number): number => {
    const renamed = fresh.get(value);
    if (renamed === undefined) throw new Error(`value ${value} is read but no step writes it`);
    return renamed;
  };
  return {
    ...plan,
    steps: plan.steps.map((step) => ({ ...step, to: number(step.to), from: step.from.map(number) })),
    names: new Map(
      [...plan.names].flatMap(([name, value]) => fresh.has(value) ? [[name, number(value)]] : []),
    ),
    shapes: [plan.shapes[0], ...plan.steps.map((step) => plan.shapes[step.to])],
    feature: number(plan.feature),
    logits: number(plan.logits),
  };
}
