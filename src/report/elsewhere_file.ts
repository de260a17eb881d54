/** measured.json: what a report of a training elsewhere is about, as its folder keeps it. */
import * as v from "valibot";
import { readJson } from "../run/json.ts";
import type { Elsewhere } from "./reported.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(0));

const ElsewhereSchema = v.strictObject({
  name: v.string(),
  samples: v.string(),
  classes: v.pipe(count, v.minValue(2)),
  epochs: v.pipe(v.array(count), v.minLength(1)),
  mode: v.string(),
  lines: v.array(v.tuple([v.string(), v.string()])),
  command: v.string(),
  started: v.string(),
});

/** Name of the file in the folder of a report. */
export const ELSEWHERE_FILE = "measured.json";

/** What a report's folder holds, or null where there is none. Throws, naming the place, where it is not one written here. */
export async function readElsewhere(folder: string): Promise<Elsewhere | null> {
  return await readJson(`${folder}/${ELSEWHERE_FILE}`, ElsewhereSchema);
}

/** The text of the file. */
export function elsewhereText(subject: Elsewhere): string {
  return `${JSON.stringify(subject, null, 2)}\n`;
}
