/** Each formula stands twice, as LaTeX for pages and as a line for terminals: both must say the same. */
import assert from "node:assert/strict";
import temml from "temml";
import { CATALOGUE } from "../../src/collapse/catalogue.ts";

Deno.test("every formula is LaTeX that can be set, and has on a page the letters and digits of its line, in their order", () => {
  for (const { name, formula: { tex, plain } } of CATALOGUE) {
    const mathml = temml.renderToString(tex, { throwOnError: true, strict: true });
    assert.equal(symbols(withoutMarkup(mathml)), symbols(plain), name);
  }
});

function withoutMarkup(mathml: string): string {
  return mathml.replaceAll(/<[^>]*>/g, "").replaceAll(/&[a-z]+;/g, "");
}

/** Letters and digits; without accents, signs of sums, and words in a line for what a page sets as an index. */
function symbols(text: string): string {
  return text.normalize("NFKD").replaceAll(/\b(over|of)\b/g, "").replaceAll(/Σ(?!_?[A-Z])/g, "")
    .replaceAll(/[^\p{Lu}\p{Ll}\p{Nd}]/gu, "");
}
