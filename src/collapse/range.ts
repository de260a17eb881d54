/** The range that a definition states, as numbers: what is read from a file is held against it. */

export interface Bounds {
  readonly low: number;
  readonly high: number;
}

/** Ends that are no plain number, and what bounds them whatever the data: "1 + 1/(C−1)" is 2 for two classes. */
const ENDS: Readonly<Record<string, number>> = { "π/2": Math.PI / 2, "1 + 1/(C−1)": 2 };
/** Computed values may leave their range by rounding. */
const SLACK = 1e-6;

/** What {@link boundsOf} has found: tables of many columns are read by the thousand. */
const KNOWN = new Map<string, Bounds>();

/** The ends of a range such as "[0, π/2] rad". One that depends on the data in another way bounds nothing. */
export function boundsOf(range: string): Bounds {
  const known = KNOWN.get(range) ?? parseRange(range);
  KNOWN.set(range, known);
  return known;
}

function parseRange(range: string): Bounds {
  const [, low, high] = /^[[(]([^,]+), (.+)[\])]/.exec(range) ?? [];
  if (high === undefined) throw new Error(`expected a range such as "[0, 1]", found "${range}"`);
  return { low: endOf(low!) ?? -Infinity, high: endOf(high) ?? Infinity };
}

/** Whether a number lies in a range, but for rounding. */
export function isWithin(value: number, { low, high }: Bounds): boolean {
  return value >= low - SLACK * Math.max(1, Math.abs(low)) &&
    value <= high + SLACK * Math.max(1, Math.abs(high));
}

function endOf(text: string): number | undefined {
  if (Object.hasOwn(ENDS, text)) return ENDS[text];
  const plain = text.replace("−", "-");
  return /^-?\d+(\.\d+)?$/.test(plain) ? Number(plain) : undefined;
}
