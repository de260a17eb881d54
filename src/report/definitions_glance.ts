/** All calls at a glance: families down, definitions across. */
import type { DefinitionComparison, FamilyComparison, Reading } from "./comparison.ts";
import { callGlyph, callMark, plural, splitLabel } from "./definitions_words.ts";
import { type Html, html } from "./html.ts";
import { callWords, countCalls } from "./verdict.ts";

export function glanceTable(families: readonly FamilyComparison[]): Html {
  return html`
    <table class="glance">
      <thead>
        <tr>
          <th scope="col">Family</th>
          <th scope="col">Its call</th>
          <th scope="col">Its definitions</th>
        </tr>
      </thead>
      <tbody>${families.map(row)}</tbody>
    </table>
  `;
}

/** "of 4 votes: 3 near, falling; 1 far, flat". */
export function voteCount({ votes }: FamilyComparison): string {
  if (votes.length === 0) return "no votes";
  return `of ${plural(votes.length, "vote")}: ${
    countCalls(votes).map(({ words, count }) => `${count} ${words}`).join("; ")
  }`;
}

function row(family: FamilyComparison): Html {
  return html`
    <tr>
      <th scope="row"><a href="#${family.family}">${family.family}</a> ${family.title}</th>
      <td>${callMark(family.call)}<br> <span class="votes">${voteCount(family)}</span></td>
      <td class="cells">${family.definitions.map(cell)}</td>
    </tr>
  `;
}

/** The glyphs of one definition, one a split, framed where one of them contradicts the family. */
function cell({ id, title, readings }: DefinitionComparison): Html {
  const contradicting = readings.some((reading) => reading.contradicts);
  const said = readings.map((reading) => `${splitLabel(reading)} ${wordOf(reading)}`).join(", ");
  return html`
    <a href="#${id}" class="cell${contradicting ? " dissent" : ""}" title="${title}: ${said}"
      aria-label="${title}: ${said}">${readings.map(({ verdict }) => callGlyph(verdict))}</a>
  `;
}

function wordOf({ verdict, contradicts, uninformative }: Reading): string {
  if (uninformative !== null) return "says nothing here";
  return `${(verdict && callWords(verdict)) ?? "no call"}${contradicts ? " (contradicts)" : ""}`;
}
