/** The script of a page: the pictures in it become figures that answer. Without it they stay as they are. */
/// <reference lib="dom" />
import {
  type Ask,
  askLog,
  askPage,
  type LiveData,
  type LoggedData,
  type PageData,
  viewIn,
} from "../report/page_data.ts";
import type { StudyPageData } from "../report/study_data.ts";
import { TRAINING_FIGURES } from "../report/training_figures.ts";
import { controlBar } from "./controls.ts";
import { all, make } from "./dom.ts";
import { type Drawing, drawingIn, shareOf, type Source } from "./drawing.ts";
import { definitionFilter } from "./filter.ts";
import { movingPicture } from "./geometry.ts";
import { follow, liveSection, type Started } from "./live.ts";
import { drawWhatIsNear } from "./near.ts";
import { pairSection } from "./pair.ts";
import { pointing } from "./pointer.ts";
import { readoutOf } from "./readout.ts";
import { runSwitches } from "./runs.ts";
import { saveButtons } from "./save.ts";
import { sortableTables } from "./sort.ts";
import { type Store, storeFromAddress } from "./store.ts";
import { startStudy } from "./study.ts";

const source = document.querySelector("#data")?.textContent;
if (source) {
  const data = JSON.parse(source) as PageData | StudyPageData;
  if ("study" in data) startStudy(data.study);
  else {
    const started = start(data);
    if (data.live) follow(data, started, start);
  }
}

function start(data: PageData): Started {
  const ending = new AbortController();
  const store = storeFromAddress(ending.signal);
  const { ideals, runs, shapes } = data;
  const measured = askPage(data);
  const together: Source = { ask: askPage(data, { ideals }), view: viewIn(data) };
  const apart: Source = { ask: askPage(data, { ideals, apart: true }), view: viewIn(data, true) };
  const logOf = (live: LiveData): Source => ({
    ask: askLog(runs[0]!.group, live.logged),
    view: { ...together.view, trained: live.logged.epochs.at(-1) },
  });
  const live = data.live ? liveSection(data) : null;
  let logged = data.live ? logOf(data.live) : together;
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
    return [{ drawing, readout: readoutOf(drawing, measured) }];
  });
  const known = [...new Set(shapes.flatMap(({ epochs }) => epochs))].sort((a, b) => a - b);
  // Before anything is measured, those of the log; more of them come while the page stands.
  const epochs = known.length > 0 ? known : [...data.live?.logged.epochs ?? []];
  const pointers = pointing(entries, epochs, store);
  const drawings = entries.map(({ drawing }) => drawing);
  for (const drawing of drawings) equip(drawing, data, store);

  setControls(data, store);
  const drawer = drawWhatIsNear(drawings, pointers, store, ending.signal);
  pairBehind(document.querySelector("section.curves"), { ask: measured, data, epochs }, store, ending.signal);
  sortableTables();
  if (data.geometry) movingPicture(data.geometry, ending.signal);
  if (data.live) {
    live?.tell(data.live);
    live?.show(data.live.logged);
  }
  document.documentElement.dataset.ready = "";
  const following = entries.filter(({ drawing }) => training.has(drawing.figure.file));
  let shown = data.live?.logged;
  return {
    update(next) {
      live?.tell(next);
      if (sameLog(next.logged, shown)) return;
      shown = next.logged;
      logged = logOf(next);
      for (const { readout } of following) readout.show(null, true);
      live?.show(next.logged);
      if (known.length === 0) epochs.splice(0, epochs.length, ...next.logged.epochs);
      drawer.redraw(following.map(({ drawing }) => drawing));
      pointers.refresh(new Set(following.map(({ drawing }) => drawing)));
    },
    end: () => ending.abort(),
  };
}

/** What a reader chooses with, before what it is chosen for. */
function setControls(data: PageData, store: Store): void {
  const shares = [...new Set(data.figures.flatMap(({ columns }) => columns.map(shareOf)))];
  const before = document.querySelector(".cards, .matrix");
  before?.before(controlBar(store, shares), ...runSwitches(data, store));
  const filter = definitionFilter();
  if (filter) document.querySelector(".matrix")?.before(filter);
}

/** Files may change, and the log in them be as it was. */
function sameLog(one: LoggedData, other: LoggedData | undefined): boolean {
  return one.values === other?.values && one.epochs.length === other.epochs.length;
}

/** Any column against any other, behind the figures of a report or a comparison. */
function pairBehind(
  section: Element | null,
  { ask, data: { runs, shapes, titles = {} }, epochs }: {
    readonly ask: Ask;
    readonly data: PageData;
    readonly epochs: readonly number[];
  },
  store: Store,
  signal: AbortSignal,
): void {
  const columns = shapes[runs[0]?.shape ?? 0]?.columns ?? [];
  if (section === null || columns.length === 0) return;
  const names = [...new Set(runs.map(({ group }) => group))];
  section.after(pairSection(ask, columns, store, { titles, runs: names, epochs, signal }));
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
