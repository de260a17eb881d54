/** One checkpoint's features of three classes, seen from a side: shapes with places, for a file and for a page alike. */
import type { Frame } from "../collapse/geometry.ts";
import { simplexCorners } from "../collapse/simplex.ts";
import { GROUNDS, SUBJECTS } from "./tokens.ts";

/** An element of an SVG, as data. */
export interface Shape {
  readonly tag: "path" | "text";
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly text?: string;
}

export interface Viewpoint {
  /** Places of the three classes in the frame's list. */
  readonly classes: readonly [number, number, number];
  /** Turns around the upright axis and around the one across, in radians; at 0 the simplex lies flat in the picture. */
  readonly yaw: number;
  readonly pitch: number;
}

export const FRONT: Viewpoint = { classes: [0, 1, 2], yaw: 0, pitch: 0 };

export const STAGE = { width: 300, height: 260 } as const;
const CENTRE = { x: STAGE.width / 2, y: STAGE.height / 2 + 14 };
/** Pixels a unit: the mean length of a class mean. */
const UNIT = 116;
/** Pixels that a mark takes around its place. */
const EDGE = 4;

type Point = readonly [x: number, y: number];

// Whole because the list is the picture, from back to front.
/**
 * Ascending in what they cover: simplex, samples, classifier, means, names. `names` has one a class of the frame, or null.
 * What lies further out than the stage stands at its edge, in the same direction from the centre.
 */
export function pictureOf(
  frame: Frame,
  view: Viewpoint,
  names: readonly string[] | null,
  classes: number,
): readonly Shape[] {
  const project = projection(frame, view, classes);
  const place = (vector: readonly number[]) => onStage(project(vector));
  const chosen = view.classes;
  const corners = simplexCorners(frame.means.length, classes);
  const outline = chosen.map((c) => project(corners[c]!));
  const means = chosen.map((c) => place(frame.means[c]!));
  const [centre] = [project(frame.means[0]!.map(() => 0))];
  return [
    {
      tag: "path",
      attributes: {
        d: `M${outline.map(spot).join("L")}Z`,
        fill: "none",
        stroke: GROUNDS.faint.light,
        "stroke-dasharray": "1,4",
        "stroke-linecap": "round",
      },
    },
    ...chosen.map((c, i): Shape => ({
      tag: "path",
      attributes: {
        d: frame.samples[c]!.map((sample) => mark(i, place(sample), 2.6)).join(""),
        fill: SUBJECTS.means.light,
        "fill-opacity": 0.5,
      },
    })),
    {
      tag: "path",
      attributes: {
        d: chosen.map((c) => `M${spot(centre!)}L${spot(place(frame.rows[c]!))}`).join(""),
        fill: "none",
        stroke: SUBJECTS.classifier.light,
        "stroke-width": 2.2,
        "stroke-linecap": "round",
      },
    },
    ...means.map((mean, i): Shape => ({
      tag: "path",
      attributes: {
        d: mark(i, mean, 6),
        fill: SUBJECTS.means.light,
        stroke: GROUNDS.paper.light,
        "stroke-width": 1.5,
      },
    })),
    ...chosen.map((c, i): Shape => {
      const [x, y] = outline[i]!;
      const away = y < CENTRE.y ? -12 : 20;
      return {
        tag: "text",
        attributes: {
          x: round(x),
          y: round(y + away),
          "text-anchor": "middle",
          "font-size": 13,
          fill: GROUNDS.muted.light,
        },
        text: names?.[c] ?? `class ${frame.classes[c]! + 1}`,
      };
    }),
  ];
}

/** From the frame's K numbers to the picture: onto the space that the three corners span, turned as the reader turned it. */
function projection({ means }: Frame, { classes: [a, b, c], yaw, pitch }: Viewpoint, classes: number) {
  const corners = simplexCorners(means.length, classes);
  const [p, q, r] = [corners[a]!, corners[b]!, corners[c]!] as [number[], number[], number[]];
  const middle = p.map((value, i) => (value + q[i]! + r[i]!) / 3);
  const up = unit(p.map((value, i) => value - middle[i]!));
  const across = unit(r.map((value, i) => value - q[i]!));
  // Towards the reader; no direction of its own where there are three classes, whose simplex is flat.
  const towards = unit(middle);
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  return (vector: readonly number[]): Point => {
    const [x, y, z] = [dot(across, vector), dot(up, vector), dot(towards, vector)];
    const [turned, depth] = [cy * x + sy * z, cy * z - sy * x];
    return [CENTRE.x + UNIT * turned, CENTRE.y - UNIT * (cp * y + sp * depth)];
  };
}

/** `place`, or the last one on the way there from the centre that the stage has. */
function onStage([x, y]: Point): Point {
  const beyond = (place: number, centre: number, size: number) =>
    Math.abs(place - centre) / ((place < centre ? centre : size - centre) - EDGE);
  const times = Math.max(1, beyond(x, CENTRE.x, STAGE.width), beyond(y, CENTRE.y, STAGE.height));
  return [CENTRE.x + (x - CENTRE.x) / times, CENTRE.y + (y - CENTRE.y) / times];
}

/** Classes are told apart by shape: a circle, a square, a triangle. */
function mark(i: number, [x, y]: Point, r: number): string {
  if (i === 0) return `M${spot([x - r, y])}a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
  if (i === 1) {
    return `M${spot([x - 0.9 * r, y - 0.9 * r])}h${round(1.8 * r)}v${round(1.8 * r)}h${round(-1.8 * r)}z`;
  }
  return `M${spot([x, y - 1.2 * r])}l${round(1.1 * r)} ${round(1.9 * r)}h${round(-2.2 * r)}z`;
}

function unit(vector: readonly number[]): number[] {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((value) => length < 1e-9 ? 0 : value / length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}

function spot([x, y]: Point): string {
  return `${round(x)} ${round(y)}`;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
