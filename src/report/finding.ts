/** What a run shows, in the sentences that a person would write: whether it collapses, since when, what breaks it, what is doubtful. */
import type { FigureInput } from "./curve_cards.ts";
import { doubtOf } from "./doubt.ts";
import { deciding, FIGURES } from "./figures.ts";
import { formatPercent, formatValue } from "./format.ts";
import { type Html, html } from "./html.ts";
import { endsOf } from "./summary.ts";
import {
  breakSentence,
  breaksOf,
  lastStretch,
  spanWords,
  TERMINAL_ACCURACY,
  type TerminalPhase,
  withoutPhase,
} from "./terminal.ts";
import type { Call } from "./verdict.ts";

const SPREAD = "within_class_variation";
const DUALITY = "self_duality";

/** One paragraph for everyone, one with what to know before quoting it. */
export function finding(input: FigureInput): { readonly lead: Html; readonly beside: Html } {
  return {
    lead: html`<p>${
      [verdictSentence(input), phaseSentence(input), ...movesOver(input)].filter(Boolean).join(" ")
    }</p>`,
    beside: html`<p>${
      [stateSentence(input), testSentence(input), trendSentence(input)].filter(Boolean).join(" ")
    } ${doubtSentence(input)}</p>`,
  };
}

/** The readings of the figures' columns at the measures that training decides. */
function mainCalls({ verdicts, figures }: FigureInput): Call[] {
  return FIGURES.filter(({ family }) => family !== null).flatMap(({ columns }) =>
    columns.flatMap(({ column }) => verdicts.get(deciding(column, figures)) ?? [])
  ).filter(({ level }) => level !== null);
}

function verdictSentence(input: FigureInput): string {
  const { phase } = input.context;
  if (phase.start === null && phase.accuracy !== null) {
    return `${withoutPhase(phase)}: the terminal phase, in which a network may collapse, has not begun.`;
  }
  const calls = mainCalls(input);
  const there = calls.filter(({ level }) => level === "at" || level === "near").length;
  if (calls.length === 0) {
    return "Whether this network collapses cannot be said: nothing of it could be judged.";
  }
  if (phase.start === null) {
    return `${withoutPhase(phase)}, so it cannot be said where a terminal phase begins. ` +
      `At the last checkpoint ${there} of ${calls.length} main measures are at collapse or near it.`;
  }
  const broken = brokenWords(phase);
  if (there === calls.length) return `This network collapses${broken}.`;
  if (there === 0) return "This network has not collapsed.";
  return `This network collapses in part${broken}: ${there} of ${calls.length} main measures have come near to it.`;
}

/** ", with a break on the way". */
function brokenWords(phase: TerminalPhase): string {
  const { ended, open } = breaksOf(phase);
  const way = ended.length === 0
    ? ""
    : `, with ${ended.length === 1 ? "a break" : `${ended.length} breaks`} on the way`;
  return open === null ? way : `${way}, though its last checkpoint is out of the terminal phase`;
}

function phaseSentence({ context: { phase }, measurements }: FigureInput): string {
  if (phase.start === null) {
    const best = Math.max(...measurements.map(({ values }) => values.train_accuracy ?? NaN));
    return Number.isNaN(best)
      ? ""
      : `The best training accuracy measured is ${formatPercent(best, TERMINAL_ACCURACY)}.`;
  }
  const how = phase.accuracy === "measured" ? "training accuracy" : "running training accuracy";
  return `The terminal phase begins after epoch ${phase.start}, when ${how} first reaches ${TERMINAL_ACCURACY}\u202f%. ${
    breakSentence(phase)
  }`.trimEnd();
}

/** How the spread and the classifier moved since the phase began. */
function movesOver({ measurements, figures, context: { phase } }: FigureInput): string[] {
  const [first, last] = endsOf(measurements, phase.start);
  if (first === last) return [];
  const since = `From epoch ${first.epoch} to epoch ${last.epoch}`;
  const move = (column: string) => {
    const [before, after] = [first.values[column], last.values[column]];
    return typeof before === "number" && typeof after === "number" ? { before, after } : null;
  };
  const [spread, duality] = [move(SPREAD), move(deciding(DUALITY, figures))];
  const sentences: string[] = [];
  if (spread) sentences.push(`${since} the spread inside classes ${moved(spread.before, spread.after)}.`);
  if (duality) {
    sentences.push(
      `The distance between classifier and class means ${moved(duality.before, duality.after)}.`,
    );
  }
  return sentences;
}

/** "fell 9.00-fold (0.2 → 0.03)". */
function moved(before: number, after: number): string {
  const [from, to] = [formatValue(before), formatValue(after)];
  if (from === to) return `stayed at ${to}`;
  const move = `${from}\u00a0→\u00a0${to}`;
  if (before <= 0 || after <= 0) return `went ${move}`;
  return after < before
    ? `fell ${formatValue(before / after)}-fold (${move})`
    : `rose ${formatValue(after / before)}-fold (${move})`;
}

/** How far the run has come. */
function stateSentence({ measurements, lastEpoch }: FigureInput): string {
  const now = measurements.at(-1)!.epoch;
  return now < lastEpoch
    ? `The last checkpoint measured is of epoch ${now} of ${lastEpoch}: this is how things stood then.`
    : "";
}

function testSentence({ measurements, context: { phase } }: FigureInput): string {
  if (phase.start === null) return "";
  const { values } = measurements.at(-1)!;
  const [train, test] = [values[SPREAD], values.nc1_svd_test];
  if (typeof train !== "number" || typeof test !== "number" || train <= 0 || test <= train) return "";
  return `On test images the spread is ${formatValue(test)}, ${
    formatValue(test / train)
  } times that of training images: ` +
    "collapse is a property of the training set.";
}

function trendSentence({ context: { phase } }: FigureInput): string {
  const window = lastStretch(phase);
  return window === null
    ? ""
    : `Trends are read over ${spanWords(window)}, the phase's last unbroken stretch.`;
}

/** Values above that hang on the tolerance of an inverse. */
function doubtSentence({ measurements, context: { phase }, trust }: FigureInput): Html {
  const epochs = [...new Set(endsOf(measurements, phase.start).map(({ epoch }) => epoch))];
  const doubts = epochs.flatMap((epoch) => {
    const doubt = doubtOf(trust, epoch, SPREAD);
    return doubt === null ? [] : [`epoch ${epoch} (${doubt})`];
  });
  if (doubts.length === 0) return html``;
  return html`
    <span
      class="alarm">△ Doubtful</span> The spread inside classes at ${doubts.join(
        " and ",
      )}: it changes with the tolerance of the inverse in it.
  `;
}
