/** `zvirka erase person|confirm|withdraw|list|party`: erasing a person's data, which takes two people. */
import { Command } from 'commander'
import { type Database, openDatabase } from '../database/database.ts'
import {
  confirmErasure,
  type ErasureRefusal,
  findOrders,
  GOES,
  type Operator,
  previewErasure,
  requestErasure,
  type Traces,
  withdrawErasure,
} from '../erasure/erasure.ts'
import { HOURS_TO_CONFIRM, type Order } from '../erasure/plans/orders.ts'
import { tracesOf } from '../erasure/plans/traces.ts'
import type { StreamTraces } from '../streams/registration.ts'
import { ownStreamsOf } from '../verification-store/kinds.ts'
import { withContext } from './context.ts'
import { CommandFailure, type ExitCode, ending, exitCode, UsageError } from './exit.ts'
import { kyivTime } from './instants.ts'
import { reason, uuid } from './options.ts'
import { requireOwner } from './owner.ts'
import { readyDatabase } from './ready-database.ts'
import { commandActor } from './recorded.ts'
import { table } from './table.ts'
import { number } from './words.ts'

interface Typed {
  readonly dryRun?: true
  readonly reason?: string
  readonly json?: true
}

const HELP = `
It takes two people: one requests the erasure with --reason, and another, logged in to the operating system under a different name,
confirms it within ${HOURS_TO_CONFIRM} hours. The audit records both. A new order for the same person replaces one that waits. The database login must
be able to use the role zvirka_owner, as for zvirka migrate. Workers may run meanwhile. The erasure is one transaction.

See docs/erasing.md. Backups are not changed: after a restore, erase the person again.`

const PERSON_HELP = `
--json: {"person", "state": "dry_run" | "waiting" | "erased", "order", "expires_at", "goes": {"fields": [names], …counts}, "stays":
  {name: {"count", "why"}}}; if the person is erased already: {"person", "state": "erased", "order", "erased_at"}

Examples:
  $ zvirka erase person e583ec28-c300-4a7d-9e11-35a9bc793c72 --dry-run
  $ zvirka erase person e583ec28-c300-4a7d-9e11-35a9bc793c72 --reason "court order 752/1234/26 of 2026-11-02"`

/** `zvirka erase`. */
export function eraseCommand(): Command {
  const erase = new Command('erase')
    .description("erase a person's data, on a court order or the person's lawful request; it takes two people")
    .helpCommand(false)
  erase.addHelpText('after', HELP)
  erase
    .command('person')
    .description('request the erasure; with --dry-run, show what would be erased and what would stay, and why')
    .argument('<id>', "the person's id", uuid)
    .option('--dry-run', 'show only, change nothing')
    .option(
      '--reason <text>',
      'the court order or request, at least 10 characters; it is kept, so write nothing personal',
      reason,
    )
    .option('--json', 'print one JSON object')
    .addHelpText('after', PERSON_HELP)
    .action(ending((id: string, typed: Typed) => runPerson(id, typed)))
  erase
    .command('confirm')
    .description("confirm another person's order and erase the data")
    .argument('<order>', "the order's id", uuid)
    .option('--json', 'print one JSON object: {"person", "state": "erased", "order", "erased_at", "goes"}')
    .action(ending((id: string, typed: Typed) => owning((database, by) => confirm(database, by, id, typed))))
  erase
    .command('withdraw')
    .description('withdraw an order that waits for confirmation')
    .argument('<order>', "the order's id", uuid)
    .action(ending((id: string) => owning((database, by) => withdraw(database, by, id))))
  erase
    .command('list')
    .description('every order: who asked, who confirmed, when')
    .option('--json', 'print a JSON array')
    .action(ending((typed: Typed) => owning((database, by) => list(database, by, typed))))
  erase
    .command('party')
    .description('always refused: health workers are employees, whose records the law requires to keep')
    .argument('<id>', "the party's id", uuid)
    .action(ending(async () => refuseParty()))
  return erase
}

