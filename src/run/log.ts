/** log.csv: one row an epoch of training. */
import * as v from "valibot";
import { readTextIfThere, writeWhole } from "../files.ts";
import { LOG_COLUMNS, type LogRow, LogRowSchema } from "./tables.ts";
import { at, formatTable, parseTable } from "./csv.ts";
import { learningRate, type RateProtocol } from "../experiment/schedule.ts";

/** Relative difference up to which two learning rates are one that was computed in two ways. */
const SAME_RATE = 1e-9;

/**
 * The rows of a log, epochs ascending from 1 without gaps; none where there is no file. Throws where it is anything
 * else, or, with the `protocol` of its run, has an epoch or a learning rate that is not of that.
 */
export async function readLog(path: string, protocol?: RateProtocol): Promise<LogRow[]> {
  const text = await readTextIfThere(path);
  if (text === null) return [];
  const { columns, rows } = parseTable(text, path);
  const [named, before] = [LOG_COLUMNS.join(), LOG_COLUMNS.map(nameBefore).join()];
  if (columns.join() !== named && columns.join() !== before) {
    throw new Error(
      `${path} line 1: expected the columns ${LOG_COLUMNS.join(",")}, found ${columns.join(",")}`,
    );
  }
  return rows.map(({ line, cells }, i) => {
    const named = LOG_COLUMNS.map((column, k) => [column, cells.get(columns[k]!)]);
    const result = v.safeParse(LogRowSchema, Object.fromEntries(named));
    if (!result.success) {
      const { expected, received, path: place } = result.issues[0];
      const column = columns[LOG_COLUMNS.indexOf(place?.[0]?.key as keyof LogRow)]!;
      throw new Error(`${at(path, line, column)}: expected ${expected}, found ${received}`);
    }
    if (result.output.epoch !== i + 1) {
      throw new Error(`${at(path, line, "epoch")}: expected ${i + 1}, found ${result.output.epoch}`);
    }
    if (protocol !== undefined) checkProtocol(result.output, protocol, path, line);
    return result.output;
  });
}

/** What logs called a column before running values had a name of their own; such logs are still read. */
function nameBefore(column: keyof LogRow): string {
  return column.replace(/^running_/, "");
}

function checkProtocol(row: LogRow, protocol: RateProtocol, path: string, line: number): void {
  if (row.epoch > protocol.training.epochs) {
    throw new Error(
      `${
        at(path, line, "epoch")
      }: expected at most ${protocol.training.epochs}, the epochs of the run, found ${row.epoch}`,
    );
  }
  const rate = learningRate(row.epoch, protocol);
  if (Math.abs(row.learning_rate - rate) <= SAME_RATE * rate) return;
  throw new Error(
    `${
      at(path, line, "learning_rate")
    }: expected ${rate}, the run's at this epoch, found ${row.learning_rate}`,
  );
}

/** Replaces the log. */
export async function writeLog(path: string, rows: readonly LogRow[]): Promise<void> {
  await writeWhole(
    path,
    formatTable(LOG_COLUMNS, rows.map((row) => LOG_COLUMNS.map((column) => row[column]))),
  );
}
