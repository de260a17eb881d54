/**
 * A plan as the text that native reads: a line each for the input, the parameters, the buffers, the ops in execution
 * order and the output, which are a word and key=value pairs. Values are numbered; 0 is the batch of images.
 */
import type { Plan, PlanEntry, PlanStep } from "./plan.ts";

/** The text native reads. */
export function encodePlan(plan: Plan): string {
  const lines = [
    `input shape=${plan.input.join()}`,
    ...plan.entries.map(encodeEntry),
    ...plan.steps.map(encodeStep),
    `output feature=${plan.feature} logits=${plan.logits} width=${plan.width} classes=${plan.classes}`,
  ];
  return lines.join("\n") + "\n";
}

function encodeEntry(entry: PlanEntry): string {
  switch (entry.kind) {
    case "parameter": {
      const { kind, ...draw } = entry.init;
      const [value] = Object.values(draw);
      const { taps, repeat, frozen } = entry;
      const window = taps === undefined ? "" : ` taps=${[taps.r0, taps.r1, taps.c0, taps.c1].join()}`;
      const columns = repeat === undefined ? "" : ` repeat=${repeat}`;
      const stays = frozen ? " frozen=1" : "";
      const first = `parameter name=${entry.name} shape=${entry.shape.join()} init=${kind} value=${value}`;
      return first + window + columns + stays;
    }
    case "buffer":
      return `buffer name=${entry.name} shape=${entry.shape.join()} value=${entry.value}`;
    case "counter":
      return `buffer name=${entry.name}`;
  }
}

function encodeStep(step: PlanStep): string {
  const { op, to, from, ...rest } = step;
  const fields: [string, unknown][] = [["to", to], ["from", from]];
  for (const [key, value] of Object.entries(rest)) {
    if (key === "fused") fields.push(...Object.entries(value as object));
    else fields.push([key, value]);
  }
  return [op, ...fields.map(([key, value]) => `${key}=${encodeField(value)}`)].join(" ");
}

function encodeField(value: unknown): string {
  if (typeof value === "boolean") return value ? "1" : "0";
  return Array.isArray(value) ? value.join() : String(value);
}
