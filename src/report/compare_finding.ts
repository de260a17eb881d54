/** What runs side by side show, in the sentences that a person would write: who collapses furthest, in what they differ most, how right they are. */
import { metricNamed, scaleOf } from "../collapse/catalogue.ts";
import { listed } from "../names.ts";
import { DATA_SET, differencesOf, type End, endsOfFigure, type Group } from "./compare.ts";
import type { Figure } from "./figure.ts";
import { deciding } from "./figures.ts";
import { formatPercent, formatValue } from "./format.ts";
import type { Row } from "./rows.ts";
import { RULE } from "./verdict.ts";
import { plural } from "./verdict_marks.ts";

const SPREAD = "within_class_variation";
/** Factor up to which two values are alike: that from which a trend rises. */
const ALIKE = RULE.rising;
/** Settings that differ wherever others do, and are no cause. */
const FOLLOWING = /^(digest|checkpoints|training images|test images)$/;
/** Settings that are named at most. */
const MOST_NAMED = 6;

export interface Compared {
  readonly groups: readonly Group[];
  readonly rows: readonly Row[];
  readonly figures: readonly Figure[];
}

/** Where the curves of one column end: those that are smallest and largest. */
export interface Quantity {
  readonly figure: Figure;
  readonly column: string;
  /** "class means"; null where the figure has this column alone. */
  readonly label: string | null;
  readonly ends: readonly End[];
  readonly low: End;
  readonly high: End;
  /** The largest over the smallest, both no smaller than what counts as at collapse; of accuracies, none. */
  readonly fold: number;
  /** The largest over the smallest; null where the smallest is at collapse: how many times nearer says nothing there. */
  readonly ratio: number | null;
}

/** `lead` says what tells them apart, `beside` the rest. */
export function comparedFinding(compared: Compared): { readonly lead: string; readonly beside: string } {
  const all = quantitiesOf(compared);
  // What has no value at collapse is beside it.
  const sizes = all.filter(({ figure }) => figure.scale === "size" && figure.ideal !== null);
  const sentences = (...some: readonly string[]) => some.filter(Boolean).join(" ");
  if (compared.groups.length === 1) return { lead: ofSeeds(compared.groups[0]!, sizes), beside: "" };
  const spread = sizes.find(({ column }) => column === SPREAD);
  const most = sizes.toSorted((a, b) => b.fold - a.fold)[0];
  if (most === undefined) {
    const rightness = accuracies(all);
    return {
      lead: rightness === "" ? `${plural(compared.groups.length, "curve")} side by side.` : rightness,
      beside: "",
    };
  }
  return {
    lead: sentences(
      spread ? furthest(spread, compared.groups) : "",
      differMost(most, compared.groups.length),
    ),
    beside: sentences(accuracies(all), others(sizes, most), causes(compared.groups)),
  };
}

/**
 * Of the columns that two curves at least end in with a value, in the order of the figures. Where classes are unbalanced, the
 * paper's centre sees no simplex: what has as many ends around the mean of class means is told by these alone.
 */
export function quantitiesOf(compared: Compared): readonly Quantity[] {
  const all = endsTold(compared);
  return all.filter(({ column, ends }) => {
    const decides = deciding(column, compared.figures);
    return decides === column || !all.some((one) => one.column === decides && one.ends.length >= ends.length);
  });
}

function endsTold({ groups, rows, figures }: Compared): readonly Quantity[] {
  const known = groups.find(({ runs }) => runs[0]!.record !== null);
  const classes = known?.runs[0]?.record?.dataset.classes ?? NaN;
  return figures.flatMap((figure) =>
    [...endsOfFigure(figure, rows, groups)].flatMap(([column, found]) => {
      const ends = [...found.values()].filter(({ value }) => value !== null);
      if (ends.length < Math.min(2, groups.length)) return [];
      const sorted = ends.toSorted((a, b) => a.value! - b.value!);
      const [low, high] = [sorted[0]!, sorted.at(-1)!];
      const own = figure.columns.find((one) => one.column === column)!;
      const label = figure.columns.length === 1 ? null : own.label;
      const least = atCollapse(column, classes);
      const fold = Math.max(high.value!, least) / Math.max(low.value!, least);
      const ratio = low.value! > least ? high.value! / low.value! : null;
      return [{ figure, column, label, ends, low, high, fold, ratio }];
    })
  );
}

/** The distance up to which a value is at collapse. */
function atCollapse(column: string, classes: number): number {
  const metric = metricNamed(column);
  const scale = metric === undefined ? null : scaleOf(metric, classes, NaN);
  return RULE.at * (scale !== null && Number.isFinite(scale) ? scale : 1);
}

function furthest({ ends, low, high, fold }: Quantity, groups: readonly Group[]): string {
  const [first, last] = placesOf(ends, low, high);
  if (fold <= ALIKE) {
    const [from, to] = [formatValue(low.value), formatValue(high.value)];
    return `Their spread inside classes ends alike: ${
      from === to ? `at ${from}` : `at ${from} to ${to}`
    }${first}.`;
  }
  // Collapse is of the terminal phase: who has not come to it has only the smaller spread.
  const collapses = groups.find(({ name }) => name === low.group)!.phase.start !== null;
  return `“${low.group}” ${
    collapses ? "collapses furthest" : "comes nearest to collapse"
  }: its spread inside classes ends at ${formatValue(low.value)}${first}, ` +
    `that of “${high.group}” at ${formatValue(high.value)}${last}.${overlapOf(low, high)}`;
}

