/** Of the definitions, what the page of a report says itself, with links to where all of them are. */
import type { FamilyComparison } from "./comparison.ts";
import { voteCount } from "./definitions_matrix.ts";
import { type Html, html } from "./html.ts";
import { callMark, plural } from "./verdict_marks.ts";

/** Where all definitions are: in sections of the same page, else in a page of their own. */
interface Place {
  readonly definitions?: Html;
}

/** A place among all definitions: in a page of their own, or in this one. */
export function definitionsAt({ definitions }: Place, fragment: string): string {
  const page = definitions === undefined ? "definitions.html" : "";
  return page !== "" && fragment === "all" ? page : `${page}#${fragment}`;
}

/** Whether definitions agree, family by family. */
export function definitionsSection(
  content: Place & { readonly families: readonly FamilyComparison[] },
): Html {
  const { families } = content;
  const measured = families.filter(({ definitions }) => definitions.length > 0);
  const count = measured.flatMap(({ definitions }) => definitions)
    .filter(({ readings }) => readings.some(({ last }) => last !== null)).length;
  return html`
    <section aria-labelledby="definitions">
      <h2 id="definitions">Do other definitions agree?</h2>
      <p>The curves above are the definitions of the paper. Others have defined the same four things otherwise, and may conclude otherwise:
    <a href="${definitionsAt(content, "all")}">${plural(
      count,
      "measured definition",
    )}, compared in one table</a>.</p>
      <ul class="families">${measured.map((family) =>
        html`<li><span class="tag">${family.family}</span> <a href="${
          definitionsAt(content, family.family)
        }">${family.title}</a>
<span class="said">${callMark(family.call)}</span> <span class="votes">${voteCount(family)}</span></li>`
      )}</ul>
    </section>
  `;
}
