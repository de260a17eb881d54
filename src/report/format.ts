/** Numbers as people read them: three significant digits, true minus signs, powers of ten for the extremes. */

/** "0.0163", "12.3", "1,000", "4.1×10⁻⁷"; an en dash for a value that is missing. */
export function formatValue(value: number | null | undefined): string {
  if (value === null || value === undefined || Number.isNaN(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e-4 && size < 1e6 ? formatPlain(value) : formatPower(value);
}

/**
 * "99.42 %": accuracies keep two decimals, since a single test image in 10,000 is 0.01, and more where what is below
 * `bound` would be rounded to it: one error is not none.
 */
export function formatPercent(value: number | null | undefined, bound = 100): string {
  return value === null || value === undefined ? "–" : `${percentDigits(value, bound)}\u202f%`;
}

/** The same without the sign. */
export function percentDigits(value: number, bound = 100): string {
  let decimals = 2;
  while (value < bound && Number(value.toFixed(decimals)) >= bound) decimals++;
  return value.toFixed(decimals);
}

/** How the values of a figure are written. */
export function formatOf(
  { scale }: { readonly scale: "percent" | "size" },
): (value: number | null | undefined) => string {
  return scale === "percent" ? formatPercent : formatValue;
}

/** How a quantity that should shrink has moved: "÷ 310", "× 1.4", "to 0". */
export function formatFall(first: number | null | undefined, last: number | null | undefined): string {
  if (typeof first !== "number" || typeof last !== "number" || first <= 0 || last < 0) return "–";
  if (last === 0) return "to 0";
  return last <= first ? `÷ ${formatValue(first / last)}` : `× ${formatValue(last / first)}`;
}

/** "+12.3 pt": the move of a percentage, in percentage points. */
export function formatPoints(first: number | null | undefined, last: number | null | undefined): string {
  if (typeof first !== "number" || typeof last !== "number") return "–";
  const points = (last - first).toFixed(1);
  return `${points.startsWith("-") ? points.replace("-", "−") : `+${points}`} pt`;
}

/** 10⁻³ and 3×10⁻⁴. */
export function formatPower(value: number): string {
  const [mantissa, exponent] = value.toExponential(2).split("e") as [string, string];
  const digits = Number(mantissa);
  const power = `10${superscript(Number(exponent))}`;
  return digits === 1 ? power : `${String(digits).replace("-", "−")}×${power}`;
}

/** 1,234 with commas. */
export function formatCount(count: number): string {
  counts ??= new Intl.NumberFormat("en-GB");
  return counts.format(count);
}

/** "61 s", "12 min", "2 h 3 min". */
export function formatDuration(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 2) return `${Math.round(seconds)} s`;
  if (minutes < 120) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

function formatPlain(value: number): string {
  plain ??= new Intl.NumberFormat("en-GB", { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  return plain.format(value).replace("-", "−");
}

// Made once, and when first used: a page may hold thousands of numbers, and the first one made takes 20 ms of each command.
let counts: Intl.NumberFormat | undefined;
let plain: Intl.NumberFormat | undefined;

function superscript(exponent: number): string {
  return String(exponent).replace(/[-0-9]/g, (character) => SUPERSCRIPTS[character]!);
}

const SUPERSCRIPTS: Record<string, string> = {
  "-": "⁻",
  ...Object.fromEntries([..."⁰¹²³⁴⁵⁶⁷⁸⁹"].map((digit, i) => [String(i), digit])),
};
