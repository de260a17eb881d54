/** What a measured experiment leaves: one JSON file a kind of device and experiment, every repetition in it. */
import type { DeviceKind } from "./experiments.ts";
import type { Machine } from "./machine.ts";

export interface Conditions {
  readonly device: DeviceKind;
  readonly threads: number;
  readonly machine: Machine;
  /** Of everything that took part. */
  readonly versions: Readonly<Record<string, string>>;
  readonly commit: string | null;
  /** ISO 8601, UTC. */
  readonly date: string;
}

export interface Result extends Conditions {
  readonly experiment: string;
  /** What it worked on. */
  readonly data: string;
  /** Units a second that the needed multiply-adds leave possible; null for work of another kind. */
  readonly floor: Floor | null;
  readonly contenders: readonly ContenderResult[];
}

export interface Floor {
  /** Of one unit. */
  readonly multiplyAdds: number;
  /** Multiply-adds a second of the fastest large product on this machine. */
  readonly productRate: number;
}

export interface ContenderResult {
  readonly id: string;
  /** Units a second of each repetition; the i-th of all contenders ran one after the other. */
  readonly rates: readonly number[];
  readonly secondsPerRepetition: number;
  /**
   * Largest memory of the process and its helper processes in bytes, or null where the system does not tell. Pages
   * that helpers share with the process count in each.
   */
  readonly peakBytes: number | null;
}

const FOLDER = `${import.meta.dirname}/results`;

export async function writeResult(result: Result): Promise<void> {
  const folder = `${FOLDER}/${result.device}`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/${result.experiment}.json`, `${JSON.stringify(result, null, 2)}\n`);
}

/** All results that were written, of both kinds of device. */
export async function readResults(): Promise<Result[]> {
  const results: Result[] = [];
  for (const device of ["cpu", "cuda"]) {
    for (const name of await namesIn(`${FOLDER}/${device}`)) {
      results.push(JSON.parse(await Deno.readTextFile(`${FOLDER}/${device}/${name}`)));
    }
  }
  return results;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    const entries = await Array.fromAsync(Deno.readDir(folder));
    return entries.map(({ name }) => name).filter((name) => name.endsWith(".json")).sort();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}
