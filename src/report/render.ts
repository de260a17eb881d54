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