/** The epochs of the two ends; once, where all curves end at one. */
function placesOf(ends: readonly End[], low: End, high: End): readonly [string, string] {
  const together = ends.every(({ epoch }) => epoch === low.epoch);
  return [` at epoch ${low.epoch}`, together ? "" : ` at epoch ${high.epoch}`];
}

function overlapOf(low: End, high: End): string {
  return low.high === null || high.low === null || low.high < high.low
    ? ""
    : " What their seeds or intervals span overlaps.";
}

function differMost(most: Quantity, count: number): string {
  const { figure, low, high, fold, ratio, column } = most;
  const they = count === 2 ? "The two" : "They";
  if (fold <= ALIKE) {
    // Rounded up, so that it is true.
    const most = Math.ceil(100 * fold) / 100;
    return `${they} differ in no measure of collapse${
      most > 1 ? ` by more than a factor of ${most.toFixed(2)}` : ""
    }.`;
  }
  const what = `${figure.family === null ? "" : `${figure.family}, `}${spoken(most)}`;
  if (column === SPREAD) {
    return `${they} differ most in it${ratio === null ? "" : `, by a factor of ${factor(ratio)}`}.`;
  }
  const [here, times] = ratio === null ? [" (at collapse)", ""] : ["", `, ${factor(ratio)} times as much`];
  return `${they} differ most in ${what}: ${formatValue(low.value)} with “${low.group}”${here}, ` +
    `${formatValue(high.value)} with “${high.group}”${times}.${overlapOf(low, high)}`;
}

/** In what they differ less, and in what they do not. */
function others(sizes: readonly Quantity[], most: Quantity): string {
  const rest = sizes.filter((one) => one !== most);
  const apart = rest.filter(({ fold }) => fold > ALIKE).toSorted((a, b) => b.fold - a.fold);
  const alike = rest.filter(({ fold }) => fold <= ALIKE);
  const less = apart.length === 0
    ? ""
    : `Less far apart: ${listed(apart.map((one) => spoken(one, amountOf(one))))}.`;
  const same = alike.length === 0 || most.fold <= ALIKE
    ? ""
    : `Alike within a factor of ${ALIKE}, or all at collapse: ${listed(alike.map((one) => spoken(one)))}.`;
  return [less, same].filter(Boolean).join(" ");
}

/** Training and test accuracy, in per cent. */
function accuracies(all: readonly Quantity[]): string {
  return all.filter(({ figure }) => figure.scale === "percent").map(({ figure, column, ends, low, high }) => {
    const { label } = figure.columns.find((one) => one.column === column)!;
    const said = ends.length === 2 ? [...ends] : [low, high];
    const [first, last] = said.map(({ value }) => formatPercent(value)) as [string, string];
    const subject = `${label[0]!.toUpperCase()}${label.slice(1)} accuracy`;
    if (formatPercent(low.value) === formatPercent(high.value)) {
      return `${subject} ends at ${first} with ${ends.length === 2 ? "both" : "all"}.`;
    }
    return ends.length === 2
      ? `${subject} ends at ${first} with “${said[0]!.group}”, at ${last} with “${said[1]!.group}”.`
      : `${subject} ends between ${first} (“${low.group}”) and ${last} (“${high.group}”).`;
  }).join(" ");
}

/** Whether one setting alone can be the cause. */
function causes(groups: readonly Group[]): string {
  if (groups.some(({ runs }) => runs[0]!.record === null)) return "";
  const keys = differencesOf(groups).map(({ key }) => key).filter((key) => !FOLLOWING.test(key));
  if (keys.length === 0) return "";
  if (keys.length === 1) {
    return `Their protocols differ in ${keys[0] === DATA_SET ? "the data set" : keys[0]} alone.`;
  }
  const named = keys.length <= MOST_NAMED
    ? listed(keys)
    : `${keys.slice(0, MOST_NAMED).join(", ")} and ${keys.length - MOST_NAMED} more settings`;
  return `They differ in ${named}: no single cause can be named.`;
}

/** Seeds of one protocol: where their median ends, and how far they lie apart. */
function ofSeeds({ runs }: Group, sizes: readonly Quantity[]): string {
  const banded = sizes.filter(({ low }) => low.low !== null && low.high !== null);
  const ratio = ({ low }: Quantity) => low.high! / low.low!;
  const most = banded.filter(({ low }) => low.low! > 0).toSorted((a, b) => ratio(b) - ratio(a))[0];
  const opening = `${plural(runs.length, "run")} of one protocol, as one curve: the median over seeds.`;
  if (most === undefined) return opening;
  const { low } = most;
  return `${opening} Seeds differ most in ${spoken(most)}: from ${formatValue(low.low)} to ${
    formatValue(low.high)
  } ` +
    `around ${formatValue(low.value)} at epoch ${low.epoch}.`;
}

/** "1.5-fold"; where the one end is at collapse "0.0001 to 0.02". */
function amountOf({ low, high, ratio }: Quantity): string {
  return ratio === null ? `${formatValue(low.value)} to ${formatValue(high.value)}` : `${factor(ratio)}-fold`;
}

/** "1.3", "17.2", "310": a factor as it is spoken. */
function factor(fold: number): string {
  return fold < 10 ? fold.toFixed(1) : formatValue(fold);
}

/** Within a sentence, where a comma would part it: "equal norms (class means)", "equal norms (class means, 1.5-fold)". */
function spoken({ figure: { title }, label }: Quantity, amount: string | null = null): string {
  const beside = [label, amount].filter((one) => one !== null);
  return `${title[0]!.toLowerCase()}${title.slice(1)}${beside.length === 0 ? "" : ` (${beside.join(", ")})`}`;
}
