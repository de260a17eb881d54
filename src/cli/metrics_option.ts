/** The option --metrics. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { closest } from "fastest-levenshtein";
import { CATALOGUE, type Selection } from "../collapse/catalogue.ts";

/** "default", "all", or names of the catalogue separated by commas; a refused name is answered with the nearest one. */
export function metricSelection(text: string): Selection {
  if (text === "default" || text === "all") return text;
  const known = CATALOGUE.map(({ name }) => name);
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !known.includes(name));
  if (unknown === undefined) return names;
  throw new InvalidArgumentError(
    `Expected default, all, or names from the catalogue, found ${JSON.stringify(unknown)}: ` +
      `did you mean ${closest(unknown, known)}? deno task metrics lists all.`,
  );
}
