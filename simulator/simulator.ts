/**
 * The registry simulator (spec 3.4): a server that speaks Trembita's protocol and answers from given data. It shares only the XML reader
 * and writer and the protocol's names with the client.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Call, CallLog, type QuestionStyle } from './call-log.ts'
import { handleControl } from './control/server.ts'
import { type Holdings, holdingsOf, type SimulatorState, stateOf } from './control/state.ts'
import { Exchange } from './exchange.ts'
import { FaultEngine } from './faults/engine.ts'
import { PortRefusals } from './faults/refusals.ts'
import { type Faults, parseFaults } from './faults/schema.ts'
import { handleHttp } from './http.ts'
import { Listener, type TlsMaterial } from './listener.ts'
import { emptyRegisters, type SimulatedRegisters } from './registries/load.ts'
import { Members, providers } from './security-server/members.ts'
import type { AnswerStyle } from './services/answer.ts'
import type { DracsNames } from './services/death-acts.ts'

/** Options of a simulator; all have defaults. */
export interface SimulatorOptions {
  /** The default 0 takes any free port. */
  readonly port?: number
  /** Default: 127.0.0.1. */
  readonly host?: string
  /** The data; default: empty registers. `loadRegistries` reads them from files. */
  readonly registers?: SimulatedRegisters
  readonly faults?: Faults
  /** For faults whose file has no seed. */
  readonly seed?: number
  /** Patterns `INSTANCE/CLASS/CODE/SUBSYSTEM` of registered clients; default: all except the reserved code. */
  readonly clients?: readonly string[]
  /** Patterns of clients that are registered without access. */
  readonly denied?: readonly string[]
  readonly answers?: AnswerStyle
  /** Whether answers contain requestHash (SHA-512); default: true. */
  readonly requestHash?: boolean
  /** The spelling of an act of death's fields; default: `camel`. */
  readonly dracsNames?: DracsNames
  /** Enables HTTPS, which requires a client certificate. */
  readonly tls?: TlsMaterial
  /** The control interface's port on 127.0.0.1; default: none; 0 takes any. */
  readonly controlPort?: number
  /** How many calls `calls()` returns at most; default: 10,000. */
  readonly callLogSize?: number
  /** A file to which every call is appended, as NDJSON. */
  readonly logFile?: string
  /** How the file and the control interface show questions; default: digest. */
  readonly questions?: QuestionStyle
  /** A clock in milliseconds for the faults' times and rates. */
  readonly now?: () => number
}

/** A running simulator. */
export interface Simulator {
  /** The address to post to. */
  readonly url: string
  readonly port: number
  readonly controlUrl: string | undefined
  /** Its data, which may be changed at any time. */
  readonly registers: SimulatedRegisters
  /** Replaces all faults and restarts their times and counters. Throws a FaultsError. */
  setFaults(faults: Faults): Promise<void>
  clearFaults(): Promise<void>
  holds(): Holdings
  state(): SimulatorState
  /** The latest calls, oldest first. */
  calls(): Call[]
  resetCalls(): void
  close(): Promise<void>
}

/** Starts a simulator; resolves when it listens. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const startedAt = new Date()
  const registers = options.registers ?? emptyRegisters()
  const now = options.now ?? (() => performance.now())
  const log = new CallLog({
    capacity: options.callLogSize ?? 10_000,
    style: options.questions ?? 'digest',
    file: options.logFile,
  })
  const engineOf = (faults: unknown) => new FaultEngine(parseFaults(faults), options.seed ?? 1, now)
  let faults = engineOf(options.faults ?? { faults: [] })
  const members = new Members({ providers, clients: options.clients ?? [], denied: options.denied ?? [] })
  const exchange = new Exchange(
    {
      ...{ registers, members, log },
      answers: options.answers ?? 'trembita',
      requestHash: options.requestHash ?? true,
      dracsNames: options.dracsNames ?? 'camel',
    },
    () => faults,
  )
  const state = () => stateOf(startedAt, registers, log, faults)
  const scheme = options.tls === undefined ? 'http' : 'https'
  const host = options.host ?? '127.0.0.1'
  const listener = new Listener({ host, port: options.port ?? 0, tls: options.tls }, (request, response) =>
    handleHttp({ exchange, members, state, scheme }, request, response),
  )
  await listener.open()
  const refusals = new PortRefusals(listener)
  const setFaults = async (value: unknown) => {
    const engine = engineOf(value)
    faults = engine
    await refusals.schedule(engine.refusals)
  }
  await refusals.schedule(faults.refusals)
  const control = await openControl(options.controlPort, { registers, log, state, setFaults }).catch(async (error) => {
    refusals.stop()
    await listener.close()
    throw error
  })
  return {
    url: `${scheme}://${host.includes(':') ? `[${host}]` : host}:${listener.port}/`,
    port: listener.port,
    controlUrl: control === undefined ? undefined : `http://127.0.0.1:${control.port}/__control/`,
    registers,
    setFaults,
    clearFaults: () => setFaults({ faults: [] }),
    holds: () => holdingsOf(registers),
    state,
    calls: () => log.calls(),
    resetCalls: () => log.reset(),
    async close() {
      refusals.stop()
      await Promise.all([listener.close(), control?.close()])
      await log.close()
    },
  }
}

async function openControl(
  port: number | undefined,
  controlled: Parameters<typeof handleControl>[0],
): Promise<Listener | undefined> {
  if (port === undefined) return undefined
  const listener = new Listener({ host: '127.0.0.1', port }, (request: IncomingMessage, response: ServerResponse) => {
    handleControl(controlled, request, response).catch(() => response.destroy())
  })
  await listener.open()
  return listener
}
