/** Observable Plot's options become a standalone SVG, and an SVG becomes a PNG that looks the same on every machine. */
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import { FONT_FAMILY, GROUNDS } from "./tokens.ts";

/**
 * A standalone SVG: namespace, fonts, white ground (class "paper") and ink are set as attributes, which a page's
 * style sheet may override. Lengths are rounded to 0.01 px.
 */
export function renderSvg(options: Plot.PlotOptions): string {
  const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml");
  const svg = Plot.plot({ ...options, className: "chart", document });
  svg.querySelector("style")?.remove();
  svg.removeAttribute("style");
  for (const [name, value] of Object.entries(rootAttributes(options))) svg.setAttribute(name, value);
  for (const element of svg.querySelectorAll("*")) roundLengths(element);
  const ground = `<rect class="paper" width="100%" height="100%" fill="${GROUNDS.paper.light}" />`;
  return svg.outerHTML.replace(/^<svg[^>]*>/, (tag: string) => tag + ground);
}

/** PNG bytes of a standalone SVG at `scale` pixels a px. */
export async function renderPng(svg: string, { scale = 2 }: { scale?: number } = {}): Promise<Uint8Array> {
  const { Resvg, fonts } = await rasteriser();
  const image = new Resvg(svg, {
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers: fonts, defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
  });
  try {
    return image.render().asPng();
  } finally {
    image.free();
  }
}

/** Loads the WebAssembly rasteriser and its fonts once, and only when a PNG is asked for. */
function rasteriser() {
  loading ??= load();
  return loading;
}

let loading: ReturnType<typeof load> | undefined;

async function load() {
  const [{ initWasm, Resvg }, wasm, regular, semibold] = await Promise.all([
    import("@resvg/resvg-wasm"),
    import("@resvg/resvg-wasm/index_bg.wasm", { with: { type: "bytes" } }),
    import("@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf", { with: { type: "bytes" } }),
    import("@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf", { with: { type: "bytes" } }),
  ]);
  await initWasm(wasm.default);
  return { Resvg, fonts: [regular.default, semibold.default] };
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

interface Attributed {
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
}

/** Fewer digits: smaller files, and snapshots that do not depend on the last bit of a library's arithmetic. */
function roundLengths(element: Attributed): void {
  for (const name of ["d", "transform", "x", "y", "x1", "x2", "y1", "y2", "cx", "cy", "r", "font-size"]) {
    const value = element.getAttribute(name);
    if (value) {
      element.setAttribute(
        name,
        value.replace(/-?\d+\.\d+/g, (digits) => String(Number(Number(digits).toFixed(2)))),
      );
    }
  }
}
