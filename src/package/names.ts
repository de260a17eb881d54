/** Declarations of the names of columns, from the catalogue: a name that is none does not compile. */
import { CATALOGUE } from "../collapse/catalogue.ts";

/** What stands in the package in the place of the declarations of collapse/by_metric.ts. */
export function namesDeclaration(): string {
  const names = CATALOGUE.map(({ name }) => JSON.stringify(name));
  // Columns of named sets of out-of-distribution samples end with the name of the set.
  const ofSets = CATALOGUE.filter(({ split }) => split === "ood").map(({ name }) => `\`${name}_\${string}\``);
  return [
    "/** The name of a column; those of named sets of out-of-distribution samples end with the name of the set. */",
    "export type MetricName =",
    ...[...names, ...ofSets].map((name) => `  | ${name}`),
    "  ;",
    "/** A value for each column that was measured: others are absent. */",
    "export type ByMetric<T> = { readonly [metric in MetricName]?: T };",
    "",
  ].join("\n");
}
