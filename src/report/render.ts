/** Observable Plot's options become a standalone SVG, and an SVG becomes a PNG that looks the same on every machine. */
import { Buffer } from "node:buffer";
import * as Plot from "@observablehq/plot";
import { DOMParser } from "linkedom";
import type { PNG } from "pngjs";
import { standalone } from "./standalone.ts";

/** A standalone SVG. */
export function renderSvg(options: Plot.PlotOptions): string {
  const document = new DOMParser().parseFromString("<svg/>", "image/svg+xml");
  // A document for Plot, though not one of a browser.
  const chart = { ...options, className: "chart", document } as unknown as Plot.PlotOptions;
  return standalone(Plot.plot(chart), options);
}

/**
 * Lines and areas of one colour: no filter lets deflate find more of them alike, and its fast levels find nearly all.
 * The rasteriser's own encoder takes as long as the drawing, and its files are a third larger.
 */
const FLAT_COLOURS = { filterType: 0, deflateLevel: 3, deflateStrategy: 0 } as const;

/** PNG bytes of a standalone SVG at `scale` pixels a px, on white where it leaves its ground clear. */
export async function renderPng(svg: string, { scale = 2 }: { scale?: number } = {}): Promise<Uint8Array> {
  const { Resvg, fonts, PNG } = await rasteriser();
  const image = new Resvg(svg, {
    background: "#ffffff",
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers: fonts, defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
  });
  try {
    const { width, height, pixels } = image.render();
    const data = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    return PNG.sync.write({ width, height, data } as PNG, FLAT_COLOURS);
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
  const [{ initWasm, Resvg }, { PNG }, wasm, regular, semibold] = await Promise.all([
    import("@resvg/resvg-wasm"),
    import("pngjs"),
    import("@resvg/resvg-wasm/index_bg.wasm", { with: { type: "bytes" } }),
    import("@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf", { with: { type: "bytes" } }),
    import("@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf", { with: { type: "bytes" } }),
  ]);
  await initWasm(wasm.default);
  return { Resvg, PNG, fonts: [regular.default, semibold.default] };
}
