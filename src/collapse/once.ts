/** Values that several metrics read, computed when the first of them asks. */

/** `compute` with its results kept for as long as their keys live. */
export function oncePer<K extends object, V extends object>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    const value = known.get(key) ?? compute(key);
    known.set(key, value);
    return value;
  };
}
