/** The figure of the growth study: what doubling a size does to time and to memory. */
import * as Plot from "@observablehq/plot";
import type { Experiment } from "./experiments.ts";

/** A measured size. */
export interface GrowthPoint {
  readonly work: "measuring" | "training";
  /** The size that varies. */
  readonly grows: string;
  readonly input: Experiment["input"];
  /** Of one measurement or one epoch. */
  readonly seconds: number;
  /** Largest memory of the whole process, or null where the system does not tell. */
  readonly peakBytes: number | null;
}

const COSTS = [
  { title: "time", of: ({ seconds }: GrowthPoint) => seconds },
  { title: "peak memory", of: ({ peakBytes }: GrowthPoint) => peakBytes ?? NaN },
] as const;

/** One colour a size, from Okabe and Ito's palette, the same in all panels. */
const COLOURS = {
  images: "#0072b2",
  "feature width": "#d55e00",
  classes: "#009e73",
  "batch size": "#cc79a7",
};

const LINE_HEIGHT = 16;

interface Dot {
  readonly panel: string;
  readonly grows: string;
  /** Both relative to the smallest size. */
  readonly size: number;
  readonly cost: number;
}

/** Panels of work and cost on common logarithmic axes; the dashed line is growth in proportion. */
export function growthChart(points: readonly GrowthPoint[]): Plot.PlotOptions {
  const dots = COSTS.flatMap(({ title, of }) => relative(points, title, of));
  const largest = Math.max(...dots.map(({ size }) => size));
  const costs = dots.map(({ cost }) => cost).filter(Number.isFinite);
  const proportion = [{ size: 1, cost: 1 }, { size: largest, cost: largest }];
  const channels = { fx: "panel", x: "size", y: "cost" };
  return {
    width: 1100,
    height: 360,
    marginTop: 40,
    marginLeft: 56,
    marginBottom: 48,
    style: { fontSize: "12px" },
    ariaLabel: "Growth of time and memory with images, feature width, classes and batch size",
    x: { type: "log", base: 2, label: "size / smallest size", ticks: [1, 2, 4, 8], tickFormat: "d" },
    y: {
      type: "log",
      base: 2,
      domain: [Math.min(0.5, ...costs), 1.2 * Math.max(largest, ...costs)],
      label: "cost / cost at the smallest size",
      labelAnchor: "center",
      labelArrow: "none",
      ticks: [0.5, 1, 2, 4, 8],
      tickFormat: "~g",
      grid: true,
    },
    fx: { label: null, domain: panels(points), padding: 0.15 },
    color: { domain: Object.keys(COLOURS), range: Object.values(COLOURS) },
    marks: [
      Plot.line(proportion, { x: "size", y: "cost", strokeDasharray: "3,3", strokeOpacity: 0.5 }),
      Plot.line(dots, { ...channels, z: "grows", stroke: "grows" }),
      Plot.dot(dots, { ...channels, fill: "grows", r: 3 }),
      ...legends(dots),
    ],
  };
}

/** The panels of one work side by side. */
function panels(points: readonly GrowthPoint[]): string[] {
  const works = [...new Set(points.map(({ work }) => work))];
  return works.flatMap((work) => COSTS.map(({ title }) => `${work}: ${title}`));
}

/** In each panel's upper left corner, the names of its series below each other. */
function legends(dots: readonly Dot[]): Plot.Markish[] {
  const entries = [...Map.groupBy(dots, ({ panel }) => panel)].flatMap(([panel, members]) =>
    [...new Set(members.map(({ grows }) => grows))].map((grows, place) => ({ panel, grows, place }))
  );
  return [...Map.groupBy(entries, ({ place }) => place)].map(([place, members]) => {
    const where = { frameAnchor: "top-left", dx: 8, dy: LINE_HEIGHT * (place + 1) } as const;
    return Plot.text(members, { fx: "panel", text: "grows", fill: "grows", ...where });
  });
}

/** Sizes and costs of each series relative to its first point. */
function relative(
  points: readonly GrowthPoint[],
  title: string,
  cost: (point: GrowthPoint) => number,
): Dot[] {
  const series = Map.groupBy(points, ({ work, grows }) => `${work} ${grows}`);
  return [...series.values()].flatMap((members) =>
    members.map((point, i) => ({
      panel: `${point.work}: ${title}`,
      grows: point.grows,
      // Every series doubles its size from point to point.
      size: 2 ** i,
      cost: cost(point) / cost(members[0]!),
    }))
  );
}