function refuseParty(): never {
  throw new CommandFailure(
    'a party cannot be erased: health workers are employees, whose records the law requires to keep',
    'dismiss the employee on the platform, and keep the record until its time is over; what is wrong in it is corrected by zvirka import parties',
  )
}

/** Opens the database as its owner, which no login of the API or a worker may be. */
function owning(work: (database: Database, by: Operator) => Promise<ExitCode>): Promise<ExitCode> {
  return withContext({ isConversation: true }, async (context) => {
    const { url } = await readyDatabase(context, 'look')
    await requireOwner(url, 'may erase')
    const database = openDatabase({ url, role: 'zvirka_owner', applicationName: 'zvirka erase', max: 1 })
    context.defer(() => database.close())
    return work(database, commandActor(context.settings))
  })
}

function runPerson(id: string, typed: Typed): Promise<ExitCode> {
  if ((typed.dryRun === true) === (typed.reason !== undefined)) {
    throw new UsageError('give either --dry-run or --reason', 'zvirka erase person --help')
  }
  return owning(async (database, by) => {
    if (typed.reason === undefined) {
      const found = await previewErasure(database, id, by)
      if (found.kind !== 'there') return refuse(id, typed, found)
      told(typed, { person: id, state: 'dry_run', ...tracesJson(found.traces) }, [
        `erasing person ${id} would erase:`,
        ...tracesText(found.traces),
      ])
      return exitCode.done
    }
    const asked = await requestErasure(database, id, typed.reason, by)
    if (asked.kind !== 'waiting') return refuse(id, typed, asked)
    const { order, traces } = asked
    const { id: orderId, expires_at: expires } = order
    told(
      typed,
      { person: id, state: 'waiting', order: orderId, expires_at: expires.toISOString(), ...tracesJson(traces) },
      [
        `order ${orderId}: erase person ${id}. Nothing is erased yet. It would erase:`,
        ...tracesText(traces),
        `Another person must confirm it before ${kyivTime(expires)} (Kyiv): zvirka erase confirm ${orderId}`,
      ],
    )
    return exitCode.done
  })
}

function refuse(id: string, typed: Typed, refusal: ErasureRefusal): ExitCode {
  switch (refusal.kind) {
    case 'missing':
      throw new CommandFailure(`there is no person ${id}`)
    case 'party':
      return refuseParty()
    case 'already': {
      const { order, at } = refusal
      return tellErased(typed, id, order, at, 'was erased already')
    }
  }
}

function tellErased(typed: Typed, person: string, order: Order | undefined, at: Date, words: string): ExitCode {
  const by =
    order === undefined ? '' : `, by order ${order.id} of ${order.requested_by}, confirmed by ${order.ended_by}`
  told(
    typed,
    { person, state: 'erased', order: order?.id ?? null, erased_at: at.toISOString(), goes: order?.counts ?? null },
    [`person ${person} ${words}, ${kyivTime(at)} Kyiv${by}`],
  )
  return exitCode.done
}

async function confirm(database: Database, by: Operator, id: string, typed: Typed): Promise<ExitCode> {
  const result = await confirmErasure(database, id, by)
  switch (result.kind) {
    case 'missing':
      throw noOrder(id)
    case 'ended':
      throw ended(result.order)
    case 'same_user':
      throw new CommandFailure(
        `${result.order.requested_by} gave this order, and another person must confirm it`,
        'another person must run this command under their own login',
      )
    case 'changed':
      throw new CommandFailure(
        `the data of person ${result.order.person_id} have changed since the order was given; nothing was erased`,
        `see what has changed (zvirka erase person ${result.order.person_id} --dry-run) and give the order again`,
      )
    case 'already':
    case 'erased': {
      const { order } = result
      const words = result.kind === 'erased' ? 'is erased' : 'was erased already'
      return tellErased(typed, order.person_id, order, order.ended_at ?? new Date(), words)
    }
  }
}

async function withdraw(database: Database, by: Operator, id: string): Promise<ExitCode> {
  const result = await withdrawErasure(database, id, by)
  if (result.kind === 'missing') throw noOrder(id)
  if (result.kind === 'ended') throw ended(result.order)
  process.stdout.write(`order ${id} is withdrawn; nothing was erased\n`)
  return exitCode.done
}

