/** The style sheet of all pages, made of the tokens: one face, light, dark, narrow and print. */
import regular from "@fontsource/inter/files/inter-latin-400-normal.woff2" with { type: "bytes" };
import semibold from "@fontsource/inter/files/inter-latin-600-normal.woff2" with { type: "bytes" };
import { type Colour, GROUNDS, MARK_COLOURS, RUNS, SIZES, SUBJECTS, TYPE, WIDTHS } from "./tokens.ts";

const COLOURS: Readonly<Record<string, Colour>> = { ...GROUNDS, ...MARK_COLOURS, both: SUBJECTS.both };

/** All but ¹, ² and ³: the face lacks the other raised digits, and an exponent of two faces is crooked. */
const RANGE = "U+0-B1, U+B4-B8, U+BA-10FFFF";

/** The latin letters of the one face, in the two weights that pages use. */
const FACES = [[400, regular], [600, semibold]].map(([weight, bytes]) =>
  `@font-face { font-family: Inter; font-weight: ${weight}; src: url(data:font/woff2;base64,${
    (bytes as Uint8Array<ArrayBuffer>).toBase64()
  }) format("woff2"); unicode-range: ${RANGE}; }`
).join("\n");

function variables(shade: keyof Colour): string {
  return Object.entries(COLOURS).map(([name, colour]) => `--${name}:${colour[shade]}`).join(";");
}

/** A figure's file holds the colours of white paper; a page gives them those of its own ground. */
function markColours(): string {
  return Object.entries(MARK_COLOURS).map(([name, { light }]) =>
    `.chart [fill="${light}"]{fill:var(--${name})}.chart [stroke="${light}"]{stroke:var(--${name})}`
  ).join("\n");
}

