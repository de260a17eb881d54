/** Observable Plot's options become a standalone SVG, and an SVG becomes a PNG that looks the same on every machine. */
import * as Plot from "@observablehq/plot";
import crc32 from "crc-32";
import { DOMParser } from "linkedom";
import { standalone } from "./standalone.ts";

/** A standalone SVG. */
export function renderSvg(options: Plot.PlotOptions): string {
  const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml");
  // A document for Plot, though not one of a browser.
  const chart = { ...options, className: "chart", document } as unknown as Plot.PlotOptions;
  return withOwnClips(standalone(Plot.plot(chart), options));
}

/** Where Plot names a shape that it cuts marks to, and where marks refer to it. */
const CLIPS = /(?<= id="|url\(#)plot-clip-\d+/g;

/**
 * With names of clips that follow from the figure: Plot counts them over all that a process draws, but the same figure is to
 * be the same file, and others on a page have other names.
 */
function withOwnClips(svg: string): string {
  const clips = [...new Set(svg.match(CLIPS))];
  if (clips.length === 0) return svg;
  const named = (figure: string) => svg.replace(CLIPS, (clip) => `clip-${figure}${clips.indexOf(clip)}`);
  return named(`${(crc32.str(named("")) >>> 0).toString(16)}-`);
}

/** PNG bytes of a standalone SVG at `scale` pixels a px, on white where it leaves its ground clear. */
export async function renderPng(svg: string, { scale = 2 }: { scale?: number } = {}): Promise<Uint8Array> {
  // As a module, whose bytes are its own: bundled, bytes that are imported later are copied one property each, for seconds.
  const { rasterise } = await import("./rasteriser.ts");
  return await rasterise(svg, scale);
}
