/** What native lists of its state: nc.h's `entry` lines. */

export interface StateEntry {
  readonly name: string;
  readonly dtype: "float32" | "float64" | "int64";
  readonly shape: readonly number[];
  /** Values that it can have: any, finite ones, or counts from 0 to 2⁶². */
  readonly values: "any" | "finite" | "count";
}

/** Calls `write` with room for a text, once more where it was too little, and reads the entries from it. */
export function readEntries(
  write: (text: Uint8Array<ArrayBuffer>, needed: BigUint64Array<ArrayBuffer>) => void,
): StateEntry[] {
  const needed = new BigUint64Array(1);
  let text = new Uint8Array(0);
  for (let tries = 0; tries === 0 || text.length < needed[0]; tries++) {
    text = new Uint8Array(Number(needed[0]));
    write(text, needed);
  }
  return new TextDecoder().decode(text.subarray(0, -1)).trim().split("\n").map(parseEntry);
}

function parseEntry(line: string): StateEntry {
  const fields = new Map(
    line.split(" ").slice(1).map((field) => {
      const equals = field.indexOf("=");
      return [field.slice(0, equals), field.slice(equals + 1)] as const;
    }),
  );
  return {
    name: fields.get("name")!,
    dtype: fields.get("type") as StateEntry["dtype"],
    values: fields.get("values") as StateEntry["values"],
    shape: fields.get("shape")?.split(",").map(Number) ?? [],
  };
}
