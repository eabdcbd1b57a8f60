/** The page's style: contrast of at least 4.5 to 1 in both themes, one column, no images or external fonts. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #fff; --ground: #eef2f7; --ink: #17202c; --soft: #475467; --line: #d0d7e2; --field: #667085;
  --brand: #0b5cad; --on-brand: #fff; --brand-strong: #084785; --good: #0a6b3d; --good-ground: #e6f4ec; --bad: #b42318; --bad-ground: #fdecea; --note: #e8f1fb }
@media (prefers-color-scheme: dark) {
  :root { --paper: #18212d; --ground: #0e151e; --ink: #eef2f7; --soft: #b4c0d0; --line: #354356; --field: #8fa0b7; --brand: #7db8f5;
    --on-brand: #07182b; --brand-strong: #a9d1fb; --good: #74d6a2; --good-ground: #12301f; --bad: #ff9d94; --bad-ground: #3a1815; --note: #15283d }
}
* { box-sizing: border-box }
body { background: var(--ground); color: var(--ink); font: 1.0625rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; margin: 0 }
.wrap { margin-inline: auto; max-width: 46rem; padding-inline: 1rem }
header { background: linear-gradient(90deg, #0b5cad 0 50%, #f2c100 50%) bottom / 100% 4px no-repeat var(--paper); border-bottom: 0; padding-bottom: 4px }
header .wrap { align-items: center; display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; justify-content: space-between; min-height: 4rem; padding-block: 0.5rem }
.name { align-items: center; display: flex; font-weight: 650; gap: 0.75rem; line-height: 1.25 }
.name svg { color: var(--brand); flex: none }
.languages { display: flex; gap: 0.25rem; list-style: none; margin: 0; padding: 0 }
.languages a, .languages span { border-radius: 0.5rem; display: block; min-width: 2.75rem; padding: 0.5rem 0.75rem; text-align: center }
.languages span { background: var(--note); font-weight: 650 }
main { padding-block: clamp(1.25rem, 0.75rem + 2vw, 2.5rem) 1rem }
h1 { font-size: clamp(1.5rem, 1.2rem + 1.6vw, 2rem); letter-spacing: -0.01em; line-height: 1.2; margin: 0 0 0.75rem; text-wrap: balance }
h2 { font-size: 1.1875rem; line-height: 1.3; margin: 0 0 0.75rem }
p { margin: 0 0 1rem }
a { color: var(--brand) }
a:hover { color: var(--brand-strong) }
.card { background: var(--paper); border: 1px solid var(--line); border-radius: 1rem; margin-block-end: 1rem; padding: clamp(1.125rem, 0.6rem + 2.4vw, 2rem) }
.card > :last-child { margin-block-end: 0 }
.lead { color: var(--soft); font-size: 1.125rem }
.steps { color: var(--soft); font-size: 0.9375rem; font-weight: 600; margin: 0 0 0.5rem }
dl { display: grid; gap: 0.625rem 1.5rem; grid-template-columns: minmax(9rem, 13rem) 1fr; margin: 0 }
dt { color: var(--soft) }
dd { font-weight: 550; margin: 0; overflow-wrap: anywhere }
dd ul { list-style: none; margin: 0; padding: 0 }
.notice { border-inline-start: 0.3rem solid var(--brand); background: var(--note); border-radius: 0.5rem; margin: 0 0 1rem; padding: 0.875rem 1rem }
.notice.bad { background: var(--bad-ground); border-color: var(--bad) }
.notice > :last-child { margin-block-end: 0 }
.sign { align-items: center; border-radius: 50%; display: flex; height: 4rem; justify-content: center; margin-block-end: 1rem; width: 4rem }
.sign.good { background: var(--good-ground); color: var(--good) }
.sign.bad { background: var(--bad-ground); color: var(--bad) }
.sign.calm { background: var(--note); color: var(--brand) }
label { display: block; font-weight: 600; margin-block-end: 0.375rem }
input:not([type=hidden]) { background: var(--paper); border: 1px solid var(--field); border-radius: 0.625rem; color: inherit; font: inherit; min-height: 3rem; padding: 0.5rem 0.875rem; width: 100% }
input[readonly] { background: var(--ground); border-style: dashed }
.field { margin-block-end: 1.25rem }
.field.wrong input { border: 2px solid var(--bad) }
.error { color: var(--bad); font-weight: 600; margin: 0.375rem 0 0 }
.rules { color: var(--soft); margin: 0.5rem 0 0 }
ul.rules { margin-block-start: 0.125rem; padding-inline-start: 1.25rem }
.rules .unmet { color: var(--bad); font-weight: 600 }
.actions { display: flex; flex-wrap: wrap; gap: 0.75rem; margin-block-start: 0.5rem }
.button { background: var(--brand); border: 2px solid var(--brand); border-radius: 0.625rem; color: var(--on-brand); cursor: pointer; display: inline-block; font: inherit; font-weight: 650; min-height: 3rem; padding: 0.625rem 1.5rem; text-align: center; text-decoration: none }
.button:hover { background: var(--brand-strong); border-color: var(--brand-strong); color: var(--on-brand) }
.button.other { background: transparent; border-color: var(--field); color: var(--ink) }
.button.other:hover { background: var(--ground); color: var(--ink) }
.button.danger { background: var(--bad); border-color: var(--bad); color: var(--paper) }
.quiet { color: var(--soft); font-size: 0.9375rem }
:focus-visible { outline: 3px solid var(--brand); outline-offset: 2px }
footer { color: var(--soft); font-size: 0.9375rem; padding-block: 0.5rem 2rem }
@media (max-width: 36rem) { dl { display: block } dt { font-size: 0.9375rem } dd { margin-block-end: 0.75rem } .actions .button { width: 100% } }
@media print { header, footer, .actions { display: none } .card { border: 0 } }
`