export const STYLE_SHEET = `${FACES}
:root { ${variables("light")}; color-scheme: light; }
@media screen and (prefers-color-scheme: dark) { :root:not([data-theme=light]) { ${
  variables("dark")
}; color-scheme: dark; } }
@media screen { :root[data-theme=dark] { ${variables("dark")}; color-scheme: dark; } }
${markColours()}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: ${TYPE.text}px/1.55 Inter, system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif; }
main { max-width: ${WIDTHS.page}px; margin: 0 auto; padding: 0 0 96px; }
h1, h2, h3, p, dl, dd, figure, ol, ul { margin: 0; padding: 0; } ol, ul { list-style: none; }
h1 { font-size: ${TYPE.title}px; font-weight: 600; line-height: 1.16; letter-spacing: -0.022em; text-wrap: balance; }
h2 { font-size: ${TYPE.heading}px; font-weight: 600; line-height: 1.3; letter-spacing: -0.012em; margin-bottom: 8px; }
h3 { font-size: 15px; font-weight: 600; line-height: 1.3; }
a { color: inherit; text-decoration-thickness: 1px; text-decoration-color: var(--faint); text-underline-offset: 3px; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; }
math { font-family: "STIX Two Math", "Cambria Math", "Latin Modern Math", math; font-size: 1.05em; } .formula math { display: inline-flex; flex-wrap: wrap; align-items: center; row-gap: 4px; font-size: 1.15em; }
sub, sup { line-height: 0; font-size: 0.86em; } i, var { font-style: italic; }
p { max-width: 68ch; } p + p { margin-top: 10px; }
.top { display: flex; flex-wrap: wrap; gap: 4px 20px; padding-top: 20px; font-size: ${TYPE.small}px; color: var(--muted); }
header { padding-top: 40px; } section { margin-top: 64px; border-top: 1px solid var(--rule); padding-top: 16px; }
header + section { margin-top: 28px; border-top: 0; padding-top: 0; }
.note, .source, .votes, figcaption { font-size: ${TYPE.small}px; line-height: 1.5; color: var(--muted); }
.tag { font-size: ${TYPE.least}px; font-weight: 600; letter-spacing: 0.04em; color: var(--faint); }
.means { color: var(--means); } .classifier { color: var(--classifier); } .alarm { color: var(--alarm); font-weight: 600; font-style: normal; }
.number, .value, .ends { font-variant-numeric: tabular-nums; }
.chart { color: var(--ink); } .chart .paper { fill: none; } svg { display: block; } svg.swatch { display: inline-block; width: 24px; height: 10px; } .swatch path { stroke-width: 1.8; } .swatch circle { stroke-width: 1.3; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: 0.86em; overflow-wrap: anywhere; }
pre { background: var(--panel); border-radius: 4px; padding: 12px 14px; white-space: pre-wrap; line-height: 1.6; }
table { border-collapse: collapse; font-size: ${TYPE.note}px; line-height: 1.45; } caption { text-align: left; color: var(--muted); font-size: ${TYPE.small}px; }
th { font-weight: 400; text-align: left; } thead th { font-weight: 600; } td.number, th.number { text-align: right; }

.collapse { display: grid; grid-template-columns: minmax(0, 6fr) minmax(0, 5fr); column-gap: 48px; }
.collapse > .note { grid-column: 2; margin-top: 8px; }
.stages { display: grid; grid-template-columns: repeat(3, 1fr); column-gap: 16px; margin: 18px 0 10px; }
.stages svg { width: 100%; background: var(--panel); border-radius: 4px; } .stages figcaption { margin-top: 6px; } .stages strong { color: var(--ink); }
.stages .chart { --paper: var(--panel); }
.aspects li { display: grid; grid-template-columns: minmax(0, 1fr) 178px; column-gap: 20px; padding: 12px 0; border-bottom: 1px solid var(--hair); }
.aspects li:first-child { padding-top: 2px; } .aspects p { font-size: ${TYPE.note}px; line-height: 1.45; color: var(--muted); } .aspects strong { font-weight: 600; }
.result { font-size: ${TYPE.small}px; line-height: 1.4; color: var(--muted); } .value { display: block; font-size: 16px; color: var(--ink); white-space: nowrap; } .of { display: block; }
.split { display: grid; grid-template-columns: minmax(0, 8fr) minmax(0, 3fr); column-gap: 64px; }
.lead p { font-size: ${TYPE.finding}px; line-height: 1.5; text-wrap: pretty; max-width: 62ch; } .lead + p { margin-top: 12px; color: var(--muted); }
.facts { font-size: ${TYPE.small}px; border-top: 2px solid var(--ink); padding-top: 4px; align-self: start; }
.facts div { display: flex; justify-content: space-between; gap: 12px; padding: 5px 0; border-bottom: 1px solid var(--hair); }
.facts dt { color: var(--muted); } .facts dd { text-align: right; }
.cards { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 44px 40px; margin-top: 24px; }
.card { min-width: 0; } .card > p { font-size: ${TYPE.note}px; line-height: 1.45; color: var(--muted); margin: 3px 0 8px; min-height: 2.9em; }
.drawing svg { width: 100%; height: auto; overflow: visible; }
.card .ends { width: 100%; margin-top: 4px; font-size: ${TYPE.small}px; } .ends caption { caption-side: top; border-top: 1px solid var(--hair); padding-top: 6px; }
.ends th { width: 36%; white-space: nowrap; } .ends td, .ends th { padding: 2px 8px 2px 0; vertical-align: baseline; } .ends td.number { text-align: left; white-space: nowrap; } .ends td:last-child { padding-right: 0; text-align: right; }
.to { color: var(--faint); } .card details { font-size: ${TYPE.small}px; line-height: 1.5; margin-top: 6px; color: var(--muted); } .card details p { margin-top: 6px; }
summary { cursor: pointer; } .verdict { white-space: nowrap; } .verdict.none { white-space: normal; color: var(--muted); }
.boxes { display: inline-flex; gap: 1px; margin-right: 4px; } .boxes i { width: 9px; height: 9px; border: 1px solid var(--faint); border-radius: 1px; } .boxes.at :nth-child(1), .boxes.near :nth-child(2), .boxes.far :nth-child(3) { background: var(--ink); border-color: var(--ink); }
.key { background: var(--panel); border-radius: 4px; padding: 14px 18px; font-size: ${TYPE.small}px; line-height: 1.45; color: var(--muted); align-self: start; grid-column: span 2; } .key ul { columns: 2; column-gap: 32px; } .card:nth-child(3n) + .key { grid-column: 1 / -1; } .card:nth-child(3n + 2) + .key { grid-column: auto; } .card:nth-child(3n + 2) + .key ul { columns: 1; } .key li { break-inside: avoid; }
.key .chart { --paper: var(--panel); } .key h3 { color: var(--ink); margin-bottom: 8px; } .card.key > p { margin: 10px 0 0; font-size: ${TYPE.small}px; }
.key li { display: grid; grid-template-columns: 54px 1fr; align-items: baseline; padding: 2px 0; } .key i { font-style: normal; } .ahead { width: 24px; border-top: 1.5px dashed var(--faint); align-self: center; } .shade { width: 24px; height: 12px; background: var(--phase); border: 1px solid var(--rule); } .start { width: 12px; height: 14px; border-right: 1.5px dashed var(--muted); } .band { width: 24px; height: 12px; background: linear-gradient(var(--muted), var(--muted)) 0 50% / 100% 1.5px no-repeat, color-mix(in srgb, var(--muted) 22%, transparent); }
.families { margin-top: 14px; font-size: ${TYPE.note}px; } .families li { display: grid; grid-template-columns: 48px minmax(0, 3fr) minmax(0, 2fr) minmax(0, 4fr); gap: 4px 16px; padding: 8px 0; border-bottom: 1px solid var(--hair); align-items: baseline; }
.protocol { width: 100%; } .protocol th { color: var(--muted); width: 14rem; } .protocol th, .protocol td { padding: 6px 16px 6px 0; border-bottom: 1px solid var(--hair); vertical-align: top; } .protocol td { overflow-wrap: anywhere; } .protocol + p { margin-top: 16px; } pre { margin-top: 8px; }

.matrix { --split: 204px; --between: 28px; --name: 190px; font-size: ${TYPE.note}px; margin: 20px 0 28px; }
.heads, .row > summary { display: grid; grid-template-columns: minmax(var(--name), 1fr) repeat(var(--count), var(--split)); column-gap: var(--between); align-items: center; }
.columns1 { --count: 1; } .columns2 { --count: 2; } .columns3 { --count: 3; } .columns4 { --count: 4; --split: 193px; --between: 12px; --name: 150px; }
.heads { position: sticky; top: 0; z-index: 1; background: var(--paper); border-bottom: 1px solid var(--rule); padding: 8px 0 5px; align-items: end; font-size: ${TYPE.small}px; }
.head b { display: block; font-weight: 600; } .zones { display: grid; grid-template-columns: repeat(3, 1fr); width: 120px; color: var(--faint); font-size: ${TYPE.least}px; text-align: center; } .zones i { font-style: normal; }
.family { margin-top: 26px; padding: 0; border: 0; } .family > h3 { font-size: 16px; } .family > .note { max-width: none; padding-bottom: 6px; border-bottom: 1px solid var(--rule); }
.row { border-bottom: 1px solid var(--hair); } .row > summary { min-height: 32px; scroll-margin-top: 72px; list-style: none; } .row > summary::-webkit-details-marker { display: none; } .row > summary:hover { background: var(--panel); }
.name { padding: 5px 0 5px 18px; position: relative; line-height: 1.3; } .name::first-letter { text-transform: uppercase; }
.name::before { content: ""; position: absolute; left: 3px; top: 11px; width: 6px; height: 6px; border-right: 1.5px solid var(--faint); border-bottom: 1.5px solid var(--faint); transform: rotate(-45deg); }
.row[open] .name { font-weight: 600; } .row[open] .name::before { transform: rotate(45deg); } .name small { color: var(--faint); font-size: ${TYPE.least}px; font-weight: 400; } .name small.alarm { color: var(--alarm); font-weight: 600; }
.copy summary { color: var(--muted); } .entry { display: grid; grid-template-columns: 120px 1fr 14px; align-items: center; font-size: ${TYPE.small}px; white-space: nowrap; column-gap: 4px; } .track { display: block; width: 120px; height: 22px; overflow: visible; background: linear-gradient(var(--hair) 0 0) 33.3% 50% / 1px 16px no-repeat, linear-gradient(var(--hair) 0 0) 66.7% 50% / 1px 16px no-repeat; } .track path { fill: none; stroke-width: 1.5; } .track circle { stroke-width: 1.6; } .entry .number { justify-self: end; }
.aloud { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); } .split-name { display: none; }
.open { display: grid; grid-template-columns: minmax(0, 400px) minmax(0, 1fr); gap: 12px 48px; padding: 12px 0 26px 18px; } .plain { font-size: 15px; } .formula { margin-top: 6px; overflow-wrap: anywhere; } .remark { font-size: ${TYPE.small}px; line-height: 1.5; color: var(--muted); margin-top: 8px; }
.readings { margin-top: 10px; font-size: ${TYPE.small}px; width: 100%; } .readings th, .readings td { padding: 4px 12px 4px 0; border-bottom: 1px solid var(--hair); vertical-align: top; } .readings code { font-size: ${TYPE.least}px; color: var(--muted); } .readings td.number { white-space: nowrap; } .interval { color: var(--muted); }

.wide-table { overflow-x: auto; margin-top: 14px; } .values th, .values td { padding: 6px 18px 6px 0; border-bottom: 1px solid var(--hair); vertical-align: top; } .values thead th { vertical-align: bottom; } .values small { font-weight: 400; color: var(--muted); } .values code { color: var(--faint); font-size: ${TYPE.least}px; }
.long { max-height: 80vh; overflow: auto; border-bottom: 1px solid var(--rule); } .rows th, .rows td { padding: 4px 14px 4px 0; white-space: nowrap; } .rows thead th { position: sticky; top: 0; z-index: 1; background: var(--paper); white-space: normal; border-bottom-color: var(--rule); line-height: 1.3; } .rows tbody th, .rows thead th:first-child { position: sticky; left: 0; background: var(--paper); } .rows thead th:first-child { z-index: 2; } .rows small { font-size: ${TYPE.least}px; }
.rows thead button { all: unset; cursor: pointer; font-weight: 600; } .rows thead button:hover { text-decoration: underline; text-underline-offset: 3px; } .rows thead button:focus-visible { outline: 2px solid var(--ink); outline-offset: 2px; } [aria-sort=ascending] button::after { content: "\u00a0↑"; } [aria-sort=descending] button::after { content: "\u00a0↓"; }
${RUNS.map((_, i) => `.chip.run${i + 1} { background: var(--run${i + 1}); }`).join(" ")}
.stills { display: grid; grid-template-columns: repeat(6, minmax(0, 1fr)); gap: 16px; margin: 18px 0 10px; } .stills svg, .stage { width: 100%; height: auto; background: var(--panel); border-radius: 4px; } .stills .chart, .stage { --paper: var(--panel); } .stills strong { display: block; color: var(--ink); }
.moving { display: grid; grid-template-columns: minmax(0, 520px) minmax(0, 1fr); gap: 20px 48px; margin-top: 18px; } .stage { touch-action: none; cursor: grab; } .stage text { font-size: 10px; } .moving input[type=range] { flex: 1; min-width: 120px; padding: 0; accent-color: var(--ink); } .cosines { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 12px 28px; align-content: start; min-width: 0; } .moving select { max-width: 30%; } .cosines svg { width: 100%; height: auto; } .cosines .note { grid-column: 1 / -1; }
.whole { white-space: nowrap; } .curves > h3 { margin-top: 32px; } section + p { margin-top: 32px; } .listed { width: 100%; } .listed thead th.number { max-width: 150px; } .listed tbody th { font-weight: 600; }
.controls { display: flex; flex-wrap: wrap; gap: 8px 14px; align-items: center; margin: 14px 0 4px; font-size: ${TYPE.small}px; color: var(--muted); max-width: none; } .controls .note { flex-basis: 100%; max-width: none; }
button, select, input { font: inherit; font-size: ${TYPE.small}px; color: var(--muted); background: var(--paper); border: 1px solid var(--rule); border-radius: 6px; padding: 4px 10px; } button, ::file-selector-button { cursor: pointer; } ::file-selector-button { font: inherit; color: var(--ink); background: var(--panel); border: 1px solid var(--rule); border-radius: 4px; padding: 2px 8px; margin-right: 10px; } button:hover { border-color: var(--faint); color: var(--ink); } select { max-width: 100%; text-overflow: ellipsis; }
.choice { display: inline-flex; } .choice button { border-radius: 0; margin-left: -1px; } .choice button:first-child { border-radius: 6px 0 0 6px; margin-left: 0; } .choice button:last-child { border-radius: 0 6px 6px 0; } [aria-pressed=true] { color: var(--ink); background: var(--panel); border-color: var(--faint); font-weight: 600; position: relative; } [aria-pressed=false] { color: var(--faint); }
.drawing { position: relative; } .drawing[data-figure]:not(:has(svg)) { aspect-ratio: ${SIZES.page.width} / ${SIZES.page.height}; } .drawing img { display: block; width: 100%; } .still { aspect-ratio: ${SIZES.page.width} / ${SIZES.page.height}; background-color: #fff; } .drawing .layer { position: absolute; inset: 0; pointer-events: none; will-change: transform; } .cosines svg { cursor: crosshair; } .pair .drawing[tabindex] { cursor: default; } .drawing[tabindex] { cursor: crosshair; touch-action: pan-y; user-select: none; -webkit-user-select: none; } .hair { stroke: var(--muted); stroke-width: 1; } .knob { stroke: var(--paper); stroke-width: 1.5; } .cross, .dragged { pointer-events: none; } .dragged rect { fill: var(--muted); fill-opacity: 0.18; }
.card > .tools, .tools { display: flex; flex-wrap: wrap; gap: 6px 10px; align-items: center; font-size: ${TYPE.least}px; color: var(--faint); margin: 4px 0 2px; min-height: 0; } .tools button { border: 0; padding: 0 2px; font-size: ${TYPE.least}px; text-decoration: underline; text-underline-offset: 3px; background: none; } .saving { display: inline-flex; gap: 6px; }
.card.large { grid-column: 1 / -1; } .card.large .drawing { max-width: 1000px; } .pair { display: grid; grid-template-columns: minmax(0, 4fr) minmax(0, 8fr); column-gap: 48px; align-content: start; } .pair > * { grid-column: 1; } .pair .drawing { grid-column: 2; grid-row: 1 / span 4; } .pair .controls { flex-flow: column nowrap; align-items: stretch; } .pair label { display: flex; gap: 8px; align-items: baseline; } .pair label select { flex: 1; min-width: 0; } .pair label span { width: 44px; } .chip { display: inline-block; width: 16px; height: 4px; border-radius: 2px; vertical-align: middle; } [hidden] { display: none !important; }

@media screen and (max-width: ${WIDTHS.page + 60}px) { main { padding-left: 24px; padding-right: 24px; } }
@media screen and (max-width: ${WIDTHS.two}px) {
  .moving { grid-template-columns: minmax(0, 1fr); } .stills { grid-template-columns: repeat(3, minmax(0, 1fr)); }
  .cards { grid-template-columns: repeat(2, minmax(0, 1fr)); } .cards > .card:nth-child(odd) + .key { grid-column: auto; } .cards > .card:nth-child(odd) + .key ul { columns: 1; } .cards > .card:nth-child(even) + .key { grid-column: 1 / -1; } .cards > .card:nth-child(even) + .key ul { columns: 2; } .collapse, .split { grid-template-columns: minmax(0, 1fr); row-gap: 28px; } .pair { grid-template-columns: minmax(0, 1fr); } .pair .drawing { grid-column: 1; grid-row: auto; } .collapse > .note { grid-column: 1; margin-top: -16px; }
  .matrix { --split: minmax(0, 1fr); } .open { grid-template-columns: minmax(0, 1fr); padding-left: 0; } .open .drawing { max-width: 400px; }
  .heads { display: none; } .row > summary { grid-template-columns: repeat(3, minmax(0, 1fr)); column-gap: 16px; padding: 4px 0 8px; } .name { grid-column: 1 / -1; }
  .cell { padding-left: 18px; } .cell.none { display: none; } .split-name { display: block; font-size: ${TYPE.least}px; color: var(--faint); } .entry { grid-template-columns: auto 1fr; } .entry .track { grid-column: 1 / -1; width: 100%; height: auto; } .entry .number { justify-self: start; }
}
@media screen and (max-width: ${WIDTHS.one}px) {
  main { padding-left: 20px; padding-right: 20px; } .top { display: none; } h1 { font-size: 28px; } .lead p { font-size: 18px; } section { margin-top: 48px; }
  .cards { grid-template-columns: minmax(0, 1fr); row-gap: 36px; } .live > :last-child { order: -1; } .cards > .card + .key { grid-column: auto; } .cards > .card + .key ul { columns: 1; } .card > p { min-height: 0; } .stages { column-gap: 8px; } .stages figcaption { font-size: ${TYPE.least}px; line-height: 1.35; }
  .aspects li { grid-template-columns: minmax(0, 1fr); row-gap: 6px; } .families li { grid-template-columns: 40px minmax(0, 1fr); } .families .said, .families .votes { grid-column: 2; }
  .row > summary { column-gap: 10px; } .cell { padding-left: 0; } .readings .number:nth-child(4) { display: none; } .readings th, .readings td { padding-right: 8px; }
  .values:not(.rows), .values:not(.rows) :is(tbody, tr, th, td) { display: block; } .values:not(.rows) thead { display: none; } .values:not(.rows) th { border: 0; padding-bottom: 0; font-weight: 600; } .values:not(.rows) td { border: 0; padding: 1px 0; text-align: left; overflow-wrap: anywhere; } .values:not(.rows) tr { padding: 6px 0; border-bottom: 1px solid var(--hair); } .values:not(.rows) td[data-run]::before { content: attr(data-run) ": "; color: var(--muted); } .rows tbody th { min-width: 36vw; max-width: 42vw; white-space: normal; overflow-wrap: anywhere; }
  .protocol, .protocol tbody, .protocol tr, .protocol th, .protocol td { display: block; width: auto; } .protocol th { border-bottom: 0; padding-bottom: 0; } .protocol td { padding-top: 0; }
}
@media print {
  .values { font-size: 8.5pt; } .values th, .values td { padding: 3pt 10pt 3pt 0; } .long { max-height: none; overflow: visible; } .rows { font-size: 7pt; } .rows :is(th, td) { padding: 2pt 6pt 2pt 0; } .rows :is(thead, tbody) th { position: static; }
  .cards > .card + .key { grid-column: auto; padding: 8pt 10pt; font-size: 8pt; } .cards > .card + .key ul { columns: 1; } .key li { grid-template-columns: 52px 1fr; padding: 1pt 0; } .card.key > p { font-size: 8pt; margin-top: 4pt; }
  @page { margin: 14mm; } body { font-size: 10pt; } main { max-width: none; padding: 0; } .top, .controls, .tools, .card > .tools, .moving { display: none; } .stills figure { break-inside: avoid; }
  header { padding-top: 0; } section { margin-top: 20pt; padding-top: 8pt; } h1 { font-size: 20pt; } h2 { font-size: 13pt; } .lead p { font-size: 12pt; }
  .collapse { grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); column-gap: 20pt; } .collapse p, .aspects p { font-size: 9pt; } .aspects li { padding: 6pt 0; grid-template-columns: minmax(0, 1fr) 110pt; } .value { font-size: 11pt; }
  .pair { display: block; break-inside: avoid; } .pair .drawing { max-width: 380pt; } .split { grid-template-columns: minmax(0, 2fr) minmax(0, 1fr); column-gap: 20pt; } .cards { grid-template-columns: 1fr 1fr; gap: 12pt 20pt; margin-top: 10pt; } .card > p { font-size: 8.5pt; line-height: 1.3; min-height: 0; margin: 1pt 0 4pt; } .card .ends, .card .ends caption { font-size: 8pt; line-height: 1.3; } .card .drawing svg { max-height: 146pt; }
  .heads { position: static; } .row::details-content { content-visibility: visible; } .row:not([open]) .open { display: none; } .matrix { --split: 86pt; font-size: 8pt; } .heads, .row > summary { column-gap: 8pt; grid-template-columns: minmax(100pt, 1fr) repeat(var(--count), var(--split)); }
  .row > summary { min-height: 0; } .entry { grid-template-columns: 40pt 1fr 8pt; font-size: 8pt; } .track, .zones { width: 40pt; } .name { padding: 2pt 0; } .name::before, .zones { display: none; } .name small, .head { font-size: 7.5pt; } .family { margin-top: 10pt; } .heads + .family { margin-top: 6pt; }
  p { orphans: 3; widows: 3; } .card, .aspects li, .key, .row, tr, pre, .families li, .geometry > p, .curves > p, .family > .note, .stills, .facts { break-inside: avoid; } h2, h3, .curves > p, .geometry > p:not(.note), .family > .note { break-after: avoid; } .card details:not([open]) { display: none; }
  a[href^=http]::after { content: " (" attr(href) ")"; font-size: 8pt; overflow-wrap: anywhere; } * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
