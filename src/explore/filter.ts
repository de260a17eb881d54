/** The table of definitions: found by name, family or call, and sorted by how far they have fallen. */
/// <reference lib="dom" />
import { all, make } from "./dom.ts";

/** Controls over the rows of the table; null where the page has none. */
export function definitionFilter(): HTMLElement | null {
  const rows = all("details.row");
  if (rows.length === 0) return null;
  const families = all("section.family");
  const listed = new Map(rows.map((row, i) => [row, i]));
  const calls = [...new Set(rows.flatMap((row) => (row.dataset.calls ?? "").split("|").filter(Boolean)))]
    .sort();
  const count = make("span", { class: "note", role: "status" });

  const apply = () => {
    const words = name.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const row of rows) {
      const said = `${row.querySelector(".name")?.textContent} ${row.dataset.columns}`.toLowerCase();
      row.hidden = !(words.every((word) => said.includes(word)) &&
        (family.value === "" || row.closest("section.family")?.id === family.value) &&
        (call.value === "" || (row.dataset.calls ?? "").split("|").includes(call.value)));
      if (!row.hidden) shown++;
    }
    for (const section of families) {
      const own = all("details.row", section);
      section.hidden = own.every((row) => row.hidden);
      const order = (row: HTMLElement) =>
        sort.value === "fall" ? -Number(row.dataset.fall ?? 0) : listed.get(row)!;
      section.append(...own.toSorted((a, b) => order(a) - order(b)));
    }
    count.textContent = shown === rows.length ? "" : `${shown} of ${rows.length}`;
  };
  const select = (label: string, options: readonly (readonly [string, string])[]) =>
    make(
      "select",
      { "aria-label": label, onchange: apply },
      ...options.map(([value, words]) => make("option", { value }, words)),
    );
  const name = make("input", {
    type: "search",
    placeholder: "name or column",
    "aria-label": "Name",
    oninput: apply,
  });
  const family = select("Family", [["", "all families"], ...families.map(({ id }) => [id, id] as const)]);
  const call = select("Call", [["", "all calls"], ...calls.map((words) => [words, words] as const)]);
  const sort = select("Order", [["", "in order"], ["fall", "by factor of fall"]]);
  return make(
    "div",
    { class: "controls", role: "toolbar", "aria-label": "Definitions" },
    name,
    family,
    call,
    sort,
    count,
  );
}
