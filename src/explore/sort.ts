/** Tables of many rows, sorted by any of their columns. */
/// <reference lib="dom" />
import { all, make } from "./dom.ts";

/** Puts a button into each heading: the first press sorts downwards for numbers and A to Z for words, the next one turns it. */
export function sortableTables(): void {
  for (const table of all("table[data-sortable]")) {
    const body = table.querySelector("tbody")!;
    const heads = all("thead th", table);
    for (const [at, head] of heads.entries()) {
      const button = make("button", { type: "button", onclick: () => sort(at) }, ...head.childNodes);
      head.append(button);
    }
    const sort = (at: number) => {
      const rows = all("tr", body).map((row) => ({ row, key: keyOf(row.children[at] as HTMLElement) }));
      const numbers = rows.every(({ key }) => key === "" || Number.isFinite(Number(key)));
      const before = heads[at]!.getAttribute("aria-sort");
      const order = before === null
        ? (numbers ? "descending" : "ascending")
        : before === "ascending"
        ? "descending"
        : "ascending";
      const sign = order === "ascending" ? 1 : -1;
      // What has no value stands last, whichever way.
      rows.sort((a, b) =>
        Number(a.key === "") - Number(b.key === "") ||
        sign * (numbers ? Number(a.key) - Number(b.key) : WORDS.compare(a.key, b.key))
      );
      body.append(...rows.map(({ row }) => row));
      heads.forEach((head) => head.removeAttribute("aria-sort"));
      heads[at]!.setAttribute("aria-sort", order);
    };
  }
}

const WORDS = new Intl.Collator("en", { numeric: true });

/** The value itself where the cell shows it rounded. */
function keyOf(cell: HTMLElement): string {
  return cell.dataset.value ?? cell.textContent!.trim().replace(/^–$/, "");
}
