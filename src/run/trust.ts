/** trust.json: beside each row of metrics.csv, how far its values can be trusted and why some are missing. */
import type { Interval } from "../collapse/bootstrap.ts";
import type { Outcome } from "../collapse/outcome.ts";
import { writeWhole } from "../files.ts";
import {
  type Bootstrap,
  type CheckpointTrust,
  type Trust,
  type TrustRecord,
  TrustRecordSchema,
} from "./tables.ts";
import { readJson } from "./json.ts";

/** The record, or null where there is none. Throws, naming the place, where it is not one that was written here. */
export async function readTrust(path: string): Promise<TrustRecord | null> {
  return await readJson(path, TrustRecordSchema);
}

/** Replaces the record; checkpoints are put in the order of their epochs. Keys stand in the order of the schema. */
export async function writeTrust(path: string, record: TrustRecord): Promise<void> {
  await writeWhole(path, trustText(record));
}

/** The text of the file. */
export function trustText({ checkpoints, ...record }: TrustRecord): string {
  const sorted = checkpoints.toSorted((a, b) => a.epoch - b.epoch);
  // One line a checkpoint: short for people, and small differences between versions.
  const lines = sorted.map((checkpoint) => `    ${JSON.stringify(checkpoint)}`).join(",\n");
  const { format, width, ood } = record;
  const foreign = ood === undefined ? "" : `  "ood": ${JSON.stringify(ood)},\n`;
  return `{\n  "format": ${format},\n  "width": ${width},\n${foreign}  "checkpoints": [\n${lines}\n  ]\n}\n`;
}

/** What `measure` and `bootstrap` say about the values of one checkpoint. */
export function trustOf(
  epoch: number,
  outcomes: { readonly [metric: string]: Outcome },
  { bootstrap = null, intervals = {} }: {
    bootstrap?: Bootstrap | null;
    intervals?: { readonly [metric: string]: Interval };
  } = {},
): CheckpointTrust {
  const known = Object.entries(outcomes)
    .map(([name, outcome]) => [name, { ...describe(outcome), ...interval(intervals[name]) }] as const)
    .filter(([, trust]) => Object.keys(trust).length > 0);
  return { epoch, bootstrap, metrics: Object.fromEntries(known) };
}

function describe(outcome: Outcome): Trust {
  if ("undefined" in outcome) return { undefined: outcome.undefined };
  const { rank, sensitivity, bins, note } = outcome;
  return {
    ...note !== undefined && { note },
    ...bins && { bins: bins.map((bin) => ({ ...bin })) },
    ...rank && { rank: { ...rank, condition: finiteOrNull(rank.condition) } },
    ...sensitivity && {
      sensitivity: {
        readings: sensitivity.readings.map((reading) => ({ ...reading, value: finiteOrNull(reading.value) })),
        spread: finiteOrNull(sensitivity.spread),
        verdict: sensitivity.verdict,
      },
    },
  };
}

function interval(found: Interval | undefined): Pick<Trust, "interval"> {
  return found ? { interval: { ...found } } : {};
}

/** JSON knows no infinity. */
function finiteOrNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
