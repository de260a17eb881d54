/** Paths in few characters: curves of hundreds of checkpoints are most of a picture. */

/** Tenths of a px: on the largest screen less than a line is wide. */
const STEPS = 10;

/**
 * The same path relative and rounded to 0.1 px, each place on its own, so that errors do not add up. Paths of other than
 * straight lines between places, as Plot writes them (M, L, Z), have none.
 */
export function compactPath(d: string): string | null {
  if (!/^(?:[ML]-?[\d.]+,-?[\d.]+|Z)+$/.test(d)) return null;
  const parts: string[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  for (const [, letter, left, top] of d.matchAll(/([MLZ])(?:([-\d.]+),([-\d.]+))?/g)) {
    if (letter === "Z") {
      parts.push("z");
      [x, y] = [startX, startY];
      continue;
    }
    const [toX, toY] = [Math.round(Number(left) * STEPS), Math.round(Number(top) * STEPS)];
    // A pair behind a move, or behind a line, is a line.
    if (letter === "M") parts.push("m");
    else if (parts.at(-1) === "z") parts.push("l");
    parts.push(inTenths(toX - x, parts.at(-1)!));
    parts.push(inTenths(toY - y, parts.at(-1)!));
    [x, y] = [toX, toY];
    if (letter === "M") [startX, startY] = [x, y];
  }
  return parts.join("");
}

/** "1.5", ".5", "-.5", " 12": apart from what stands before it by its minus sign, or by its dot where that had one, too. */
function inTenths(steps: number, before: string): string {
  const number = String(steps / STEPS).replace(/^(-?)0\./, "$1.");
  const parted = number.startsWith("-") || /[a-z]/.test(before) ||
    (number.startsWith(".") && before.includes("."));
  return parted ? number : ` ${number}`;
}
