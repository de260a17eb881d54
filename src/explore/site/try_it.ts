/** Drawn features under the reader's hand: sliders, the picture of three classes, and what each definition says. */
/// <reference lib="dom" />
import { formatValue } from "../../report/format.ts";
import { FRONT, pictureOf, STAGE } from "../../report/geometry_picture.ts";
import { type Level, LEVELS } from "../../report/verdict.ts";
import { make, makeSvg } from "../dom.ts";
import { CLASSES, type Settings, WIDEST } from "./drawn.ts";
import { type Lesson, LESSONS } from "./lessons.ts";
import type { Said, SaidDefinition, SaidFamily } from "./messages.ts";

/** How a setting is moved: at place x of its slider it is `from(x)`. */
interface Slider {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly from: (place: number) => number;
  readonly place: (value: number) => number;
  readonly words: (value: number) => string;
}

const logarithmic = { from: (place: number) => 10 ** place, place: Math.log10 };
const plain = { from: (place: number) => place, place: (value: number) => value };
const degrees = (value: number) => `${Math.round(value)}°`;

const SLIDERS: { readonly [key in keyof Settings]: Slider } = {
  noise: {
    label: "Noise: spread of samples around a class mean of length 1",
    ...{ min: -3, max: 0.5, step: 0.01, ...logarithmic, words: formatValue },
  },
  imbalance: {
    label: "Imbalance: samples of the first class over those of the last",
    ...{ min: 0, max: 1.3, step: 0.01, ...logarithmic, words: (value) => `${formatValue(value)} : 1` },
  },
  angle: {
    label: `Angle between the means of the last two classes (${degrees(WIDEST)} in a simplex)`,
    ...{ min: 1, max: WIDEST, step: 0.01, ...plain, words: degrees },
  },
  weak: {
    label: "One direction: how much of it is left between the first two classes",
    ...{ min: -2, max: 0, step: 0.01, ...logarithmic, words: (value) => `${formatValue(100 * value)} %` },
  },
  turn: {
    label: "Classifier: turned away from the class means by",
    ...{ min: 0, max: 90, step: 0.5, ...plain, words: degrees },
  },
};
const WORDS: Readonly<Record<Level, string>> = {
  at: "at collapse",
  near: "near to collapse",
  far: "far from collapse",
};
const KEYS = Object.keys(SLIDERS) as (keyof Settings)[];

/** What comes back of drawn features. */
type Drawn = Extract<Said, { frame: unknown }>;

export interface TryIt {
  readonly element: HTMLElement;
  show(drawn: Drawn): void;
}

/** `ask` is called with settings whenever a reader moves one, and once at the beginning. */
export function tryIt(ask: (settings: Settings) => void): TryIt {
  const words = make("p", { class: "note", id: "lesson" });
  const svg = makeSvg("svg", {
    viewBox: `0 0 ${STAGE.width} ${STAGE.height}`,
    class: "chart stage",
    role: "img",
    "aria-label": "drawn features of three classes, their means and the rows of the classifier",
  });
  const said = make("div", { class: "said-of-drawn", "aria-live": "polite" });
  const sliders = KEYS.map((key) =>
    sliderOf(key, () => {
      words.textContent = "";
      ask(settings());
    })
  );
  const settings = () =>
    Object.fromEntries(sliders.map(({ key, value }) => [key, value()])) as unknown as Settings;
  const choose = (lesson: Lesson) => {
    for (const { key, set } of sliders) set(lesson.settings[key]);
    words.textContent = lesson.words;
    ask(settings());
  };
  const buttons = LESSONS.map((lesson) =>
    make("button", { type: "button", onclick: () => choose(lesson) }, lesson.title)
  );
  const element = make(
    "div",
    {},
    make("p", { class: "controls", role: "group", "aria-label": "Kinds of collapse" }, ...buttons),
    words,
    make(
      "div",
      { class: "moving" },
      svg as unknown as Node,
      make("div", { class: "sliders" }, ...sliders.map(({ element }) => element)),
    ),
    said,
  );
  choose(LESSONS[0]!);
  return {
    element,
    show({ frame, families }) {
      const view = { ...FRONT, classes: [0, CLASSES - 2, CLASSES - 1] as const };
      svg.replaceChildren(
        ...pictureOf(frame, view, null, CLASSES).map(({ tag, attributes, text }) => {
          const shape = makeSvg(tag, attributes);
          if (text !== undefined) shape.textContent = text;
          return shape;
        }),
      );
      const open = new Set(
        [...said.querySelectorAll<HTMLDetailsElement>("details[open]")].map(({ id }) => id),
      );
      said.replaceChildren(...families.map((family) => familyOf(family, open)));
    },
  };
}

function sliderOf(key: keyof Settings, moved: () => void) {
  const { label, min, max, step, from, place, words } = SLIDERS[key];
  const output = make("output", {});
  const input = make("input", {
    type: "range",
    id: `set-${key}`,
    ...{ min: String(min), max: String(max), step: String(step) },
    oninput: () => {
      tell();
      moved();
    },
  });
  const value = () => from(Number(input.value));
  const tell = () => output.textContent = words(value());
  return {
    key,
    value,
    set(to: number): void {
      // Its steps would move a value that lies between two of them.
      input.step = "any";
      input.value = String(place(to));
      tell();
    },
    element: make("label", { class: "slider" }, `${label} `, output, input),
  };
}

/** Open where a reader opened it. */
function familyOf({ family, title, call, definitions }: SaidFamily, open: ReadonlySet<string>): HTMLElement {
  const counts = LEVELS.map((level) => `${definitions.filter((one) => one.level === level).length} ${level}`);
  const id = `said-${family}`;
  const denied = definitions.filter(({ contradicts }) => contradicts).length;
  return make(
    "details",
    { id, open: open.has(id) },
    make(
      "summary",
      {},
      make("strong", {}, `${family} ${title}: `),
      make(
        "span",
        { class: "most" },
        call.level === null ? "definitions are divided" : WORDS[call.level],
      ),
      ` (${counts.join(", ")})`,
      ...denied === 0
        ? []
        : [make("span", { class: "alarm" }, ` △ ${denied} ${denied === 1 ? "contradicts" : "contradict"}`)],
    ),
    make(
      "table",
      { class: "readings" },
      make(
        "thead",
        {},
        make("tr", {}, ...["Definition", "Value", "At collapse", "Says"].map((name) => make("th", {}, name))),
      ),
      make("tbody", {}, ...definitions.map(rowOf)),
    ),
  );
}

function rowOf({ title, column, value, ideal, level, silent, contradicts }: SaidDefinition): HTMLElement {
  const call = level ?? silent ?? "nothing";
  return make(
    "tr",
    { "data-column": column, "data-level": level ?? "" },
    make("th", { scope: "row" }, title, make("br"), make("code", {}, column)),
    make("td", { class: "number" }, value === null ? "–" : formatValue(value)),
    make("td", { class: "number" }, ideal === null ? "–" : formatValue(ideal)),
    make("td", { class: contradicts ? "alarm" : "" }, contradicts ? `${call} △` : call),
  );
}
