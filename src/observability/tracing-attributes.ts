/** The names of facts in traces: OpenTelemetry's own if it has one, otherwise `zvirka.…`. */
import type { Facts } from './tracing.ts'

const names: { readonly [Key in Exclude<keyof Facts, 'counts'>]-?: string } = {
  process: 'zvirka.process',
  run: 'zvirka.run.id',
  worker: 'zvirka.worker.id',
  subjectId: 'zvirka.subject.id',
  service: 'zvirka.service',
  server: 'zvirka.server',
  messageId: 'zvirka.message.id',
  transactionId: 'zvirka.transaction.id',
  faultDetail: 'zvirka.fault.detail',
  attempt: 'zvirka.call.attempt',
  probe: 'zvirka.probe',
  cause: 'zvirka.run.cause',
  state: 'zvirka.state',
  outcome: 'zvirka.outcome',
  code: 'error.type',
  whose: 'zvirka.error.whose',
  status: 'http.response.status_code',
  reason: 'zvirka.reason',
  queueMilliseconds: 'zvirka.wait.queue_ms',
  turnMilliseconds: 'zvirka.wait.turn_ms',
  retries: 'zvirka.retries',
}

/** Facts as attributes; counts become `zvirka.count.<name>`, without zeros. */
export function attributesOf({ counts, ...facts }: Facts): Record<string, string | number | boolean> {
  const attributes: Record<string, string | number | boolean> = {}
  for (const [key, value] of Object.entries(facts)) attributes[names[key as keyof typeof names]] = value
  for (const [name, count] of Object.entries(counts ?? {})) {
    if (count !== 0) attributes[`zvirka.count.${name}`] = count
  }
  return attributes
}

/** Every attribute name except those of counts, for the documentation. */
export const attributeNames: readonly string[] = Object.values(names)
