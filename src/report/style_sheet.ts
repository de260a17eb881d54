/** The style sheet of a report's pages: serif text, sans-serif figures and tables, light, dark and print. */

export const STYLE_SHEET = `
:root {
  --paper: #ffffff; --ink: #1d2329; --muted: #59636e; --rule: #d9dee3; --wash: #f5f7f9; --link: #0b5c92;
  --down: #00785a; --flat: #8a6d00; --up: #c04a00;
  --train: #0072b2; --test: #d55e00; --classifier: #009e73; --ood: #cc79a7;
  --sans: Inter, system-ui, "Helvetica Neue", Arial, sans-serif;
  --serif: Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif;
  --mono: ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace;
}
@media screen and (prefers-color-scheme: dark) {
  :root { --paper: #15191d; --ink: #e4e8ec; --muted: #9ba7b2; --rule: #343c44; --wash: #1d2328; --link: #74b8e6; }
  .chart [fill="#0072b2"] { fill: #3d9fdb; } .chart [stroke="#0072b2"] { stroke: #3d9fdb; }
  .chart [fill="#d55e00"] { fill: #f0873b; } .chart [stroke="#d55e00"] { stroke: #f0873b; }
  .chart [fill="#009e73"] { fill: #2fc298; } .chart [stroke="#009e73"] { stroke: #2fc298; }
  .chart [fill="#cc79a7"] { fill: #dd93bb; } .chart [stroke="#cc79a7"] { stroke: #dd93bb; }
  :root { --down: #2fc298; --flat: #c9a227; --up: #f0873b;
    --train: #3d9fdb; --test: #f0873b; --classifier: #2fc298; --ood: #dd93bb; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1.0625rem/1.6 var(--serif); }
main { max-width: 84rem; margin: 0 auto; padding: 3.5rem 1.75rem 5rem; }
h1 { font-size: 2.1rem; line-height: 1.2; margin: 0 0 0.75rem; font-weight: 600; letter-spacing: -0.01em; }
h2 { font-size: 1.35rem; margin: 3.5rem 0 0.75rem; font-weight: 600; }
p { max-width: 44rem; margin: 0 0 1rem; }
.lede { font-size: 1.2rem; max-width: 46rem; }
sub, sup { line-height: 0; }
a { color: var(--link); text-underline-offset: 0.15em; text-decoration-thickness: 1px; }
.formula { white-space: nowrap; font-family: "STIX Two Text", "Cambria Math", Cambria, "Times New Roman", serif; }
figure { margin: 0; }
/* The pictures' own margins hang to the left, so that their text lines up with the page's. */
figure svg { display: block; width: 102.5%; height: auto; margin-left: -2.5%; }
.chart { color: var(--ink); } .chart .paper { fill: var(--paper); }
figcaption { font-size: 0.94rem; line-height: 1.55; color: var(--ink); padding: 0.25rem 1rem 0 0; max-width: 40rem; }
figcaption .source { color: var(--muted); }
.wide { overflow-x: auto; margin: 2rem -1.75rem 0; } .wide svg { min-width: 60rem; width: 100%; margin-left: 0; }
.wide figcaption { padding-left: 1.75rem; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 34rem), 1fr)); gap: 2.5rem 2rem; }
table { border-collapse: collapse; font: 0.9rem/1.5 var(--sans); font-variant-numeric: tabular-nums; }
caption { text-align: left; color: var(--muted); padding-bottom: 0.5rem; max-width: min(44rem, 100vw - 3.5rem); }
th, td { padding: 0.32rem 1.5rem 0.32rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
th { font-weight: 500; } thead th { font-weight: 600; } th.number, td.number { text-align: right; }
.protocol th { color: var(--muted); white-space: nowrap; } .protocol td { overflow-wrap: anywhere; max-width: 44rem; }
.tables { overflow-x: auto; } .tables + p { margin-top: 1.5rem; }
code, pre { font-family: var(--mono); font-size: 0.86em; }
pre { background: var(--wash); border: 1px solid var(--rule); border-radius: 6px; padding: 0.9rem 1.1rem; max-width: 60rem;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.definitions { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 24rem), 1fr)); gap: 1.5rem; margin: 1.5rem 0; }
.definition { border: 1px solid var(--rule); border-radius: 8px; padding: 1rem 1.1rem; min-width: 0; }
.definition.dissent { border: 2px solid var(--up); }
.definition h3 { font: 600 1rem/1.35 var(--sans); margin: 0 0 0.4rem; } .definition h3::first-letter { text-transform: uppercase; }
.definition p { font-size: 0.94rem; line-height: 1.5; margin: 0 0 0.5rem; }
.definition .formula { white-space: normal; overflow-wrap: anywhere; }
.definition svg { display: block; width: 100%; height: auto; margin: 0.5rem 0; }
.readings { width: 100%; font-size: 0.82rem; margin-bottom: 0.6rem; }
.readings th, .readings td { padding-right: 0.6rem; } .readings code { font-size: 0.72rem; color: var(--muted); overflow-wrap: anywhere; }
.readings td.number { white-space: nowrap; } .interval, .votes { color: var(--muted); font-size: 0.85em; }
.definition .remark, .remark { font-size: 0.86rem; color: var(--muted); } .definition .remark.dissent { color: var(--ink); }
.remark.dissent strong, .trust.sensitive, .trust.unreliable { color: var(--up); } .remark summary { cursor: pointer; }
.verdict { white-space: nowrap; font-family: var(--sans); font-size: 0.92em; }
.verdict.none { white-space: normal; color: var(--muted); }
.swatch.train { color: var(--train); } .swatch.test { color: var(--test); }
.swatch.classifier { color: var(--classifier); } .swatch.ood { color: var(--ood); }
.call { color: var(--muted); font-family: var(--sans); } .call.down { color: var(--down); } .call.flat { color: var(--flat); }
.call.up { color: var(--up); }
.glance td.cells { line-height: 2; } .cell { display: inline-block; text-decoration: none; letter-spacing: 0.12em; padding: 0 0.35rem;
  margin: 0 0.25rem; border: 2px solid var(--rule); border-radius: 5px; line-height: 1.5; } .cell.dissent { border-color: var(--up); }
/* A narrow screen keeps of the ends of a run: the name, the value now, the change, level and trend. */
@media screen and (max-width: 40rem) {
  .formula, .ends .verdict { white-space: normal; } .ends :is(th, td) { padding-right: 0.6rem; }
  .ends :is(th, td):is(:nth-child(2), :nth-child(3), :nth-child(6)) { display: none; }
}
ul { padding-left: 1.2rem; } li { margin: 0.2rem 0; }
@media print {
  :root { --paper: #fff; --ink: #000; --muted: #444; --rule: #bbb; --wash: #fff; --link: #000; }
  body { font-size: 10pt; } main { padding: 0; max-width: none; } .wide { overflow: visible; margin: 1rem 0 0; }
  figure svg, .wide svg { min-width: 0; width: 100%; margin-left: 0; } .wide figcaption { padding-left: 0; }
  .figures { grid-template-columns: 1fr 1fr; } figure, tr, pre { break-inside: avoid; } h2 { break-after: avoid; }
}
`;
