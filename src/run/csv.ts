/** Tables of numbers as CSV: read strictly, so that a file edited by hand is understood fully or refused by line and column. */
import { CsvError, parse } from "csv-parse/sync";
import { stringify } from "csv-stringify/sync";

/** A row with the line it stands on. */
export interface TableRow {
  readonly line: number;
  /** By column; null for an empty cell. */
  readonly cells: ReadonlyMap<string, number | null>;
}

export interface Table {
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** Throws, naming `file`, line and column, unless `text` is a header and rows of numbers or empty cells under it. */
export function parseTable(text: string, file: string): Table {
  const [header, ...records] = parseRecords(text, file);
  if (header === undefined) throw new Error(`${file}: expected a line of column names, found an empty file`);
  const columns = header.record;
  const twice = columns.find((name, i) => columns.indexOf(name) !== i);
  if (twice !== undefined) {
    throw new Error(`${file} line 1: expected each column once, found "${twice}" twice`);
  }
  const rows = records.map(({ record, line }) => {
    if (record.length !== columns.length) {
      throw new Error(`${file} line ${line}: expected ${columns.length} cells, found ${record.length}`);
    }
    const cells = record.map((cell, i) =>
      [columns[i]!, parseCell(cell, () => at(file, line, columns[i]!))] as const
    );
    return { line, cells: new Map(cells) };
  });
  return { columns, rows };
}

/** The cells of a table of texts, its header first. Throws, naming `file`, where it is none, or rows are of other lengths. */
export function parseTexts(text: string, file: string): (readonly string[])[] {
  const lines = parseRecords(text, file);
  const width = lines[0]?.record.length ?? 0;
  const odd = lines.find(({ record }) => record.length !== width);
  if (odd === undefined) return lines.map(({ record }) => record);
  throw new Error(`${file} line ${odd.line}: expected ${width} cells, found ${odd.record.length}`);
}

/** The table as text; numbers in the fewest digits that read back as the same number, null as an empty cell, texts quoted. */
export function formatTable(
  columns: readonly string[],
  rows: readonly (readonly (number | string | null)[])[],
): string {
  return stringify([columns, ...rows.map((row) => row.map((cell) => cell === null ? "" : String(cell)))]);
}

/** Where in a file, for messages. */
export function at(file: string, line: number, column: string): string {
  return `${file} line ${line}, column ${column}`;
}

interface Line {
  readonly record: readonly string[];
  readonly line: number;
}

/** What makes a table more than lines and commas: quotes, other ends of lines, a mark of the byte order. */
const NOT_PLAIN = /["\r\uFEFF]/;

function parseRecords(text: string, file: string): Line[] {
  // The library takes fifty times as long, which tells where thousands of runs are read.
  if (!NOT_PLAIN.test(text)) return plainLines(text);
  try {
    const parsed = parse(text, { info: true, relax_column_count: true, bom: true }) as unknown as {
      record: string[];
      info: { lines: number };
    }[];
    return parsed.map(({ record, info }) => ({ record, line: info.lines }));
  } catch (error) {
    if (error instanceof CsvError) throw new Error(`${file}: not readable as CSV: ${error.message}`);
    throw error;
  }
}

function plainLines(text: string): Line[] {
  if (text === "") return [];
  const lines = (text.endsWith("\n") ? text.slice(0, -1) : text).split("\n");
  return lines.map((line, i) => ({ record: line.split(","), line: i + 1 }));
}

function parseCell(cell: string, where: () => string): number | null {
  if (cell === "") return null;
  const value = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(cell) ? Number(cell) : NaN;
  if (!Number.isFinite(value)) {
    throw new Error(`${where()}: expected a number, found ${JSON.stringify(cell.slice(0, 40))}`);
  }
  return value;
}
