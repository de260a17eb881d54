/** What a run shows, in the sentences that a person would write: whether it collapses, since when, what breaks it, what is doubtful. */
import type { FigureInput } from "./curve_cards.ts";
import { doubtOf } from "./doubt.ts";
import { FIGURES } from "./figures.ts";
import { formatPercent, formatValue } from "./format.ts";
import { type Html, html } from "./html.ts";
import { endsOf } from "./summary.ts";
import { breakSentence, lastStretch, spanWords, TERMINAL_ACCURACY } from "./terminal.ts";
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
function mainCalls({ verdicts }: FigureInput): Call[] {
  return FIGURES.filter(({ family }) => family !== null).flatMap(({ columns }) =>
    columns.flatMap(({ column }) => verdicts.get(column) ?? [])
  ).filter(({ level }) => level !== null);
}

function verdictSentence(input: FigureInput): string {
  if (input.context.phase.start === null) {
    return `Training accuracy has not reached ${TERMINAL_ACCURACY}\u202f%: the terminal phase, in which a network may collapse, has not begun.`;
  }
  const calls = mainCalls(input);
  const there = calls.filter(({ level }) => level === "at" || level === "near").length;
  const breaks = input.context.phase.breaks.length;
  const broken = breaks === 0 ? "" : `, with ${breaks === 1 ? "a break" : `${breaks} breaks`} on the way`;
  if (calls.length === 0) {
    return "Whether this network collapses cannot be said: nothing of it could be judged.";
  }
  if (there === calls.length) return `This network collapses${broken}.`;
  if (there === 0) return "This network has not collapsed.";
  return `This network collapses in part${broken}: ${there} of ${calls.length} main measures have come near to it.`;
}

function phaseSentence({ context: { phase }, measurements }: FigureInput): string {
  if (phase.start === null) {
    const best = Math.max(...measurements.map(({ values }) => values.train_accuracy ?? NaN));
    return Number.isNaN(best) ? "" : `The best training accuracy measured is ${formatPercent(best)}.`;
  }
  const how = phase.accuracy === "measured" ? "training accuracy" : "running training accuracy";
  return `The terminal phase begins after epoch ${phase.start}, when ${how} first reaches ${TERMINAL_ACCURACY}\u202f%. ${
    breakSentence(phase)
  }`.trimEnd();
}

/** How the spread and the classifier moved since the phase began. */
function movesOver({ measurements, context: { phase } }: FigureInput): string[] {
  const [first, last] = endsOf(measurements, phase.start);
  if (first === last) return [];
  const since = `From epoch ${first.epoch} to epoch ${last.epoch}`;
  const move = (column: string) => {
    const [before, after] = [first.values[column], last.values[column]];
    return typeof before === "number" && typeof after === "number" ? { before, after } : null;
  };
  const [spread, duality] = [move(SPREAD), move(DUALITY)];
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
  const move = `${formatValue(before)}\u00a0→\u00a0${formatValue(after)}`;
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

function testSentence({ measurements }: FigureInput): string {
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
