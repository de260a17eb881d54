/** The values at an epoch in the tables under the figures, each with its doubts; without one, what the page said. */
/// <reference lib="dom" />
import { doubtWords, reasonUndefined } from "./words.ts";
import type { Drawing } from "./drawing.ts";
import type { Ask } from "../report/page_data.ts";
import type { Row } from "../report/rows.ts";
import { formatOf } from "../report/format.ts";
import { all, make } from "./dom.ts";

export interface Readout {
  /** `held` says whether the epoch stays when the pointer leaves. */
  show(epoch: number | null, held: boolean): void;
}

/** Of the table nearest to a drawing: its rows bear the names of columns, and of runs where there are several. `ask` gives those of a single run, as measured. */
export function readoutOf(drawing: Drawing, ask: Ask): Readout {
  const table = drawing.place.closest("figure, .open")?.querySelector<HTMLElement>("table[data-values]");
  if (!table) return { show() {} };
  const caption = table.querySelector("caption");
  const cells = all("tr[data-column]", table).map((row) => ({
    column: row.dataset.column!,
    run: row.dataset.run,
    value: row.querySelector<HTMLElement>(".shown")!,
    beside: row.querySelector<HTMLElement>(".beside")!,
  }));
  // Most tables are never asked.
  let points: ReadonlyMap<string, Row> | null = null;
  const pointsOf = () => {
    const columns = [...new Set(cells.flatMap(({ column, run }) => run === undefined ? [column] : []))];
    return points ??= new Map(ask(columns).map((row) => [`${row.column} ${row.epoch}`, row]));
  };
  const changing = [caption, ...cells.flatMap(({ value, beside }) => [value, beside])].filter((one) =>
    one !== null
  );
  // What the page says, while something else is shown.
  let before: Map<HTMLElement, readonly Node[]> | null = null;
  return {
    show(epoch, held) {
      if (epoch === null) {
        for (const [element, nodes] of before ?? []) element.replaceChildren(...nodes);
        before = null;
        return;
      }
      before ??= new Map(changing.map((one) => [one, [...one.childNodes]]));
      caption?.replaceChildren(
        make("b", {}, `Epoch ${epoch}`),
        held ? ", held; Esc lets go" : ", click to hold",
      );
      for (const { column, run, value, beside } of cells) {
        const curve = drawing.curves.find((one) => one.run === run && one.column === column);
        const point = run === undefined
          ? pointsOf().get(`${column} ${epoch}`)
          : curve?.points.find((one) => one.epoch === epoch);
        const format = formatOf(drawing.figure);
        const number = point?.value ?? null;
        value.replaceChildren(
          make(
            "span",
            number === null ? {} : { title: String(number), "data-value": String(number) },
            number === null ? "–" : format(number),
          ),
        );
        beside.replaceChildren(
          make(
            "span",
            { class: "verdict none" },
            point === undefined
              ? run !== undefined && curve === undefined ? "not shown" : "not measured"
              : reasonUndefined(point) ?? doubtWords(point.doubt),
          ),
        );
      }
    },
  };
}
