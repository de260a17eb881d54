/** Estimated widths of text beside those of the font that pictures are drawn with. */
import assert from "node:assert/strict";
import { estimateWidth, fit, wrapInTwo } from "../../src/report/text_width.ts";
import { inkOf } from "./ink.ts";

const SIZE = 100;
const TEXTS = [
  "within-class variation of class means and classifier",
  "widest angles 1.23·10⁻³⁰⁰ → 4.56·10⁻³⁰²",
  "97.25 % → 100.00 %",
  "mmmm WWWW",
  "CIFAR-10 (JPEG), 50,000 images, 350 epochs",
  "1234567890",
  "illicit, till: I.",
];

Deno.test("an estimated width is that of the text or up to a fourth more", async () => {
  for (const text of TEXTS) {
    const [found, width] = [estimateWidth(text, SIZE), await widthOf(text)];
    assert.ok(width <= found && found <= 1.25 * width, `${text}: estimated ${found}, drawn ${width}`);
  }
});

Deno.test("text that is cut or wrapped fits its width", () => {
  for (const text of TEXTS) {
    for (const width of [50, 300, 900, 3000]) {
      const cut = fit(text, width, SIZE);
      assert.ok(estimateWidth(cut, SIZE) <= width || cut.length <= 2, `${cut} in ${width}`);
      const [first, second] = wrapInTwo(text, width, SIZE);
      assert.ok(estimateWidth(first, SIZE) <= width || !first.includes(" "), `${first} in ${width}`);
      assert.equal([first, second].filter(Boolean).join(" "), text);
    }
  }
});

async function widthOf(text: string): Promise<number> {
  const words = `<text x="0" y="120" font-size="${SIZE}">${text}</text>`;
  return (await inkOf(`<svg xmlns="http://www.w3.org/2000/svg" width="9000" height="200">${words}</svg>`))
    .width;
}
