/** The colours of the pages are read on both grounds, and told apart by readers of any sight. */
import assert from "node:assert/strict";
import { type Colour, GROUNDS, RUNS, SUBJECTS, TYPE } from "../../src/report/tokens.ts";

const SHADES = ["light", "dark"] as const;

/** What a sight without one kind of cone makes of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1). */
const SIGHTS: Readonly<Record<string, readonly (readonly number[])[]>> = {
  normal: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanope: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [
    -0.003882,
    -0.048116,
    1.051998,
  ]],
  deuteranope: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [
    -0.01182,
    0.04294,
    0.968881,
  ]],
};

Deno.test("text is at least 4.5 : 1 on paper and panels, and so is every series, whose labels are text", () => {
  const texts: Record<string, Colour> = {
    ink: GROUNDS.ink,
    muted: GROUNDS.muted,
    faint: GROUNDS.faint,
    alarm: GROUNDS.alarm,
    ...SUBJECTS,
    ...Object.fromEntries(RUNS.map((colour, i) => [`run ${i + 1}`, colour])),
  };
  for (const shade of SHADES) {
    for (const [name, colour] of Object.entries(texts)) {
      const found = contrast(colour[shade], GROUNDS.paper[shade]);
      assert.ok(found >= 4.5, `${name} on ${shade} paper: ${found.toFixed(2)}`);
    }
  }
});

Deno.test("curves are at least 3 : 1 on the shade of the terminal phase", () => {
  for (const shade of SHADES) {
    for (const colour of [...Object.values(SUBJECTS), ...RUNS]) {
      assert.ok(contrast(colour[shade], GROUNDS.phase[shade]) >= 3, colour[shade]);
    }
  }
});

Deno.test("any two series colours of a page are 12 apart for normal and for colour-blind sight", () => {
  for (const shade of SHADES) {
    for (const palette of [Object.values<Colour>(SUBJECTS), RUNS]) {
      for (const [sight, matrix] of Object.entries(SIGHTS)) {
        for (const [i, a] of palette.entries()) {
          for (const b of palette.slice(i + 1)) {
            const apart = Math.hypot(
              ...lab(a[shade], matrix).map((one, k) => one - lab(b[shade], matrix)[k]!),
            );
            assert.ok(apart >= 12, `${a[shade]} and ${b[shade]} for ${sight} sight: ${apart.toFixed(1)}`);
          }
        }
      }
    }
  }
});

Deno.test("a page has at most seven colours with a meaning, and no text below 12 px", () => {
  const meanings = [...Object.values(SUBJECTS), GROUNDS.phase, GROUNDS.alarm];
  const several = [...RUNS, GROUNDS.phase, GROUNDS.alarm];
  assert.ok(Math.max(meanings.length, several.length) <= 7);
  assert.ok(Math.min(...Object.values(TYPE)) >= 12);
});

function linear(hex: string): number[] {
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
}

function contrast(a: string, b: string): number {
  const [low, high] = [a, b].map((hex) => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0]!)
    .toSorted((one, other) => one - other) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** CIELAB under D65. */
function lab(hex: string, sight: readonly (readonly number[])[]): [number, number, number] {
  const rgb = times(sight, linear(hex)).map((value) => Math.min(1, Math.max(0, value)));
  const xyz = times([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]], rgb);
  const [x, y, z] = xyz.map((value, i) => value / [0.9505, 1, 1.089][i]!)
    .map((value) => value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116) as [
      number,
      number,
      number,
    ];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

function times(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  return matrix.map((row) => row.reduce((sum, value, i) => sum + value * vector[i]!, 0));
}
