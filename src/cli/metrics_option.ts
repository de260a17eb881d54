/** The option --metrics. */
import { InvalidArgumentError } from "@commander-js/extra-typings";
import { CATALOGUE, KNOWN_METRICS, type Selection, unknownIn } from "../collapse/catalogue.ts";
import { suggestion } from "../names.ts";
import { commandLine } from "./command_line.ts";

/** Names, definitions and families of the catalogue, "default" and "all", separated by commas; a refused name is answered with the nearest one. */
export function metricSelection(text: string): Selection {
  if (text === "default" || text === "all") return text;
  const words = text.split(",").map((word) => word.trim());
  const unknown = unknownIn(words);
  if (unknown === undefined) return words;
  const families = [...new Set(CATALOGUE.map(({ family }) => family))].sort();
  throw new InvalidArgumentError(
    `Expected default, all, families (${
      families.join(", ")
    }), definitions or names from the catalogue, found ` +
      `${JSON.stringify(unknown)}${suggestion(unknown, KNOWN_METRICS)} (${
        commandLine("metrics", [])
      } lists all)`,
  );
}
