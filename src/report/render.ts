/** Observable Plot's options become a standalone SVG, and an SVG becomes a PNG that looks the same on every machine. */
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import { standalone } from "./standalone.ts";

/** A standalone SVG. */
export function renderSvg(options: Plot.PlotOptions): string {
  const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml");
  // A document for Plot, though not one of a browser.
  const chart = { ...options, className: "chart", document } as unknown as Plot.PlotOptions;
  return standalone(Plot.plot(chart), options);
}

/** PNG bytes of a standalone SVG at `scale` pixels a px, on white where it leaves its ground clear. */
export async function renderPng(svg: string, { scale = 2 }: { scale?: number } = {}): Promise<Uint8Array> {
  // As a module, whose bytes are its own: bundled, bytes that are imported later are copied one property each, for seconds.
  const { rasterise } = await import("./rasteriser.ts");
  return await rasterise(svg, scale);
}
