/** The key `slurm` of a study's file. */
import { isSeq, type Node } from "yaml";
import type { YamlReader } from "./yaml_reader.ts";

/** What a cell asks of Slurm. */
export interface SlurmJob {
  /** Time limit of a cell: minutes, or [days-]hours:minutes:seconds. */
  readonly time: string;
  /** Cells at a time. */
  readonly concurrency: number;
  readonly cpus: number;
  /** E.g. "8G". */
  readonly memory: string;
  readonly gpus: number;
  /** Further options, as "--partition=long". */
  readonly options: readonly string[];
}

const SLURM_DEFAULTS = { concurrency: 16, cpus: 2, memory: "8G", gpus: 0 } as const;

/** Throws an Error of one line where it is no such key; null where there is none. */
export function slurmOf(reader: YamlReader, node: Node | undefined): SlurmJob | null {
  if (!node) return null;
  const keys = ["time", "concurrency", "cpus", "memory", "gpus", "options"] as const;
  const entries = reader.entries(node, "slurm: {time, ...}", keys);
  const [time, memory, options] = [entries.get("time"), entries.get("memory"), entries.get("options")];
  if (!time) throw reader.wrong(node, "expected the time of a cell in slurm, found none");
  const count = (key: "concurrency" | "cpus" | "gpus", min: number) => {
    const found = entries.get(key);
    const value = found ? reader.number(found, key) : SLURM_DEFAULTS[key];
    if (Number.isSafeInteger(value) && value >= min) return value;
    throw reader.wrong(found!, `expected a whole number of at least ${min} as ${key}, found ${value}`);
  };
  return {
    time: reader.pattern(
      time,
      /^(\d+-)?\d+(:\d\d){0,2}$/,
      'a time limit as Slurm writes it, "90" (minutes) or "1-12:00:00"',
    ),
    concurrency: count("concurrency", 1),
    cpus: count("cpus", 1),
    memory: memory
      ? reader.pattern(memory, /^\d+[KMGT]?$/, 'memory as Slurm writes it, "8G"')
      : SLURM_DEFAULTS.memory,
    gpus: count("gpus", 0),
    options: options
      ? (isSeq(options) ? options.items as Node[] : [options]).map((item) =>
        reader.pattern(item, /^--[a-z-]+(=[^\s"'`$\\]+)?$/, 'an option of sbatch, "--partition=long"')
      )
      : [],
  };
}
