/** The control interface: a separate port on loopback, for tests and for operators of the simulator (docs/simulator.md). */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { z } from 'zod'
import type { CallLog } from '../call-log.ts'
import { FaultsError } from '../faults/schema.ts'
import { passportOf, passportRecordSchema, type SimulatedRegisters } from '../registries/load.ts'
import type { PassportSet } from '../registries/passport-set.ts'
import { deathRecordSchema, drfoRecordSchema, unzrRecordSchema } from '../registries/records.ts'
import type { SimulatorState } from './state.ts'

/** What the control interface controls. */
interface ControlledSimulator {
  readonly registers: SimulatedRegisters
  readonly log: CallLog
  state(): SimulatorState
  setFaults(faults: unknown): Promise<void>
}

interface ControlAnswer {
  readonly status: number
  readonly value: unknown
}

const maxBodyBytes = 1 << 26
const localNames = new Set(['127.0.0.1', 'localhost', '[::1]'])
const done: ControlAnswer = { status: 200, value: { ok: true } }

/** Handles one control request. Only requests from this machine are answered, and none from web pages of other origins. */
export async function handleControl(
  controlled: ControlledSimulator,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const answer = await refusalOf(request, () => route(controlled, request))
  const body = `${JSON.stringify(answer.value)}\n`
  response
    .writeHead(answer.status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) })
    .end(body)
}

async function refusalOf(request: IncomingMessage, work: () => Promise<ControlAnswer>): Promise<ControlAnswer> {
  const host = (request.headers.host ?? '').replace(/:\d+$/, '')
  // Browsers send an Origin header; with DNS rebinding the Host is not one of our names.
  if (!isLoopback(request.socket.remoteAddress) || !localNames.has(host) || request.headers.origin !== undefined) {
    return problem(403, 'the control interface is for programs of this machine')
  }
  try {
    return await work()
  } catch (error) {
    if (error instanceof FaultsError) return { status: 400, value: { problems: error.problems } }
    if (error instanceof z.ZodError) return { status: 400, value: { problems: error.issues.map(issueText) } }
    if (error instanceof SyntaxError) return problem(400, 'the body is no JSON')
    if (error instanceof RangeError) return problem(413, error.message)
    throw error
  }
}

async function route(controlled: ControlledSimulator, request: IncomingMessage): Promise<ControlAnswer> {
  const url = URL.parse(request.url ?? '/', 'http://localhost')
  if (url === null) return problem(404, 'no such control')
  const method = request.method ?? 'GET'
  switch (`${method} ${url.pathname}`) {
    case 'GET /__control/state':
      return { status: 200, value: controlled.state() }
    case 'GET /__control/calls':
      return { status: 200, value: callsOf(controlled.log, url.searchParams) }
    case 'DELETE /__control/calls':
      controlled.log.reset()
      return done
    case 'PUT /__control/faults':
      await controlled.setFaults(JSON.parse(await bodyOf(request)))
      return done
    case 'DELETE /__control/faults':
      await controlled.setFaults({ faults: [] })
      return done
  }
  const [, register = ''] = /^\/__control\/([a-z-]+)$/.exec(url.pathname) ?? []
  const change = Object.hasOwn(CHANGES, register) ? CHANGES[register] : undefined
  if (change === undefined || (method !== 'PUT' && method !== 'DELETE')) return problem(404, 'no such control')
  change(controlled.registers, method === 'PUT', JSON.parse(await bodyOf(request)))
  return done
}

/** How each register is changed. The record has the format of the register's file (spec 7.3). */
const CHANGES: Readonly<Record<string, (registers: SimulatedRegisters, isAdded: boolean, record: unknown) => void>> = {
  'invalid-passports': ({ invalidPassports }, isAdded, record) => changePassports(invalidPassports, isAdded, record),
  'stolen-passports': ({ stolenPassports }, isAdded, record) => changePassports(stolenPassports, isAdded, record),
  unzr({ unzr }, isAdded, record) {
    if (isAdded) unzr.add(unzrRecordSchema.parse(record))
    else unzr.delete(unzrRecordSchema.pick({ unzr: true }).parse(record).unzr)
  },
  drfo({ drfo }, isAdded, record) {
    if (isAdded) drfo.add(drfoRecordSchema.parse(record))
    else drfo.delete(drfoRecordSchema.pick({ rnokpp: true }).parse(record).rnokpp)
  },
  'death-acts'({ deaths }, isAdded, record) {
    if (isAdded) deaths.add(deathRecordSchema.parse(record))
    else deaths.delete(z.object({ ar_reg_number: z.string() }).parse(record).ar_reg_number)
  },
}

function changePassports(register: PassportSet, isAdded: boolean, record: unknown): void {
  const passport = passportOf(passportRecordSchema.parse(record))
  if (isAdded) register.add(passport)
  else register.delete(passport)
}

/** The last calls, newest last; filtered by `service`, `outcome` and `limit` (100). */
function callsOf(log: CallLog, query: URLSearchParams): unknown {
  const limit = Number(query.get('limit') ?? 100)
  const chosen = log
    .calls()
    .filter((call) => !query.has('service') || call.service === query.get('service'))
    .filter((call) => !query.has('outcome') || call.outcome === query.get('outcome'))
  return { total: log.total, calls: chosen.slice(-limit || chosen.length).map((call) => log.shown(call)) }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > maxBodyBytes) throw new RangeError(`more than ${maxBodyBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (/^(::ffff:)?127\./.test(address) || address === '::1')
}

function issueText(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.') || 'the body'}: ${issue.message}`
}

function problem(status: number, text: string): ControlAnswer {
  return { status, value: { problems: [text] } }
}
