/**
 * What happens in a round and when, drawn from its seed beforehand. Three lanes (database, workers, registry) run in parallel, each with
 * one fault after another, so faults also overlap.
 */
import type { Faults } from '../../simulator/faults/schema.ts'
import { createDice, type Dice } from './random.ts'

type RegistryFault = Faults['faults'][number]

/** A fault; seconds are its duration. */
export type Fault =
  | { readonly kind: 'postgres killed'; readonly seconds: number }
  | { readonly kind: 'backend killed' }
  | { readonly kind: 'connections ended every second'; readonly seconds: number }
  | { readonly kind: 'fail-over'; readonly seconds: number }
  | { readonly kind: 'worker killed'; readonly worker: number; readonly seconds: number }
  | { readonly kind: 'worker stopped and continued'; readonly worker: number; readonly seconds: number }
  | { readonly kind: 'worker told to end'; readonly worker: number; readonly seconds: number }
  | { readonly kind: 'database silent'; readonly worker: number; readonly seconds: number }
  | { readonly kind: 'database refused'; readonly worker: number; readonly seconds: number }
  | { readonly kind: 'registry silent'; readonly worker: number; readonly seconds: number }
  | {
      readonly kind: 'registry'
      readonly faults: readonly RegistryFault[]
      readonly words: string
      readonly seconds: number
    }

export type Lane = 'database' | 'workers' | 'registry'

/** A fault of a lane, so many seconds after the previous one ended. */
export interface Planned {
  readonly after: number
  readonly fault: Fault
}

export interface Plan {
  readonly seed: number
  readonly seconds: number
  readonly workers: number
  readonly persons: number
  readonly parties: number
  /** Calls a second in the whole cluster. */
  readonly rateLimit: number | 'off'
  readonly lanes: Readonly<Record<Lane, readonly Planned[]>>
}

export interface PlanOptions {
  readonly seed: number
  readonly seconds: number
  readonly leaseSeconds: number
}

/** In rounds this short outages are short as well: after a few failed probes a breaker waits a minute. */
const SHORT_SECONDS = 45

/** Plans a round. */
export function planRound({ seed, seconds, leaseSeconds }: PlanOptions): Plan {
  const dice = createDice(seed)
  const isShort = seconds <= SHORT_SECONDS
  const workers = 3
  return {
    seed,
    seconds,
    workers,
    persons: isShort ? 300 : Math.round(Math.min(4000, 15 * seconds)),
    parties: isShort ? 80 : 400,
    rateLimit: dice.pick([60, 200, 'off']),
    lanes: {
      database: drawLane(dice, seconds, drawDatabase(isShort)),
      workers: drawLane(dice, seconds, (each) => drawWorker(each, workers, leaseSeconds, isShort)),
      registry: drawLane(dice, seconds, (each) => drawRegistry(each, isShort)),
    },
  }
}

const lasts = (fault: Fault) => ('seconds' in fault ? fault.seconds : 0)

function drawLane(dice: Dice, seconds: number, draw: (dice: Dice) => Fault): Planned[] {
  const lane: Planned[] = []
  for (let now = 0; ; ) {
    const after = round(dice.between(0.5, 4))
    const fault = draw(dice)
    now += after + lasts(fault)
    if (now > seconds) return lane
    lane.push({ after, fault })
  }
}

/** At most one failover a round: there is one standby. */
function drawDatabase(isShort: boolean): (dice: Dice) => Fault {
  let mayFailOver = true
  return (dice) => {
    const kind = dice.pick([
      'postgres killed',
      'backend killed',
      'connections ended every second',
      ...(mayFailOver ? (['fail-over', 'fail-over'] as const) : []),
    ])
    switch (kind) {
      case 'postgres killed':
        return { kind, seconds: round(dice.between(0, isShort ? 2 : 15)) }
      case 'backend killed':
        return { kind }
      case 'connections ended every second':
        return { kind, seconds: dice.whole(2, isShort ? 5 : 20) }
      case 'fail-over':
        mayFailOver = false
        return { kind, seconds: round(dice.between(0, isShort ? 1 : 5)) }
    }
  }
}

function drawWorker(dice: Dice, workers: number, leaseSeconds: number, isShort: boolean): Fault {
  const worker = dice.whole(0, workers - 1)
  const kind = dice.pick([
    'worker killed',
    'worker killed',
    'worker stopped and continued',
    'worker stopped and continued',
    'worker told to end',
    'database silent',
    'database silent',
    'database refused',
    'registry silent',
  ])
  switch (kind) {
    case 'worker killed':
    case 'worker told to end':
      return { kind, worker, seconds: round(dice.between(0, isShort ? 2 : 15)) }
    case 'worker stopped and continued':
      // Longer than the lease, so that its pending writes come late.
      return { kind, worker, seconds: round(dice.between(leaseSeconds, isShort ? leaseSeconds + 3 : 60)) }
    case 'database silent':
    case 'database refused':
    case 'registry silent':
      return { kind, worker, seconds: round(dice.between(1, isShort ? leaseSeconds + 2 : 30)) }
  }
}

const OUTAGES: readonly RegistryFault[] = [
  { kind: 'refuse' },
  { kind: 'http', status: 500, body: 'text' },
  { kind: 'http', status: 502, body: 'html' },
  { kind: 'http', status: 200, body: 'html' },
  { kind: 'hang' },
  { kind: 'truncate' },
  { kind: 'status', status: -1 },
  { kind: 'status', status: -2 },
  { kind: 'wrong_id' },
  { kind: 'drop' },
  { kind: 'reset' },
  { kind: 'soap_fault', code: 'Client' },
  { kind: 'soap_fault', code: 'Server.ServerProxy.NetworkError' },
]

function drawRegistry(dice: Dice, isShort: boolean): Fault {
  const outage = dice.pick(OUTAGES)
  // A refused port is refused to everybody.
  const share = outage.kind === 'refuse' ? 1 : dice.pick([0.1, 0.3, 0.6, 1])
  const fault = outage.kind === 'refuse' ? outage : { ...outage, share }
  const { kind, ...details } = outage
  const words = `${kind} ${Object.values(details).join(' ')}`.trim()
  const most = share >= 0.5 ? (isShort ? 1.5 : 20) : isShort ? 5 : 40
  return {
    kind: 'registry',
    faults: [fault],
    words: `${words}, ${share * 100} % of the calls`,
    seconds: round(dice.between(0.5, most)),
  }
}

const round = (seconds: number) => Math.round(seconds * 10) / 10

/** A fault in words. */
export function wordsOf(fault: Fault): string {
  const what = fault.kind === 'registry' ? `registry: ${fault.words}` : fault.kind
  const who = 'worker' in fault ? ` (worker ${fault.worker + 1})` : ''
  return `${what}${who}${'seconds' in fault ? ` for ${fault.seconds} s` : ''}`
}

/** A plan in words, one line for each fault. */
export function* describePlan({ seed, seconds, workers, persons, parties, rateLimit, lanes }: Plan): Generator<string> {
  yield `seed ${seed}: ${seconds} s, ${workers} workers, ${persons} persons, ${parties} parties, rate limit ${rateLimit}`
  for (const [lane, planned] of Object.entries(lanes)) {
    for (const { after, fault } of planned) yield `  ${lane}: ${after} s later ${wordsOf(fault)}`
  }
}
