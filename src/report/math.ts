/** Formulas, set: LaTeX becomes MathML, which browsers draw without a script. */
import temml from "temml";
import { Html } from "./html.ts";

/** A formula in a line of text; it may break after relations and operators. Throws for LaTeX that is not understood. */
export function math(tex: string): Html {
  return new Html(temml.renderToString(tex, { wrap: "tex", throwOnError: true, strict: false }));
}
