/** The values of one definition as a table, and the remarks under it: dissent, trust, and why values are missing. */
import { partLabel } from "../collapse/catalogue.ts";
import type { Trust } from "../run/tables.ts";
import type { DefinitionComparison, FamilyComparison, Reading } from "./comparison.ts";
import { splitOf, subjectOf } from "./definition_figure.ts";
import { formatPower, formatValue } from "./format.ts";
import { type Html, html } from "./html.ts";
import { swatch } from "./swatch.ts";
import { listed } from "../names.ts";
import { callMark, plural } from "./verdict_marks.ts";

const NO_REFERENCE = "its value at collapse is not known for so many classes and features of this width";

export function readingsTable({ readings }: DefinitionComparison): Html {
  return html`
    <table class="readings" data-values>
      <caption></caption>
      <thead>
        <tr>
          <th scope="col">Of</th>
          <th scope="col" class="number">Last</th>
          <th scope="col" class="number">Since the first</th>
          <th scope="col" class="number">Over the phase</th>
          <th scope="col">Level, trend</th>
        </tr>
      </thead>
      <tbody>${readings.map(row)}</tbody>
    </table>
  `;
}

/** What a reader should know about the values above; one paragraph a remark, the same remark on several splits once. */
export function remarks({ family }: FamilyComparison, { readings }: DefinitionComparison): Html[] {
  const dissenting = readings.filter((reading) => reading.contradicts);
  return [
    ...grouped(dissenting, (reading) => dissent(reading, reading.metric.dissent)).map((
      { labels, remark },
    ) => html`<p class="remark dissent"><strong>Contradicts ${family}</strong> (${labels}): ${remark}</p>`),
    ...grouped(readings, missing).map(({ labels, remark }) =>
      html`<p class="remark">Not defined (${labels}): ${remark}.</p>`
    ),
    ...grouped(readings, ({ uninformative }) => uninformative).map(({ labels, remark }) =>
      html`
        <p
          class="remark"><strong>Says nothing of collapse here</strong> (${labels}), has no vote and sets no axis: ${remark}.</p>
      `
    ),
    ...grouped(readings, ({ copyOf }) => copyOf).map(({ labels, remark }) =>
      html`
        <p
          class="remark">No vote of its own (${labels}): it equals <code>${remark}</code> to the digit in every checkpoint.</p>
      `
    ),
    ...grouped(readings.filter(({ reference }) => reference === null), () => NO_REFERENCE).map((
      { labels, remark },
    ) => html`<p class="remark">Not judged (${labels}): ${remark}.</p>`),
    ...grouped(readings, ({ trust }) => trust.note ?? null).map(({ labels, remark }) =>
      html`<p class="remark">Note (${labels}): ${remark}.</p>`
    ),
    ...readings.flatMap((reading) => trustRemark(reading)),
  ];
}

function row(reading: Reading): Html {
  const { metric, last, verdict, trust } = reading;
  const interval = trust.interval
    ? html`<br><span class="interval">${formatValue(trust.interval.low)} to ${
      formatValue(trust.interval.high)
    }</span>`
    : html``;
  return html`
    <tr data-column="${metric.name}">
      <th
        scope="row">${swatch({ subject: subjectOf(metric), split: splitOf(metric) })} ${splitLabel(
          reading,
        )}<br> ${columnName(metric.name)}</th>
      <td class="number shown">${formatValue(last)}${interval}</td>
      <td class="number">${formatDistanceFall(verdict?.fall ?? null)}</td>
      <td class="number">${formatDistanceFall(verdict?.windowFall ?? null)}</td>
      <td class="beside">${reading.uninformative === null
        ? callMark(verdict, verdict?.reason, verdict?.window)
        : html`<span class="verdict none">says nothing here</span>`}</td>
    </tr>
  `;
}

/** A name that a narrow column may break after each underscore. */
function columnName(name: string): Html {
  const [first, ...others] = name.split("_");
  return html`<code>${others.reduce((before, word) => html`${before}_<wbr>${word}`, html`${first!}`)}</code>`;
}

/** "÷ 310", "× 1.40", "to 0". */
function formatDistanceFall(fall: number | null): string {
  if (fall === null) return "–";
  if (fall === Infinity) return "to 0";
  return fall >= 1 ? `÷ ${formatValue(fall)}` : `× ${formatValue(Math.min(1 / fall, Number.MAX_VALUE))}`;
}

/** One sentence: the likeliest reason first. */
function dissent({ trust }: Reading, ofDefinition: string): string {
  const verdict = trust.sensitivity?.verdict;
  if (verdict === "unreliable") {
    return "Its inverse is unreliable here, so the curve may show the choice of tolerance and not the features.";
  }
  return ofDefinition;
}

function missing({ last, trust }: Reading): string | null {
  return last === null ? trust.undefined ?? "the reason was not recorded" : null;
}

function trustRemark(reading: Reading): Html[] {
  const { sensitivity, rank } = reading.trust;
  const label = splitLabel(reading);
  const kept = rank ? describeRank(rank) : "";
  if (!sensitivity) return rank ? [html`<p class="remark">Rank decision (${label}): ${kept}.</p>`] : [];
  const { verdict } = sensitivity;
  return [html`
    <details class="remark">
      <summary>Inverse (${label}): <strong class="${verdict === "stable"
        ? ""
        : "alarm"}">${verdict}</strong>${kept &&
        `, ${kept}`}.</summary>
      <p>${describeReadings(sensitivity)}${describeDoubt(reading)}</p>
    </details>
  `];
}

function describeDoubt({ doubtful }: Reading): string {
  return doubtful === 0 ? "" : ` It is sensitive or unreliable at ${plural(doubtful, "checkpoint")}.`;
}

function describeRank({ kept, of, condition }: NonNullable<Trust["rank"]>): string {
  return `${kept} of ${of} modes kept${condition === null ? "" : `, condition ${formatValue(condition)}`}`;
}

function describeReadings({ readings, spread }: NonNullable<Trust["sensitivity"]>): string {
  const values = readings.map(({ tolerance, value, kept }) =>
    `${formatValue(value)} at ${formatPower(tolerance)} (${kept} modes)`
  );
  const change = spread === null ? "down to zero" : `by a factor of ${formatValue(spread)}`;
  return `With other tolerances of the inverse the value changes ${change}: ${values.join(", ")}.`;
}

/** Readings with the same remark under one label; those without one are left out. */
function grouped(
  readings: readonly Reading[],
  remarkOf: (reading: Reading) => string | null,
): { labels: string; remark: string }[] {
  const groups = Map.groupBy(readings, remarkOf);
  return [...groups].flatMap(([remark, those]) =>
    remark === null ? [] : [{ labels: listed(those.map(splitLabel)), remark }]
  );
}

function splitLabel({ metric }: Reading): string {
  return partLabel(metric);
}
