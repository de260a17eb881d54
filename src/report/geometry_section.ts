/** Collapse seen: stills of one run's features closing on the simplex, which a script sets in motion. */
import type { NamedFrame } from "../run/geometry.ts";
import { formatPercent, formatValue } from "./format.ts";
import { FRONT, pictureOf, type Shape, STAGE } from "./geometry_picture.ts";
import { grid } from "./grid.ts";
import { Html, html } from "./html.ts";
import type { Measurement } from "../run/tables.ts";
import { GROUNDS } from "./tokens.ts";

/** Pictures in a row. */
const STILLS = 6;
/** Checkpoints that a page embeds at most, spread over the run. */
const EMBEDDED = 40;

/** Empty where the run has too few classes or no frames. `files` says whether those of the strip lie beside the page. */
export function geometrySection(
  frames: readonly NamedFrame[],
  measurements: readonly Measurement[],
  classes: number,
  { files = true }: { files?: boolean } = {},
): Html {
  if (!isDrawable(frames)) return html``;
  const values = new Map(measurements.map(({ epoch, values }) => [epoch, values]));
  return html`
    <section aria-labelledby="geometry" class="geometry">
      <h2 id="geometry">Collapse seen</h2>
      <p>The same picture, measured: where the network puts ${frames[0]!.samples[0]!
        .length} training images of each of three classes. A <span class="means">small mark</span> is an image, a
        <span class="means">large one</span> the mean of its class, a <span class="classifier">line</span> a row of the classifier; circle, square
        and triangle are the classes. In a network that collapses the clouds shrink onto their means, and means and lines turn onto the
        corners of the dotted triangle, the simplex.</p>
      <div class="stills">${stillsOf(frames).map((frame) =>
        html`<figure>${svgOf(frame, classes)}<figcaption><strong>Epoch ${frame.epoch}</strong>
${formatPercent(values.get(frame.epoch)?.train_accuracy)} accuracy, spread ${
          formatValue(values.get(frame.epoch)?.within_class_variation)
        }</figcaption></figure>`
      )}</div>
      <p class="note">Lengths are in units of the mean length of a class mean; the space is the one that the simplex of all classes spans, turned at
        each epoch so that the class means lie nearest to its corners. What lies outside of the picture stands at its edge.</p>
      ${!files ? html`` : html`
        <p
          class="note">The strip as a picture: <a href="geometry.svg">SVG</a>, <a href="geometry.png">PNG</a>; moving: <a href="geometry_moving.svg">SVG</a>.</p>
      `}
    </section>
  `;
}

/** The strip as one standalone SVG; null where there is none. */
export function geometryStrip(frames: readonly NamedFrame[], classes: number, title: string): string | null {
  if (!isDrawable(frames)) return null;
  const panels = stillsOf(frames).map((frame) => ({
    svg: svgOf(frame, classes).markup,
    title: `Epoch ${frame.epoch}`,
    subtitle: "",
  }));
  return grid(panels, {
    title,
    subtitle:
      "Training images of three classes (told apart by shape), their means (blue) and the rows of the classifier (orange). " +
      "Dotted: the simplex.",
    columns: STILLS,
    ...STAGE,
  });
}

/** What a page embeds for its moving picture. */
export function embeddedFrames(frames: readonly NamedFrame[]): readonly NamedFrame[] {
  return isDrawable(frames) ? spread(frames, EMBEDDED) : [];
}

function stillsOf(frames: readonly NamedFrame[]): readonly NamedFrame[] {
  return spread(frames, STILLS);
}

/** Whether there is anything to see: three classes at least. */
export function isDrawable(frames: readonly NamedFrame[]): boolean {
  return frames.length > 0 && frames[0]!.means.length >= 3;
}

/** At most `most`, the first and the last among them; nearer to each other early, where most happens. */
export function spread<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  const places = Array.from(
    { length: most },
    (_, i) => Math.round(((i / (most - 1)) ** 1.5) * (list.length - 1)),
  );
  return [...new Set(places)].map((at) => list[at]!);
}

function svgOf(frame: NamedFrame, classes: number): Html {
  const { width, height } = STAGE;
  // Names would be too small to read in a strip; the shapes tell the classes apart.
  const shapes = pictureOf(frame, FRONT, frame.names, classes).filter(({ tag }) => tag !== "text").map(
    elementOf,
  ).join("");
  return new Html(
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" \
role="img" aria-label="features of three classes at epoch ${frame.epoch}" color="${GROUNDS.ink.light}">${shapes}</svg>`,
  );
}

function elementOf({ tag, attributes }: Shape): string {
  return `<${tag}${Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`).join("")}/>`;
}
