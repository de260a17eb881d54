/** What collapse is, drawn and in four sentences: a cloud, points, a simplex. Drawn, not measured. */
import { type Call, RULE } from "./verdict.ts";
import { type Html, html } from "./html.ts";
import { GROUNDS, SUBJECTS } from "./tokens.ts";
import { callMark } from "./verdict_marks.ts";

/** A line of the list beside the drawing, with what this run says of it. */
export interface Aspect {
  readonly family: "NC1" | "NC2" | "NC3" | "NC4";
  /** Of the paper's measure of it: then and now, and what it is. */
  readonly values: string;
  readonly quantity: string;
  readonly call: Call | null;
}

const WORDS: Readonly<Record<Aspect["family"], { title: string; plain: string }>> = {
  NC1: {
    title: "Features of a class shrink to a point",
    plain: "All training images of one class end at the same place in feature space.",
  },
  NC2: {
    title: "The points spread as far apart as they can",
    plain: "Class means become equally long and equally far apart in angle: a simplex.",
  },
  NC3: {
    title: "The classifier turns onto the points",
    plain: "Each row of the classifier ends parallel to the mean of its class.",
  },
  NC4: {
    title: "The nearest point decides",
    plain: "Asking for the nearest class mean gives the same answer as the classifier.",
  },
};

/** What the words of a call mean, where they come first. */
const KEY =
  `Zero is perfect collapse: “at” it is up to ${RULE.at * 100}\u202f% of a scale, “near” up to ${
    RULE.near * 100
  }\u202f%, “far” beyond; ` +
  "“falling” comes nearer, “flat” does not.";

const STAGES = [
  { title: "A cloud", plain: "features early in training; marks are classes", spread: 46, turn: 0.35 },
  { title: "Points", plain: "each class gathers around its mean", spread: 13, turn: 0.16 },
  { title: "A simplex", plain: "means widest apart, the classifier on them", spread: 2.5, turn: 0 },
];

export function whatCollapseIs(aspects: readonly Aspect[], since: string): Html {
  return html`
    <section aria-labelledby="collapse" class="collapse">
      <div class="what">
        <h2 id="collapse">What collapse is</h2>
        <p>A classifier turns each image into a list of numbers, its features, and reads its answer off them with one linear layer.
        When training goes on after the last training error is gone, four things tend to happen together, and the last layer becomes
        as simple as it can be. Papyan, Han and Donoho found this in 2020 and named it neural collapse.</p>
        <div class="stages">${STAGES.map(stage)}</div>
        <p class="note">Drawn, not measured: <span class="means">features and class means</span>,
        <span class="classifier">rows of the classifier</span>.</p>
      </div>
      <ol class="aspects">${aspects.map(aspect)}</ol>
      <p class="note">Values of this run, ${since}. ${KEY}</p>
    </section>
  `;
}

function aspect({ family, values, quantity, call }: Aspect): Html {
  const { title, plain } = WORDS[family];
  return html`
    <li>
      <div><span class="tag">${family}</span> <strong>${title}</strong><p>${plain}</p></div>
      <div
        class="result"><span class="value">${values}</span> <span class="of">${quantity}</span> ${callMark(
          call,
        )}</div>
    </li>
  `;
}

interface Stage {
  readonly title: string;
  readonly plain: string;
  /** Of the features around their mean, in px. */
  readonly spread: number;
  /** How far means and classifier are from the simplex, in radians. */
  readonly turn: number;
}

const CENTRE = { x: 100, y: 92 };
const RADIUS = 66;
const SHAPES = ["circle", "square", "triangle"] as const;

function stage({ title, plain, spread, turn }: Stage): Html {
  const means = SHAPES.map((_, i) => at(i, RADIUS, turn * [0.9, -1, 0.5][i]!));
  const features = SHAPES.flatMap((shape, i) =>
    scatter(i).map(({ x, y }) => mark(shape, means[i]!.x + spread * x, means[i]!.y + spread * y, 2.6))
  );
  const rows = SHAPES.map((_, i) => at(i, RADIUS * (1 - turn), turn * [-1.8, 1.2, -1.4][i]!));
  const simplex = SHAPES.map((_, i) => at(i, RADIUS, 0)).map(({ x, y }) => `${x} ${y}`).join("L");
  return html`
    <figure>
      <svg class="chart" viewBox="0 0 200 176" role="img" aria-label="${title}: ${plain}">
        <path d="M${simplex}Z" fill="none" stroke="${GROUNDS.faint
          .light}" stroke-dasharray="1,4" stroke-linecap="round" />
        <g fill="${SUBJECTS.means.light}" fill-opacity="0.55">${features}</g>
        <path d="${rows.map(({ x, y }) => `M${CENTRE.x} ${CENTRE.y}L${x} ${y}`).join(
          "",
        )}" fill="none" stroke="${SUBJECTS.classifier.light}" stroke-width="2.2" stroke-linecap="round" />
        <g fill="${SUBJECTS.means.light}" stroke="${GROUNDS.paper.light}" stroke-width="1.5">${SHAPES.map((
          shape,
          i,
        ) => mark(shape, means[i]!.x, means[i]!.y, 6))}</g>
      </svg>
      <figcaption><strong>${title}</strong> ${plain}</figcaption>
    </figure>
  `;
}

/** The corner of class i, `radius` from the centre, turned by `angle`. */
function at(i: number, radius: number, angle: number): { x: number; y: number } {
  const direction = -Math.PI / 2 + (i * 2 * Math.PI) / 3 + angle;
  return {
    x: round(CENTRE.x + radius * Math.cos(direction)),
    y: round(CENTRE.y + radius * Math.sin(direction)),
  };
}

/** Twenty-four points around 0, denser inside: a sunflower, turned for each class. */
function scatter(i: number): { x: number; y: number }[] {
  return Array.from({ length: 24 }, (_, k) => {
    const radius = ((k + 0.5) / 24) ** 0.8 * (1 + 0.25 * Math.sin(7 * k + i));
    const angle = k * 2.39996 + i;
    return { x: radius * Math.cos(angle), y: radius * Math.sin(angle) };
  });
}

function mark(shape: typeof SHAPES[number], x: number, y: number, r: number): Html {
  const [cx, cy] = [round(x), round(y)];
  if (shape === "circle") {
    return html`
      <circle cx="${cx}" cy="${cy}" r="${r}" />
    `;
  }
  const path = shape === "square"
    ? `M${round(cx - r * 0.9)} ${round(cy - r * 0.9)}h${round(r * 1.8)}v${round(r * 1.8)}h${round(-r * 1.8)}z`
    : `M${cx} ${round(cy - r * 1.2)}l${round(r * 1.1)} ${round(r * 1.9)}h${round(-r * 2.2)}z`;
  return html`
    <path d="${path}" />
  `;
}

function round(length: number): number {
  return Math.round(length * 10) / 10;
}
