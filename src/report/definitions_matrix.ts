/** All definitions in one table: named rows by family, a column for each set of vectors, in each cell a track and the value. */
import type { Metric } from "../collapse/catalogue.ts";
import { splitNamed } from "../collapse/splits.ts";
import type { DefinitionComparison, FamilyComparison, Reading } from "./comparison.ts";
import { subjectOf } from "./definition_figure.ts";
import { formatValue } from "./format.ts";
import { type Html, html } from "./html.ts";
import { GROUNDS, SUBJECTS } from "./tokens.ts";
import { callWords, countCalls, RULE, type Verdict } from "./verdict.ts";
import { callMark, plural } from "./verdict_marks.ts";

/** The columns there may be, in their order. */
const SPLITS: readonly Metric["split"][] = ["train", "classifier", "test", "ood"];

const HEADINGS: Readonly<Record<Metric["split"], string>> = {
  train: "Training images",
  classifier: "Classifier",
  test: "Test images",
  ood: "Images from elsewhere",
};

/** The table; `details` gives what a row opens. */
export function definitionsMatrix(
  families: readonly FamilyComparison[],
  details: (family: FamilyComparison, definition: DefinitionComparison) => Html,
): Html {
  const there = families.filter(({ definitions }) => definitions.length > 0);
  const splits = SPLITS.filter((split) =>
    there.some(({ definitions }) =>
      definitions.some(({ readings }) => readings.some(({ metric }) => metric.split === split))
    )
  );
  return html`<div class="matrix columns${splits.length}">
<div class="heads"><span>Definition</span>${
    splits.map((split) => html`<span class="head"><b>${HEADINGS[split]}</b>${ZONES}</span>`)
  }</div>
${there.map((family) => familyRows(family, splits, details))}
</div>`;
}

/** "of 4 votes: 3 near, falling; 1 far, flat". */
export function voteCount({ votes }: FamilyComparison): string {
  if (votes.length === 0) return "no votes";
  return `of ${plural(votes.length, "vote")}: ${
    countCalls(votes).map(({ words, count }) => `${count} ${words}`).join("; ")
  }`;
}

const ZONES = html`<small class="zones" aria-hidden="true"><i>at</i><i>near</i><i>far</i></small>`;

function familyRows(
  family: FamilyComparison,
  splits: readonly Metric["split"][],
  details: (family: FamilyComparison, definition: DefinitionComparison) => Html,
): Html {
  return html`<section class="family" id="${family.family}" aria-label="${family.family}">
<h3><span class="tag">${family.family}</span> ${family.title}</h3>
<p class="note">${family.plain} ${callMark(family.call)} <span class="votes">(${voteCount(family)})</span></p>
${family.definitions.map((definition) => row(family, definition, splits, details))}
</section>`;
}

function row(
  family: FamilyComparison,
  definition: DefinitionComparison,
  splits: readonly Metric["split"][],
  details: (family: FamilyComparison, definition: DefinitionComparison) => Html,
): Html {
  const { id, title, readings } = definition;
  const copied = readings.every(({ copyOf, votes }) => !votes && copyOf !== null);
  return html`
    <details class="row${copied ? " copy" : ""}" id="${id}" name="definition"
      data-calls="${callsOf(readings)}" data-fall="${Number(
        (readings[0]!.verdict?.fall ?? 0).toPrecision(6),
      )}" data-columns="${readings.map(({ metric }) => metric.name).join(" ")}">
    <summary><span class="name">${title}${remarkOf(readings)}</span>${splits.map((split) =>
      cell(readings.filter(({ metric }) => metric.split === split), split)
    )}</summary>
    ${details(family, definition)}
    </details>
  `;
}

/** What is said of a row's readings, for the filter of the page. */
function callsOf(readings: readonly Reading[]): string {
  const calls = readings.flatMap(({ verdict, uninformative, contradicts }) => [
    ...(verdict === null || uninformative !== null ? [] : [callWords(verdict) ?? "no call"]),
    ...(contradicts ? ["contradicts its family"] : []),
  ]);
  return [...new Set(calls)].join("|");
}

