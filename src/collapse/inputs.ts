/** What callers hand over, held against what is read, so that a mistake is told in words. */

/** Throws a TypeError unless `values` is one flat array of floats. `shape` says of which numbers. */
export function requireFloats(what: string, values: unknown, shape: string): void {
  if (/^\[object Float(32|64)Array\]$/.test(Object.prototype.toString.call(values))) return;
  const isNested = Array.isArray(values) && typeof values[0] === "object";
  const remedy = isNested
    ? "; Float32Array.from(rows.flat()) makes one of arrays, row by row"
    : Array.isArray(values)
    ? "; Float32Array.from(array) makes one"
    : "";
  throw new TypeError(
    `expected ${what} as one Float32Array or Float64Array (${shape}), found ${
      isNested ? "nested arrays" : nameOf(values)
    }${remedy}`,
  );
}

/** Throws a TypeError unless `source` can be measured. */
export function requireSource(name: string, source: unknown): void {
  if (typeof (source as { classSums?: unknown } | null)?.classSums === "function") return;
  throw new TypeError(
    `expected ${name} to be a source of features, as arraySource({ features, labels, width, classes }) makes, ` +
      `found ${nameOf(source)}`,
  );
}

/** "an Array", "an Object", "undefined". */
function nameOf(value: unknown): string {
  const name = Object.prototype.toString.call(value).slice(8, -1);
  return value === null || value === undefined
    ? String(value)
    : `${/^[AEIOU]/.test(name) ? "an" : "a"} ${name}`;
}
