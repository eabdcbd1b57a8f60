/** The schema of the faults file (docs/simulator.md): rules, each with a fault, the calls it applies to, and how often. */
import { z } from 'zod'
import { dataForms } from '../services/death-acts.ts'
import { simulatedServiceNames } from '../services/service.ts'

const milliseconds = z.number().min(0).max(3_600_000)
const positive = z.int().min(1)

const delaySchema = z.discriminatedUnion('distribution', [
  z.strictObject({ distribution: z.literal('fixed'), ms: milliseconds }),
  z.strictObject({ distribution: z.literal('uniform'), min_ms: milliseconds, max_ms: milliseconds }),
  z.strictObject({ distribution: z.literal('exponential'), mean_ms: milliseconds, max_ms: milliseconds.optional() }),
  z.strictObject({
    distribution: z.literal('lognormal'),
    median_ms: milliseconds,
    sigma: z.number().min(0).max(5),
    max_ms: milliseconds.optional(),
  }),
])

/** A document as in a person's record (serial and number without a space), or as separate parts. */
const documentSchema = z.union([
  z.string().min(1),
  z
    .strictObject({ pas_serial: z.string().nullish(), pas_number: z.string().min(1) })
    .transform(({ pas_serial, pas_number }) => (pas_serial ?? '') + pas_number),
])

const matchSchema = z.strictObject({
  documents: z.array(documentSchema).optional(),
  document_prefix: z.string().min(1).optional(),
  unzr: z.array(z.string().min(1)).optional(),
  unzr_prefix: z.string().min(1).optional(),
  rnokpp: z.array(z.string().min(1)).optional(),
  rnokpp_prefix: z.string().min(1).optional(),
  people: z.array(z.string().min(1)).optional(),
  people_prefix: z.string().min(1).optional(),
})

const time = { after_s: z.number().min(0).optional(), duration_s: z.number().positive().optional() }

const conditions = {
  name: z.string().max(80).optional(),
  services: z.array(z.enum(simulatedServiceNames)).min(1).optional(),
  share: z.number().min(0).max(1).optional(),
  share_of: z.enum(['calls', 'subjects']).optional(),
  match: matchSchema.optional(),
  count: positive.optional(),
  beyond_calls_per_second: z.number().positive().optional(),
  ...time,
}

const bodies = z.enum(['html', 'text', 'empty'])

const ruleSchema = z.discriminatedUnion('kind', [
  z.strictObject({ ...conditions, kind: z.literal('latency'), delay: delaySchema }),
  z.strictObject({ ...conditions, kind: z.literal('status'), status: z.union([z.int(), z.string().max(40)]) }),
  z.strictObject({
    ...conditions,
    kind: z.literal('results'),
    results: z.array(z.string().max(40)).max(8),
    element: z.enum(['Result', 'RESULT', 'result']).optional(),
  }),
  z.strictObject({ ...conditions, kind: z.literal('result_data'), form: z.enum(dataForms) }),
  z.strictObject({
    ...conditions,
    kind: z.literal('soap_fault'),
    code: z.string().min(1).max(120),
    message: z.string().max(500).optional(),
    http_status: z.int().min(200).max(599).optional(),
  }),
  z.strictObject({
    ...conditions,
    kind: z.literal('http'),
    status: z.int().min(200).max(599),
    body: bodies.optional(),
  }),
  z.strictObject({ ...conditions, kind: z.literal('drop') }),
  z.strictObject({ ...conditions, kind: z.literal('reset') }),
  z.strictObject({ ...conditions, kind: z.literal('hang') }),
  z.strictObject({ ...conditions, kind: z.literal('drip'), bytes: positive.optional(), every_ms: positive.optional() }),
  z.strictObject({ ...conditions, kind: z.literal('truncate') }),
  z.strictObject({ ...conditions, kind: z.literal('oversize'), bytes: positive.max(268_435_456).optional() }),
  z.strictObject({ ...conditions, kind: z.literal('doctype') }),
  z.strictObject({ ...conditions, kind: z.literal('gzip') }),
  z.strictObject({
    ...conditions,
    kind: z.literal('wrong_id'),
    field: z.enum(['id', 'userId', 'client', 'service']).optional(),
  }),
  z.strictObject({ ...time, name: conditions.name, kind: z.literal('refuse') }),
])

/** A faults file. With the same `seed` the same calls get the same faults. */
const faultsSchema = z.strictObject({ seed: z.int().optional(), faults: z.array(ruleSchema) })

/** Every kind of fault. */
export const faultKinds: readonly string[] = ruleSchema.options.map((option) => option.shape.kind.value)

/** Faults as written in the file. */
export type Faults = z.input<typeof faultsSchema>
/** A validated rule. */
export type FaultRule = z.output<typeof ruleSchema>
/** A validated faults file. */
export type CheckedFaults = z.output<typeof faultsSchema>
/** A distribution of delays. */
export type Delay = z.output<typeof delaySchema>

/** The problems of a faults file, each with its path (`faults[2].share`). */
export class FaultsError extends Error {
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(`The faults are not right:\n${problems.map((problem) => `  ${problem}`).join('\n')}`)
    this.name = 'FaultsError'
    this.problems = problems
  }
}

/** Checks faults from a file, the command line or the control interface. Throws a `FaultsError`. */
export function parseFaults(value: unknown): CheckedFaults {
  const read = faultsSchema.safeParse(value)
  if (read.success) return read.data
  throw new FaultsError(read.error.issues.map((issue) => `${placeOf(issue.path)}: ${issue.message}`))
}

function placeOf(path: readonly PropertyKey[]): string {
  const place = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`)).join('')
  return place === '' ? 'the file' : place.replace(/^\./, '')
}