/** What a reader should know of a row before opening it. */
function remarkOf(readings: readonly Reading[]): Html {
  if (readings.some((reading) => reading.contradicts)) {
    return html`
      <small class="alarm">△ contradicts</small>
    `;
  }
  if (readings.every(({ uninformative }) => uninformative !== null)) {
    return html`
      <small>says nothing here</small>
    `;
  }
  if (readings.some(({ copyOf }) => copyOf !== null)) {
    return html`
      <small>repeats another</small>
    `;
  }
  const ideal = readings[0]!.reference;
  return ideal !== null && ideal.kind === "collapse" && ideal.value !== 0
    ? html`
      <small>at collapse ${formatValue(ideal.value)}</small>
    `
    : html``;
}

function cell(readings: readonly Reading[], split: Metric["split"]): Html {
  if (readings.length === 0) return html`<span class="cell none"></span>`;
  return html`<span class="cell"><span class="split-name">${splitNamed(split).label}</span>${
    readings.map((reading) => entry(reading))
  }</span>`;
}

function entry(reading: Reading): Html {
  const { last, verdict, uninformative } = reading;
  const { set } = reading.metric;
  const call = uninformative !== null ? "says nothing here" : (verdict && callWords(verdict)) ?? "no call";
  const words = set === undefined ? call : `${set}: ${call}`;
  return html`
    <span class="entry"
      title="${words}">${track(reading)}<span class="number">${last === null
        ? "not defined"
        : formatValue(last)}</span><span class="arrow" aria-hidden="true">${arrowOf(
          verdict,
        )}</span><span class="aloud">${words}</span></span>
  `;
}

function arrowOf(verdict: Verdict | null): string {
  const arrows = { falling: "↓", flat: "→", rising: "↑" };
  return verdict?.trend ? arrows[verdict.trend] : "";
}

const TRACK = { width: 120, height: 22 } as const;
/** Distances over the scale at the two ends of a track. */
const ENDS = { low: RULE.at / 10, high: 1 } as const;

/** From a thousandth of the scale to the whole of it, logarithmic: a tick where the phase began, a dot where it is now. */
function track(reading: Reading): Html {
  const { width, height } = TRACK;
  const middle = height / 2;
  const places = placesOf(reading);
  if (places === null) return html`<span class="track"></span>`;
  const { start, now } = places;
  const colour = SUBJECTS[subjectOf(reading.metric)].light;
  const hollow = reading.metric.split === "test" || reading.metric.split === "ood";
  const from = start === null ? html`` : html`
    <path d="M${start} ${middle - 4}v8M${start} ${middle}H${now}" stroke="${colour}" ${hollow
      ? html`
        stroke-dasharray="4,2.6"
      `
      : html``} />
  `;
  return html`
    <svg class="chart track" viewBox="0 0 ${width} ${height}"
      aria-hidden="true">${from}<circle cx="${now}" cy="${middle}" r="4" fill="${hollow
        ? GROUNDS.paper.light
        : colour}" stroke="${colour}"/></svg>
  `;
}

/** Where the first checkpoint of the window and the last of all lie on the track, in px. */
function placesOf({ verdict, reference, scale }: Reading): { start: number | null; now: number } | null {
  if (verdict === null || reference?.kind !== "collapse") return null;
  const base = verdict.base === null ? 1 : Math.abs(verdict.base.value - reference.value);
  const place = (distance: number | null | undefined) => {
    if (distance === null || distance === undefined) return null;
    const share = Math.min(ENDS.high, Math.max(ENDS.low, (distance * base) / (scale ?? base)));
    const along = Math.log(share / ENDS.low) / Math.log(ENDS.high / ENDS.low);
    return Math.round((4 + along * (TRACK.width - 8)) * 10) / 10;
  };
  const now = place(verdict.scaled.at(-1)?.distance);
  if (now === null) return null;
  const { window } = verdict;
  const first = window === null ? undefined : verdict.scaled.find(({ epoch }) => epoch >= window.from);
  return { start: place(first?.distance), now };
}
