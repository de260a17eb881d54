/** Any column against any other: two lists and a figure. */
/// <reference lib="dom" />
import * as Plot from "@observablehq/plot";
import { formatValue } from "../report/format.ts";
import { pairChart, type PairPoint, pairsOf } from "../report/pair_chart.ts";
import type { Ask, PageData } from "../report/page_data.ts";
import { type Drawing as Dressed, dress } from "../report/standalone.ts";
import { make } from "./dom.ts";
import { largeSize } from "./large_size.ts";
import { whenNear } from "./near.ts";
import { byKey } from "./pointer.ts";
import type { Store } from "./store.ts";

export interface PairOptions {
  readonly titles: NonNullable<PageData["titles"]>;
  /** Names of all runs. */
  readonly runs: readonly string[];
  /** Measured ones, ascending. */
  readonly epochs: readonly number[];
  readonly signal: AbortSignal;
}

/** Runs up to which the values at the epoch held are told of each. */
const MOST_TOLD = 8;

/** A section with the figure; it follows the epoch held, which the arrow keys move here, too, and the runs that are on. */
export function pairSection(
  ask: Ask,
  columns: readonly string[],
  store: Store,
  { titles, runs, epochs, signal }: PairOptions,
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
  const place = make("div", {
    class: "drawing",
    "data-figure": "pair",
    tabindex: "0",
    role: "group",
    "aria-label": "One measure against another; arrow keys walk through the checkpoints",
    onkeydown: (event) => byKey(event as KeyboardEvent, epochs, store),
  });
  const said = make("p", { class: "note", role: "status" });
  const name = () => [x.value, y.value] = [...chosen()];
  const draw = () => {
    const [across, up] = chosen();
    const off = new Set(store.state.off);
    const shown = ask([...new Set([across, up])]).filter(({ run }) => !off.has(run));
    const { epoch } = store.state;
    const options = pairChart(shown, { x: across, y: up, titles, size: largeSize(), runs, epoch });
    const svg = Plot.plot({ ...options, className: "chart" });
    dress(svg as unknown as Dressed, options);
    place.replaceChildren(svg);
    const held = epoch === null ? [] : pairsOf(shown.filter((row) => row.epoch === epoch), across, up);
    said.textContent = held.length === 0 ? HOW : heldWords(held, runs.length > 1);
  };
  store.onChange(name);
  name();
  whenNear(place, () => {
    store.onChange(draw);
    draw();
  }, signal);
  return sectionOf({ x, y, place, said });
}

const HOW = "The epoch held in the figures is ringed; arrow keys move it.";

/** "Epoch 100: 0.0123 across, 0.456 up". */
function heldWords(held: readonly PairPoint[], several: boolean): string {
  const told = held.slice(0, MOST_TOLD).map(({ run, x, y }) =>
    `${several ? `${run} ` : ""}${formatValue(x)} across, ${formatValue(y)} up`
  );
  const more = held.length - told.length;
  return `Epoch ${held[0]!.epoch}: ${told.join("; ")}${more === 0 ? "" : `; and ${more} more`}`;
}

function sectionOf(
  { x, y, place, said }: Readonly<Record<"x" | "y" | "place" | "said", HTMLElement>>,
): HTMLElement {
  return make(
    "section",
    { class: "pair", "aria-labelledby": "pair" },
    make("h2", { id: "pair" }, "One measure against another"),
    make(
      "p",
      {},
      "A point is a checkpoint, stronger with each epoch. Where two measures fall together the points run along a slope; where one falls alone, " +
        "upright or level.",
    ),
    make(
      "p",
      { class: "controls" },
      make("label", {}, make("span", {}, "up"), y),
      make("label", {}, make("span", {}, "across"), x),
      said,
    ),
    place,
  );
}

function nameOf(column: string, titles: NonNullable<PageData["titles"]>): string {
  const title = titles[column];
  return title === undefined ? column : `${title} (${column})`;
}
