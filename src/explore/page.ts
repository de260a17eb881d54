/** The script of a page: the pictures in it become figures that answer. Without it they stay as they are. */
/// <reference lib="dom" />
import { distances, type Row } from "../report/rows.ts";
import { type LiveData, type PageData, rowsIn, viewIn } from "../report/page_data.ts";
import { TRAINING_FIGURES } from "../report/training_figures.ts";
import { controlBar } from "./controls.ts";
import { all, make } from "./dom.ts";
import { type Drawing, drawingIn, shareOf, type Source } from "./drawing.ts";
import { definitionFilter } from "./filter.ts";
import { movingPicture } from "./geometry.ts";
import { follow, liveSection, type Started } from "./live.ts";
import { pairSection } from "./pair.ts";
import { type Pointing, pointing } from "./pointer.ts";
import { readoutOf } from "./readout.ts";
import { runSwitches } from "./runs.ts";
import { saveButtons } from "./save.ts";
import { type Store, storeFromAddress } from "./store.ts";

const source = document.querySelector("#data")?.textContent;
if (source) {
  const data = JSON.parse(source) as PageData;
  const started = start(data);
  if (data.live) follow(data, started, start);
}

function start(data: PageData): Started {
  const ending = new AbortController();
  const store = storeFromAddress(ending.signal);
  const measured = rowsIn(data.runs);
  const ideals = new Map(Object.entries(data.ideals));
  const together = { rows: distances(measured, ideals), view: viewIn(data) };
  const apart: Source = {
    rows: data.runs.some(({ name, group }) => name !== group) ? rowsIn(data.runs, true) : together.rows,
    view: viewIn(data, true),
  };
  const live = data.live ? liveSection(data) : null;
  let logged: Source = { rows: loggedRows(data, data.live), view: together.view };
  const figures = new Map(data.figures.map((figure) => [figure.file, figure]));
  const training = new Map(TRAINING_FIGURES.map((figure) => [figure.file, figure]));
  const entries = all(".drawing[data-figure]").flatMap((place) => {
    const name = place.dataset.figure!;
    const figure = figures.get(name) ?? training.get(name);
    if (figure === undefined) return [];
    const drawing = drawingIn(
      place,
      figure,
      (seeds) => training.has(name) ? logged : seeds ? apart : together,
    );
    return [{ drawing, readout: readoutOf(drawing, data.runs.length === 1 ? measured : []) }];
  });
  const known = [...new Set(data.runs.flatMap((run) => run.epochs))].sort((a, b) => a - b);
  // Before anything is measured, those of the log; more of them come while the page stands.
  const epochs = known.length > 0 ? known : [...data.live?.logged.epochs ?? []];
  const pointers = pointing(entries, epochs, store);
  const drawings = entries.map(({ drawing }) => drawing);
  for (const drawing of drawings) equip(drawing, data, store);
  drawOnDemand(drawings, pointers, store);

  const shares = [...new Set(data.figures.flatMap(({ columns }) => columns.map(shareOf)))];
  const before = document.querySelector(".cards, .matrix");
  before?.before(controlBar(store, shares), ...runSwitches(data, store));
  const filter = definitionFilter();
  if (filter) document.querySelector(".matrix")?.before(filter);
  const columns = Object.keys(data.runs[0]?.columns ?? {});
  if (columns.length > 0 && document.querySelector("section.curves")) {
    document.querySelector("section.curves")?.after(pairSection(measured, columns, store));
  }
  if (data.geometry) movingPicture(data.geometry);
  if (data.live) live?.update(data.live);
  document.documentElement.dataset.ready = "";
  return {
    update(next) {
      logged = { rows: loggedRows(data, next), view: together.view };
      if (known.length === 0) epochs.splice(0, epochs.length, ...next.logged.epochs);
      for (const { readout } of entries) readout.show(null, true);
      live?.update(next);
      for (const drawing of drawings) if (training.has(drawing.figure.file)) drawing.draw(store.state);
      pointers.refresh();
    },
    end: () => ending.abort(),
  };
}

/** The rows of what was logged of the one run of the page. */
function loggedRows({ runs }: PageData, live: LiveData | undefined): readonly Row[] {
  return live === undefined ? [] : rowsIn([{ ...runs[0]!, ...live.logged, doubts: {} }]);
}

/** Figures in closed rows are drawn when they are opened. */
function drawOnDemand(drawings: readonly Drawing[], pointers: Pointing, store: Store): void {
  const isOpen = ({ place }: Drawing) => place.closest("details.row:not([open])") === null;
  const draw = (which: readonly Drawing[]) => {
    for (const drawing of which) {
      drawing.draw(store.state);
      drawing.place.closest(".card")?.classList.toggle("large", store.state.large === drawing.figure.file);
    }
    pointers.refresh();
  };
  let last = "";
  const update = () => {
    const { epoch: _, pair: __, ...drawn } = store.state;
    const key = JSON.stringify(drawn);
    if (key === last) return pointers.refresh();
    last = key;
    draw(drawings.filter(isOpen));
  };
  for (const drawing of drawings) {
    drawing.place.closest("details.row")?.addEventListener(
      "toggle",
      () => isOpen(drawing) && draw([drawing]),
    );
  }
  store.onChange(update);
  update();
}

/** Buttons beside a figure: large, and the files to save. */
function equip(drawing: Drawing, data: PageData, store: Store): void {
  const { file } = drawing.figure;
  const card = drawing.place.closest(".card");
  const large = make("button", {
    type: "button",
    class: "enlarge",
    onclick: () => store.change({ large: store.state.large === file ? null : file }),
  }, "large");
  store.onChange(() => large.textContent = store.state.large === file ? "small" : "large");
  const bar = make("p", { class: "tools" }, ...(card ? [large] : []), saveButtons(drawing, data));
  drawing.place.after(bar);
}
