/** What of a picture is drawn on, in px. */
import regular from "@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf" with { type: "bytes" };
import semibold from "@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf" with { type: "bytes" };
import { Resvg } from "@resvg/resvg-wasm";
import { renderPng } from "../../src/report/render.ts";

interface Ink {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly picture: { readonly width: number; readonly height: number };
}

/** The box of all ink, text included. */
export async function inkOf(svg: string): Promise<Ink> {
  await loadRasteriser();
  const picture = new Resvg(svg, {
    font: { fontBuffers: [regular, semibold], defaultFontFamily: "Inter" },
  });
  const { x, y, width, height } = picture.getBBox()!;
  return { x, y, width, height, picture: { width: picture.width, height: picture.height } };
}

/** Two pixels a px, on white, by the rasteriser's own encoder. */
export async function rasterisersPng(svg: string): Promise<Uint8Array> {
  await loadRasteriser();
  const font = { fontBuffers: [regular, semibold], defaultFontFamily: "Inter", sansSerifFamily: "Inter" };
  return new Resvg(svg, { background: "#ffffff", fitTo: { mode: "zoom", value: 2 }, font }).render().asPng();
}

/** It is loaded where a picture is rendered first. */
function loadRasteriser(): Promise<unknown> {
  return renderPng('<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>');
}
