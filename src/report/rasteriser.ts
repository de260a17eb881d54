/** Draws PNGs. Large: render.ts loads it when one is asked for. */
import { Buffer } from "node:buffer";
import regular from "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf" with { type: "bytes" };
import semibold from "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf" with { type: "bytes" };
import { initWasm, Resvg } from "@resvg/resvg-wasm";
import wasm from "@resvg/resvg-wasm/index_bg.wasm" with { type: "bytes" };
import { PNG } from "pngjs";

/**
 * Lines and areas of one colour: no filter lets deflate find more of them alike, and its fast levels find nearly all.
 * The rasteriser's own encoder takes as long as the drawing, and its files are a third larger.
 */
const FLAT_COLOURS = { filterType: 0, deflateLevel: 3, deflateStrategy: 0 } as const;

let initialising: ReturnType<typeof initWasm> | undefined;

/** PNG bytes of a standalone SVG at `scale` pixels a px, on white where it leaves its ground clear. */
export async function rasterise(svg: string, scale: number): Promise<Uint8Array> {
  await (initialising ??= initWasm(wasm));
  const image = new Resvg(svg, {
    background: "#ffffff",
    fitTo: { mode: "zoom", value: scale },
    font: { fontBuffers: [regular, semibold], defaultFontFamily: "Inter", sansSerifFamily: "Inter" },
  });
  try {
    const { width, height, pixels } = image.render();
    const data = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.byteLength);
    return PNG.sync.write({ width, height, data } as PNG, FLAT_COLOURS);
  } finally {
    image.free();
  }
}
