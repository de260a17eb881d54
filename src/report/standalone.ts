/** A figure drawn by Plot becomes a file of its own: an SVG that needs no style sheet, no script and nothing from elsewhere. */
import type * as Plot from "@observablehq/plot";
import { compactPath } from "./compact_path.ts";
import { FONT_FAMILY, GROUNDS } from "./tokens.ts";

/** What of an SVG element is used, in a browser or in a DOM without one. */
export interface Drawing {
  querySelector(selector: string): { remove(): void } | null;
  querySelectorAll(selector: string): Iterable<Attributed>;
  removeAttribute(name: string): void;
  setAttribute(name: string, value: string): void;
  readonly outerHTML: string;
}

interface Attributed {
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
}

/** The text of the file, with a white ground (class "paper"), lengths rounded. Changes `svg`. */
export function standalone(svg: Drawing, options: Plot.PlotOptions): string {
  dress(svg, options);
  for (const element of svg.querySelectorAll("*")) roundLengths(element);
  const ground = `<rect class="paper" width="100%" height="100%" fill="${GROUNDS.paper.light}" />`;
  return svg.outerHTML.replace(/^<svg[^>]*>/, (tag: string) => tag + ground);
}

/** Namespace, fonts and ink as attributes, which a page's style sheet may override, in place of Plot's own style. */
export function dress(svg: Drawing, options: Plot.PlotOptions): void {
  svg.querySelector("style")?.remove();
  svg.removeAttribute("style");
  for (const [name, value] of Object.entries(rootAttributes(options))) svg.setAttribute(name, value);
}

function rootAttributes({ style }: Plot.PlotOptions): Record<string, string> {
  const fontSize = typeof style === "object" && style !== null ? String(style.fontSize ?? "13px") : "13px";
  return {
    xmlns: "http://www.w3.org/2000/svg",
    role: "img",
    color: GROUNDS.ink.light,
    "font-family": FONT_FAMILY,
    "font-size": fontSize.replace("px", ""),
  };
}

/** Fewer digits: smaller files, and snapshots that do not depend on the last bit of a library's arithmetic. */
function roundLengths(element: Attributed): void {
  for (const name of ["transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "font-size"]) {
    const value = element.getAttribute(name);
    if (value) element.setAttribute(name, rounded(value));
  }
  const d = element.getAttribute("d");
  if (d) element.setAttribute("d", compactPath(d) ?? rounded(d));
}

/** To 0.01 px. */
function rounded(value: string): string {
  return value.replace(/-?\d+\.\d+/g, (digits) => String(Number(Number(digits).toFixed(2))));
}
