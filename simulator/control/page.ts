import { escapeXml } from '../../src/trembita/xml-writer.ts'
import type { SimulatorState } from './state.ts'

const style =
  'body{font:16px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:50rem;padding:0 1rem;color-scheme:light dark}' +
  'table{border-collapse:collapse;width:100%}caption{text-align:left;font-weight:600;padding:1rem 0 .25rem}' +
  'th,td{text-align:left;padding:.25rem .75rem .25rem 0;border-bottom:1px solid #8886}td:last-child{text-align:right}'

/** The HTML page for people who open the simulator in a browser: counts of its data and calls. */
export function controlPage(state: SimulatorState): string {
  const holds = Object.entries(state.holds).map(([name, count]) => [name, count] as const)
  const calls = Object.entries(state.outcomes).flatMap(([service, outcomes]) =>
    Object.entries(outcomes).map(([outcome, count]) => [service, outcome, count] as const),
  )
  const faults = state.faults.map(({ name, kind, hits }) => [name ?? '', kind, hits] as const)
  return (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Registry simulator</title>' +
    `<meta name="viewport" content="width=device-width"><style>${style}</style></head><body><h1>Registry simulator</h1>` +
    '<p>It speaks Trembita’s protocol and answers from made-up or given data. It is not a state registry.</p>' +
    table('It holds', ['Register', 'Records'], holds) +
    table(`Calls: ${state.calls}`, ['Service', 'Outcome', 'Calls'], calls) +
    table('Faults on demand', ['Name', 'Kind', 'Calls that met it'], faults) +
    `<p>Running since <time>${state.started_at}</time>.</p></body></html>\n`
  )
}

type Row = readonly (string | number)[]

function table(caption: string, head: readonly string[], rows: readonly Row[]): string {
  const cells = (row: Row, tag: string) => row.map((cell) => `<${tag}>${escapeXml(String(cell))}</${tag}>`).join('')
  const body = rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('')
  return `<table><caption>${escapeXml(caption)}</caption><thead><tr>${cells(head, 'th')}</tr></thead><tbody>${body}</tbody></table>`
}
