/** log.csv: one row an epoch of training. */
import * as v from "valibot";
import { readTextIfThere, writeWhole } from "../files.ts";
import { LOG_COLUMNS, type LogRow, LogRowSchema } from "../record.ts";
import { at, formatTable, parseTable } from "./csv.ts";

/** The rows of a log, epochs ascending from 1 without gaps; none where there is no file. Throws where it is anything else. */
export async function readLog(path: string): Promise<LogRow[]> {
  const text = await readTextIfThere(path);
  if (text === null) return [];
  const { columns, rows } = parseTable(text, path);
  if (columns.join() !== LOG_COLUMNS.join()) {
    throw new Error(
      `${path} line 1: expected the columns ${LOG_COLUMNS.join(",")}, found ${columns.join(",")}`,
    );
  }
  return rows.map(({ line, cells }, i) => {
    const result = v.safeParse(LogRowSchema, Object.fromEntries(cells));
    if (!result.success) {
      const { expected, received, path: place } = result.issues[0];
      throw new Error(`${at(path, line, String(place?.[0]?.key))}: expected ${expected}, found ${received}`);
    }
    if (result.output.epoch !== i + 1) {
      throw new Error(`${at(path, line, "epoch")}: expected ${i + 1}, found ${result.output.epoch}`);
    }
    return result.output;
  });
}

/** Replaces the log. */
export async function writeLog(path: string, rows: readonly LogRow[]): Promise<void> {
  await writeWhole(
    path,
    formatTable(LOG_COLUMNS, rows.map((row) => LOG_COLUMNS.map((column) => row[column]))),
  );
}
