/** What columns of metrics.csv are, in words: for lists to choose from and for axes. */
import { catalogueWith, setsIn } from "../collapse/catalogue.ts";
import { FIGURES } from "./figures.ts";

/** The title of each column that is known: as the figures call theirs, else as the catalogue does. */
export function columnTitles(columns: readonly string[]): Record<string, string> {
  const drawn = new Map(
    FIGURES.flatMap(({ title, columns }) =>
      columns.map(({ column, label }) => [column, `${title}, ${label}`])
    ),
  );
  const known = new Map(catalogueWith(setsIn(columns)).map(({ name, variant }) => [name, variant]));
  return Object.fromEntries(columns.flatMap((column) => {
    const title = drawn.get(column) ?? known.get(column);
    return title === undefined ? [] : [[column, title]];
  }));
}
