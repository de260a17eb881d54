/** HTML that cannot forget to escape: every interpolated value is text unless it is `Html` itself. */

/** Markup that is safe to insert as it is. */
export class Html {
  constructor(readonly markup: string) {}
}

type Value = Html | string | number | readonly Html[];

/** Template tag: html`<p>${text}</p>` escapes `text`; nested `Html` and lists of it are inserted as they are. */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  return new Html(dense(strings).reduce((markup, part, i) => markup + insert(values[i - 1]!) + part));
}

/** Without the indentation of the source, which nobody sees and which is a tenth of a large page. */
function dense(strings: TemplateStringsArray): readonly string[] {
  const known = DENSE.get(strings);
  if (known !== undefined) return known;
  const parts = strings.map((part) => part.replace(/\s*\n\s*/g, "\n"));
  DENSE.set(strings, parts);
  return parts;
}

const DENSE = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Text for element content and quoted attributes, in HTML and in XML. */
export function escapeText(text: string): string {
  return text.replace(CONTROL, "\ufffd").replace(/[&<>"']/g, (character) => ENTITIES[character]!);
}

// deno-lint-ignore no-control-regex
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;
const ENTITIES: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function insert(value: Value): string {
  if (value instanceof Html) return value.markup;
  if (Array.isArray(value)) return value.map((item: Html) => item.markup).join("\n");
  return escapeText(String(value));
}
