/** Pictures as files: each an SVG, and the PNG that is drawn of it. */
import { isNewer, readTextIfThere, writeWhole } from "../files.ts";
import { renderPng } from "./render.ts";

/**
 * Writes `<path>.svg` and `<path>.png`, as {@link renderPng} draws it; neither where both are there already: drawing takes most of the
 * time of a report, which is often written again with a curve or a table more.
 */
export async function writePicture(
  path: string,
  svg: string,
  options?: Parameters<typeof renderPng>[1],
): Promise<void> {
  const [source, drawn] = [`${path}.svg`, `${path}.png`];
  if (await readTextIfThere(source) === svg && await isNewer(drawn, source)) return;
  // In this order: of a writer that is killed between them, the PNG is the older one.
  await writeWhole(source, svg);
  await writeWhole(drawn, await renderPng(svg, options));
}
