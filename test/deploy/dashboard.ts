/** Reads the Grafana dashboard. */
import { z } from 'zod'
import { deployed } from './files.ts'

const source = z.object({ type: z.literal('prometheus'), uid: z.literal(`\${datasource}`) })
const place = z.object({ x: z.int().min(0), y: z.int().min(0), w: z.int().min(1).max(24), h: z.int().min(1) })
const panel = z.object({
  id: z.int(),
  title: z.string().min(1),
  datasource: source,
  gridPos: place,
  type: z.enum(['stat', 'timeseries', 'bargauge', 'state-timeline', 'heatmap', 'table']),
  targets: z
    .array(
      z.object({ refId: z.string().length(1), expr: z.string().min(1), legendFormat: z.string(), datasource: source }),
    )
    .min(1),
})
const row = z.object({
  id: z.int(),
  title: z.string().min(1),
  gridPos: place,
  type: z.literal('row'),
  panels: z.array(z.never()),
})
const variable = z.object({
  name: z.string(),
  type: z.enum(['query', 'datasource']),
  definition: z.string().optional(),
})

const dashboard = z.object({
  title: z.literal('Zvirka'),
  uid: z.literal('zvirka'),
  schemaVersion: z.int().min(39),
  templating: z.object({ list: z.array(variable) }),
  annotations: z.object({ list: z.array(z.object({ name: z.string(), expr: z.string() })) }),
  panels: z.array(z.union([row, panel])),
})

export type Dashboard = z.infer<typeof dashboard>

/** The dashboard; throws if it does not have the structure that Grafana expects. */
export function readDashboard(): Dashboard {
  return dashboard.parse(JSON.parse(deployed('grafana/zvirka.json')))
}

/** Every expression, with Grafana's own variables replaced. */
export function expressionsOf({ panels, annotations }: Dashboard): string[] {
  const ofPanels = panels.flatMap((each) => (each.type === 'row' ? [] : each.targets.map(({ expr }) => expr)))
  return [...ofPanels, ...annotations.list.map(({ expr }) => expr)].map((expr) =>
    expr.replaceAll('$__rate_interval', '5m'),
  )
}
