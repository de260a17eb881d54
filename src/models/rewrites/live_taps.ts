/** Leaves out the taps of kernels that never meet data. */
import { weightShape } from "../kernels.ts";
import type { ConvStep, Plan, Taps } from "../plan.ts";

/**
 * Drops the kernel rows and columns that only ever meet padding: on the 1×1 and 2×2 maps at the end of a ResNet
 * that is most of a 3×3 kernel. The parameter keeps its shape in the state dict.
 */
export function keepLiveTaps(plan: Plan): Plan {
  const taps = new Map<string, Taps>();
  const steps = plan.steps.map((step) => {
    if (step.op !== "conv2d") return step;
    const [, height, width] = plan.shapes[step.from[0]];
    const [, outHeight, outWidth] = plan.shapes[step.to];
    const [, , kernelHeight, kernelWidth] = weightShape(plan, step.weight);
    const [top, left] = step.padding;
    const rows = liveRange({
      size: height,
      out: outHeight,
      kernel: kernelHeight,
      padding: top,
      stride: step.stride,
    });
    const cols = liveRange({
      size: width,
      out: outWidth,
      kernel: kernelWidth,
      padding: left,
      stride: step.stride,
    });
    if (rows.end - rows.start === kernelHeight && cols.end - cols.start === kernelWidth) return step;
    taps.set(step.weight, { r0: rows.start, r1: rows.end, c0: cols.start, c1: cols.end });
    return { ...step, padding: [rows.before, cols.before, rows.after, cols.after] } satisfies ConvStep;
  });
  const entries = plan.entries.map((entry) => {
    const live = taps.get(entry.name);
    return entry.kind === "parameter" && live !== undefined ? { ...entry, taps: live } : entry;
  });
  return { ...plan, entries, steps };
}

/**
 * Along one axis: the taps that meet data at some output position, and the padding left around them. All taps, where
 * none does.
 */
function liveRange(
  { size, out, kernel, padding, stride }: {
    size: number;
    out: number;
    kernel: number;
    padding: number;
    stride: number;
  },
): { start: number; end: number; before: number; after: number } {
  const meetsData = (tap: number): boolean =>
    Array.from({ length: out }, (_, position) => position * stride - padding + tap)
      .some((row) => 0 <= row && row < size);
  const live = Array.from({ length: kernel }, (_, tap) => tap).filter(meetsData);
  const start = live[0] ?? 0;
  const end = (live.at(-1) ?? kernel - 1) + 1;
  const before = padding - start;
  const after = Math.max(0, (out - 1) * stride + (end - start) - size - before);
  return { start, end, before, after };
}
