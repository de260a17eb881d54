/** The report of what `measure` measured. */
import process from "node:process";
import configuration from "../../deno.json" with { type: "json" };
import type { Result } from "../measuring/results.ts";
import type { Bootstrap } from "../run/tables.ts";
import { commandLine } from "./command_line.ts";

/** Sources that the table names before it only counts them. */
const NAMED = 3;

/** Writes reports/<name>/ and returns the path of its page. Results have epochs of their own. */
export async function reportMeasured(
  name: string,
  results: readonly Result[],
  { words, bootstrap }: { words: readonly string[]; bootstrap: Bootstrap | null },
): Promise<string> {
  const sorted = results.toSorted((a, b) => a.epoch! - b.epoch!);
  const last = sorted.at(-1)!;
  const { samples, classes, width, images } = last;
  const notes = [...new Set(sorted.flatMap((result) => result.notes))];
  const checkpoints = sorted.map(({ epoch, trust }) => ({ epoch: epoch!, bootstrap, metrics: trust }));
  const { reportElsewhere } = await import("../report/report_elsewhere.ts");
  return await reportElsewhere(name, {
    subject: {
      name,
      samples,
      classes,
      epochs: sorted.map(({ epoch }) => epoch!),
      started: new Date().toISOString(),
      mode: images === null
        ? "Features were measured as they were exported."
        : "All is measured in evaluation mode.",
      lines: [
        ["Measured", last.title],
        ["Classes, width of features", `${classes}, ${width}`],
        ["Sources", sourcesOf(sorted)],
        ...images === null
          ? []
          : [["Pixels", images.pixels], ["Dataset digest (SHA-256)", images.digest]] as const,
        ...bootstrap === null ? [] : [["Intervals", intervalsOf(bootstrap)]] as const,
        ...notes.map((note) => ["Note", note] as const),
        ["Versions", `this tool ${configuration.version}, ${runtime()}`],
      ],
      command: commandLine("measure", words),
    },
    measurements: sorted.map(({ epoch, values }) => ({ epoch: epoch!, values })),
    trust: { format: 1, width, checkpoints },
  });
}

function sourcesOf(results: readonly Result[]): string {
  const sources = results.map(({ source }) => source);
  return sources.length <= NAMED
    ? sources.join(", ")
    : `${sources[0]} to ${sources.at(-1)}, ${sources.length} in all`;
}

function intervalsOf({ replicates, seed, confidence }: Bootstrap): string {
  return `${100 * confidence} % of ${replicates} resamples, seed ${seed}`;
}

function runtime(): string {
  const { deno, node } = process.versions;
  return deno === undefined ? `Node ${node}` : `Deno ${deno}`;
}
