/** What a page shows of a training under way, and how it follows it. */
/// <reference lib="dom" />
import { formatDuration, formatOf } from "../report/format.ts";
import { askLog, type LiveData, type LoggedData, type PageData } from "../report/page_data.ts";
import { TRAINING_FIGURES, type TrainingFigure } from "../report/training_figures.ts";
import { all, make } from "./dom.ts";
import { type Pace, paced } from "./paced.ts";

/** Where the server tells of changes. */
const EVENTS = "/events";
/** The fact that the page itself tells. */
const AGE = "Last change";
/** Milliseconds after which the time since the last change is written anew. */
const TICK = 5000;
/** Milliseconds after which a page that a server has let go looks for another. */
const AGAIN = 3000;
/** Seconds since the last change that are told as none, so that the page does not change by the second. */
const NOW = 10;
/** Epochs may last a second or less, and whoever reads does not see more of them so soon. */
const UPDATES: Pace = { least: 2000, share: 0.02, eager: true };
/** A page takes up to seconds of a processor, of server and browser together. */
const PAGES: Pace = { least: 2000, share: 0.05 };

/** A page that was started: it takes what changes with an epoch, and ends before it is replaced. */
export interface Started {
  update(live: LiveData): void;
  end(): void;
}

export interface LiveSection {
  /** Shows the facts, which are text alone. */
  tell(live: LiveData): void;
  /** Puts the values of the last epoch into the tables under the figures. */
  show(logged: LoggedData): void;
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
    tell(live) {
      for (const [name, value] of live.facts) {
        const fact = all("[data-fact]", facts).find(({ dataset }) => dataset.fact === name);
        if (fact === undefined) {
          facts.append(make("div", {}, make("dt", {}, name), make("dd", { "data-fact": name }, value)));
        } else if (name !== AGE) say(fact, value);
      }
      say(note, live.trouble ?? "");
      note.classList.toggle("alarm", live.trouble !== null);
    },
    show(logged) {
      const ask = askLog(run, logged);
      for (const { columns, scale } of TRAINING_FIGURES) {
        for (const { column } of columns) {
          const format = formatOf({ scale });
          const cell = place.querySelector(`tr[data-column="${column}"] .shown`);
          if (cell) say(cell, format(ask([column]).at(-1)?.value));
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
  let told = live;
  let connected = true;
  const tell = () => document.hidden || tellAge(told, connected);
  const update = paced(() => {
    page.update(told);
    tell();
  }, UPDATES);
  const replacePage = async () => {
    const next = await fetchPage(location.pathname);
    // The next event asks again.
    if (next?.live === undefined) return;
    page.end();
    page = keepingPlace(() => {
      next.show();
      return begin(next.data);
    });
    live = next.live;
    if ((live.written ?? 0) >= (told.written ?? 0)) told = live;
    else update.ask();
    tell();
    // More was measured meanwhile.
    if (told.version !== live.version) replace.ask();
  };
  const replace = paced(replacePage, PAGES);
  listen({
    message(next) {
      told = next;
      connected = true;
      update.ask();
      if (told.version !== live.version) replace.ask();
    },
    async end() {
      if (told.version !== live.version) await replacePage();
    },
    lose() {
      connected = false;
      tell();
    },
  });
  document.addEventListener("visibilitychange", tell);
  setInterval(tell, TICK);
  tell();
}

interface Listener {
  message(live: LiveData): void;
  /** The server waits for pages that lack what was measured last: the only moment at which one that is hidden asks. */
  end(): Promise<void>;
  lose(): void;
}

/** Hears the server, and one that comes after it: a run that goes on is served where it was. */
function listen(listener: Listener): void {
  const events = new EventSource(EVENTS);
  events.addEventListener("message", ({ data }) => listener.message(JSON.parse(data) as LiveData));
  events.addEventListener("error", () => listener.lose());
  events.addEventListener("end", async () => {
    await listener.end();
    events.close();
    listener.lose();
    setTimeout(() => listen(listener), AGAIN);
  });
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
  const place = document.querySelector(`[data-fact="${AGE}"]`);
  if (!place) return;
  if (!connected) {
    return say(place, "unknown: the server has ended or is out of reach");
  }
  if (written === null) return;
  const age = Math.max(0, (Date.now() - written) / 1000);
  const late = patience !== null && age > patience;
  const ago = age < NOW ? "just now" : `${formatDuration(age < 60 ? Math.floor(age / NOW) * NOW : age)} ago`;
  say(place, `${ago}${late ? ": stopped, or at something long" : ""}`);
}

/** Where a text is another one: browsers lay out anew what is set to the same. */
function say(place: Element, text: string): void {
  if (place.textContent !== text) place.textContent = text;
}
