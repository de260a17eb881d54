/** A figure as it stands, as a file: SVG and PNG with heading and legend inside, or the rows drawn as CSV. */
/// <reference lib="dom" />
import * as Plot from "@observablehq/plot";
import { sheetOf } from "../report/grid.ts";
import type { PageData } from "../report/page_data.ts";
import { type Drawing as Dressed, standalone } from "../report/standalone.ts";
import { SIZES } from "../report/tokens.ts";
import { make } from "./dom.ts";
import type { Drawing } from "./drawing.ts";

/** Buttons for the three formats. */
export function saveButtons(drawing: Drawing, { title: subtitle, ideals }: PageData): HTMLElement {
  const distances = drawing.figure.columns.some(({ column }) => column in ideals);
  const button = (label: string, save: () => void) =>
    make("button", { type: "button", class: "save", onclick: save }, label);
  return make(
    "span",
    { class: "saving" },
    "Save as it stands: ",
    button("SVG", () => download(`${drawing.figure.file}.svg`, "image/svg+xml", svgOf(drawing, subtitle))),
    button("PNG", () => void savePng(drawing, subtitle)),
    button("CSV", () => download(`${drawing.figure.file}.csv`, "text/csv", csvOf(drawing, distances))),
  );
}

function svgOf(drawing: Drawing, subtitle: string): string {
  const options = drawing.options(SIZES.file);
  const svg = Plot.plot({ ...options, className: "chart" }) as unknown as Dressed;
  return sheetOf({ svg: standalone(svg, options), title: drawing.figure.title, subtitle }, SIZES.file);
}

/** Two pixels a px, in the page's own face. */
async function savePng(drawing: Drawing, subtitle: string): Promise<void> {
  const faces = [...document.querySelectorAll("style")].flatMap(({ textContent }) =>
    textContent?.match(/@font-face[^}]*}/g) ?? []
  );
  const svg = svgOf(drawing, subtitle).replace(
    /^<svg[^>]*>/,
    (tag) => `${tag}<style>${faces.join("")}</style>`,
  );
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = make("canvas", { width: String(image.width * 2), height: String(image.height * 2) });
  canvas.getContext("2d")!.drawImage(image, 0, 0, canvas.width, canvas.height);
  canvas.toBlob((blob) => blob && download(`${drawing.figure.file}.png`, "image/png", blob));
}

/** One row a point drawn; `distances` says that they are no values of metrics.csv. */
function csvOf({ curves }: Drawing, distances: boolean): string {
  const quoted = (text: string) => /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  const rows = curves.flatMap(({ run, column, points }) =>
    points.map(({ epoch, value }) => [quoted(run), epoch, quoted(column), value ?? ""].join(","))
  );
  const quantity = distances ? "distance_from_collapse" : "value";
  return [`run,epoch,column,${quantity}`, ...rows, ""].join("\n");
}

function download(name: string, type: string, content: string | Blob): void {
  const address = URL.createObjectURL(new Blob([content], { type }));
  const link = make("a", { href: address, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