function noOrder(id: string): CommandFailure {
  return new CommandFailure(`there is no order ${id}`, 'zvirka erase list shows the orders')
}

function ended({ id, state, person_id: person, expires_at: expires }: Order): CommandFailure {
  const how = state === 'expired' ? `expired at ${kyivTime(expires)} Kyiv` : `is ${state}`
  return new CommandFailure(`order ${id} ${how}`, `to give a new one: zvirka erase person ${person} --reason …`)
}

async function list(database: Database, by: Operator, typed: Typed): Promise<ExitCode> {
  const orders = await findOrders(database, by)
  if (typed.json === true) process.stdout.write(`${JSON.stringify(orders)}\n`)
  else {
    const rows = orders.map((order) => [
      ...[order.id, order.person_id, order.state, order.requested_by, kyivTime(order.requested_at)],
      ...[order.ended_by ?? '', order.reason],
    ])
    process.stdout.write(
      `${table(['ORDER', 'PERSON', 'STATE', 'ASKED BY', 'AT', 'ENDED BY', 'REASON'], rows).join('\n')}\n`,
    )
  }
  return exitCode.done
}

function told({ json }: Typed, object: object, lines: readonly string[]): void {
  process.stdout.write(json === true ? `${JSON.stringify(object)}\n` : `${lines.join('\n')}\n`)
}

const ofAnswers = <T>(suffix: string, words: (of: StreamTraces) => T): Record<string, T> =>
  Object.fromEntries(ownStreamsOf('person').map((stream) => [`${stream}_${suffix}`, words(tracesOf(stream))]))

/** What is deleted, in words. */
const GONE: Readonly<Record<string, string>> = {
  documents: 'documents',
  comments: 'comments of officials',
  digests: 'digest of what the last import brought',
  unzr_info: 'encrypted records from the UNZR register',
  ...ofAnswers('answers', ({ gone }) => gone),
}

/** What is kept, in words, and why. */
const KEPT: Readonly<Record<string, readonly [what: string, why: string]>> = {
  record: [
    'record of the person',
    'an inactive record with the id and placeholders, so that an import cannot bring the person back',
  ],
  verification: [
    'verification summary with its checks',
    'codes only, all set to "not needed"; writers lock these rows',
  ],
  history: ['history entries', 'ids and codes only, for statistics'],
  events: ['events', 'ids and codes only; clients that follow events must not find gaps'],
  audit: ['audit records', 'the law requires a record of who read and wrote; ids only'],
  declarations: ['declarations', 'ids only; the platform owns them and ends them'],
  ...ofAnswers('held', ({ kept }) => kept),
  parties: [
    'parties with the same document, or tax id and birth date',
    'employees, whose records the law requires to keep',
  ],
}

function staying({ counts }: Traces): [name: string, count: number][] {
  const named = (name: string): [string, number] => [
    name,
    counts[name] ?? (/^(record|verification)$/.test(name) ? 1 : 0),
  ]
  return Object.keys(KEPT).map(named)
}

function tracesJson(traces: Traces) {
  const goes = Object.fromEntries(GOES.map((name) => [name, traces.counts[name] ?? 0]))
  const stays = staying(traces).map(([name, count]) => [name, { count, why: KEPT[name]?.[1] }])
  return { goes: { fields: traces.fields, ...goes }, stays: Object.fromEntries(stays) }
}

function tracesText(traces: Traces): string[] {
  const line = (count: number, words: string) => `  ${number(count).padStart(5)}  ${words}`
  const gone = GOES.map((name) => [traces.counts[name] ?? 0, GONE[name] ?? name] as const)
  return [
    `         ${traces.fields.join(', ')}`,
    ...gone.filter(([count]) => count > 0).map(([count, words]) => line(count, words)),
    'and leave:',
    ...staying(traces)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => line(count, `${KEPT[name]?.[0]} (${KEPT[name]?.[1]})`)),
  ]
}
