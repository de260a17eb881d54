/** Any column against any other: two lists and a figure. */
/// <reference lib="dom" />
import * as Plot from "@observablehq/plot";
import { pairChart } from "../report/pair_chart.ts";
import type { Ask, PageData } from "../report/page_data.ts";
import { type Drawing as Dressed, dress } from "../report/standalone.ts";
import { make } from "./dom.ts";
import { largeSize } from "./large_size.ts";
import { whenNear } from "./near.ts";
import type { Store } from "./store.ts";

/** A section with the figure; it follows the epoch held and the runs that are on. */
export function pairSection(
  ask: Ask,
  columns: readonly string[],
  store: Store,
  { titles, signal }: { titles: NonNullable<PageData["titles"]>; signal: AbortSignal },
): HTMLElement {
  const first: readonly [string, string] = [
    columns.includes("within_class_variation") ? "within_class_variation" : columns[0]!,
    columns.includes("maxangle_means") ? "maxangle_means" : columns.at(-1)!,
  ];
  const chosen = () => {
    const { pair } = store.state;
    return pair !== null && pair.every((column) => columns.includes(column)) ? pair : first;
  };
  const list = (label: string, at: 0 | 1) => {
    const select = make(
      "select",
      {
        "aria-label": label,
        onchange: () => {
          const pair: [string, string] = [...chosen()] as [string, string];
          pair[at] = select.value;
          store.change({ pair });
        },
      },
      ...columns.map((column) => make("option", { value: column }, nameOf(column, titles))),
    );
    return select;
  };
  const [x, y] = [list("Across", 0), list("Up", 1)];
  const place = make("div", { class: "drawing", "data-figure": "pair" });
  const name = () => [x.value, y.value] = [...chosen()];
  const draw = () => {
    const [across, up] = chosen();
    const off = new Set(store.state.off);
    const shown = ask([...new Set([across, up])]).filter(({ run }) => !off.has(run));
    const { epoch } = store.state;
    const options = pairChart(shown, { x: across, y: up, titles, size: largeSize(), epoch });
    const svg = Plot.plot({ ...options, className: "chart" });
    dress(svg as unknown as Dressed, options);
    place.replaceChildren(svg);
  };
  store.onChange(name);
  name();
  whenNear(place, () => {
    store.onChange(draw);
    draw();
  }, signal);
  return sectionOf({ x, y, place });
}

function sectionOf({ x, y, place }: Readonly<Record<"x" | "y" | "place", HTMLElement>>): HTMLElement {
  return make(
    "section",
    { class: "pair", "aria-labelledby": "pair" },
    make("h2", { id: "pair" }, "One measure against another"),
    make(
      "p",
      {},
      "A point is a checkpoint, darker with each epoch. Where two measures fall together the points run along a slope; where one falls alone, " +
        "upright or level.",
    ),
    make(
      "p",
      { class: "controls" },
      make("label", {}, make("span", {}, "up"), y),
      make("label", {}, make("span", {}, "across"), x),
    ),
    place,
  );
}

function nameOf(column: string, titles: NonNullable<PageData["titles"]>): string {
  const title = titles[column];
  return title === undefined ? column : `${title} (${column})`;
}
