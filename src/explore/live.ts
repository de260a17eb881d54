/** What a page shows of a training under way, and how it follows it. */
/// <reference lib="dom" />
import { formatDuration, formatOf } from "../report/format.ts";
import { askLog, type LiveData, type PageData } from "../report/page_data.ts";
import { TRAINING_FIGURES, type TrainingFigure } from "../report/training_figures.ts";
import { all, make } from "./dom.ts";

/** Where the server tells of changes. */
const EVENTS = "/events";
/** Milliseconds after which the time since the last change is written anew. */
const TICK = 1000;

/** A page that was started: it takes what changes with an epoch, and ends before it is replaced. */
export interface Started {
  update(live: LiveData): void;
  end(): void;
}

export interface LiveSection {
  update(live: LiveData): void;
}

/** Fills the place that the page has for it: facts, and the figures of the log. */
export function liveSection({ runs }: PageData): LiveSection | null {
  const place = document.querySelector("#live");
  if (!place) return null;
  const facts = make("dl", { class: "facts" });
  const note = make("p", { class: "note", role: "status" });
  const run = runs[0]!.group;
  const cards = TRAINING_FIGURES.map((figure) => cardOf(figure, run));
  place.replaceChildren(
    make("h2", {}, "Training now"),
    make("div", { class: "cards live" }, ...cards, make("div", {}, facts, note)),
  );
  return {
    update(live) {
      facts.replaceChildren(
        ...live.facts.map(([name, value]) =>
          make("div", {}, make("dt", {}, name), make("dd", { "data-fact": name }, value))
        ),
      );
      note.textContent = live.trouble ?? "";
      note.classList.toggle("alarm", live.trouble !== null);
      const ask = askLog(run, live.logged);
      for (const { columns, scale } of TRAINING_FIGURES) {
        for (const { column } of columns) {
          const format = formatOf({ scale });
          const cell = place.querySelector(`tr[data-column="${column}"] .shown`);
          if (cell) cell.textContent = format(ask([column]).at(-1)?.value);
        }
      }
    },
  };
}

function cardOf({ file, title, plain, columns }: TrainingFigure, run: string): HTMLElement {
  const rows = columns.map(({ column, label }) =>
    make(
      "tr",
      { "data-column": column, "data-run": run },
      make("th", { scope: "row" }, label),
      make("td", { class: "number shown" }),
      make("td", { class: "beside" }),
    )
  );
  return make(
    "figure",
    { class: "card", id: file },
    make("h3", {}, title),
    make("p", {}, plain),
    make("div", { class: "drawing", "data-figure": file }),
    make(
      "table",
      { class: "ends", "data-values": true },
      make("caption", {}, "Last epoch"),
      make("tbody", {}, ...rows),
    ),
  );
}

/**
 * Follows the training: epochs go to the page as it stands; what was measured brings the page anew, in which the
 * reader's choice (the address), place, open rows, focus and ground stay. `begin` starts a page from its data.
 */
export function follow(data: PageData, started: Started, begin: (data: PageData) => Started): void {
  let [live, page] = [data.live!, started];
  let latest = live.version;
  let [connected, fetching] = [true, false];
  const tell = () => tellAge(live, connected);
  const replacePage = async () => {
    if (fetching) return;
    fetching = true;
    const next = await fetchPage(location.pathname);
    fetching = false;
    // The next event asks again.
    if (next?.live === undefined) return;
    page.end();
    page = keepingPlace(() => {
      next.show();
      return begin(next.data);
    });
    live = next.live;
    tell();
    // More was measured meanwhile.
    if (latest !== live.version) void replacePage();
  };
  const events = new EventSource(EVENTS);
  events.addEventListener("message", ({ data }) => {
    const next = JSON.parse(data) as LiveData;
    connected = true;
    latest = next.version;
    if (next.version !== live.version) return void replacePage();
    live = next;
    page.update(next);
    tell();
  });
  events.addEventListener("error", () => {
    connected = false;
    tell();
  });
  setInterval(tell, TICK);
  tell();
}

/** The page as the server has it now; null where it does not answer. */
async function fetchPage(
  path: string,
): Promise<{ data: PageData; live: LiveData | undefined; show: () => void } | null> {
  const text = await fetch(path).then((answer) => answer.ok ? answer.text() : null, () => null);
  if (text === null) return null;
  const page = new DOMParser().parseFromString(text, "text/html");
  const [source, main] = [page.querySelector("#data"), page.querySelector("main")];
  if (!source || !main) return null;
  const data = JSON.parse(source.textContent!) as PageData;
  return { data, live: data.live, show: () => document.querySelector("main")!.replaceWith(main) };
}

/** Does `change` to the page and puts the reader back to where they were. */
function keepingPlace<T>(change: () => T): T {
  const [left, top] = [scrollX, scrollY];
  const open = new Set(all("details[open]").map(nameOf));
  const focused = document.activeElement?.closest<HTMLElement>("[data-figure]")?.dataset.figure;
  const result = change();
  for (const details of all("details")) if (open.has(nameOf(details))) details.setAttribute("open", "");
  if (focused !== undefined) {
    all("[data-figure]").find(({ dataset }) => dataset.figure === focused)?.focus({ preventScroll: true });
  }
  scrollTo(left, top);
  return result;
}

function nameOf(details: HTMLElement): string {
  return `${details.closest("[id]")?.id} ${details.querySelector("summary")?.textContent}`;
}

/** Says in the section how long ago the run's files changed, and whether that is longer than an epoch takes. */
function tellAge({ written, patience }: LiveData, connected: boolean): void {
  const place = document.querySelector('[data-fact="Last change"]');
  if (!place) return;
  if (!connected) {
    place.textContent = "unknown: the server has ended or is out of reach";
    return;
  }
  if (written === null) return;
  const age = Math.max(0, (Date.now() - written) / 1000);
  const late = patience !== null && age > patience;
  place.textContent = `${formatDuration(age)} ago${late ? ": stopped, or at something long" : ""}`;
}
