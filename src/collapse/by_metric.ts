/** What is known a column, by its name. The npm package puts in the place of this file the names there are (package/names.ts). */

/** The name of a column. */
export type MetricName = string;

/** A value for each column that was measured. */
export type ByMetric<T> = { readonly [metric in MetricName]: T };
