/**
 * Benchmark C: the client alone, against a SOAP server in another process that answers immediately. `node bench/client.ts` prints calls per
 * second.
 */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { TlsMaterial } from '../simulator/listener.ts'
import { createRegistries, type Registries } from '../src/registries/registries.ts'
import { defineService, type RegistriesSettings } from '../src/registries/services.ts'
import type { GroupSettings, ServiceSettings, TlsFiles } from '../src/trembita/settings.ts'

const service: ServiceSettings = {
  code: 'CheckPassportDMSStatus',
  soapVersion: '1.2',
  action: 'urn:CheckPassportDMSStatus',
  qualified: true,
  empty: 'omit',
  element: 'CheckPassportDMSStatus',
  answerElement: 'CheckPassportDMSStatusResponse',
}

const group: GroupSettings = {
  client: { memberClass: 'GOV', memberCode: '42032422', subsystemCode: 'zvirka_bench' },
  service: { memberClass: 'GOV', memberCode: '00032684', subsystemCode: '20_EIS_prod' },
  rateLimit: 'off',
  concurrency: 32,
  services: { CheckPassportDMSStatus: service },
}

const settings: RegistriesSettings = {
  urls: [],
  timeoutMs: 30_000,
  maxResponseBytes: 1_048_576,
  maxConnections: 32,
  tls: {},
  instance: 'SEVDEIR-TEST',
  userId: 'zvirka-bench',
  protocolVersion: '4.0',
  groups: { mvs: group, drfo: undefined, dracs: undefined },
}

/** The service that the benchmark's client and server use. */
export const benchDefinition = defineService(settings, group, service)

/** The results of one measurement. */
export interface ClientFigures {
  readonly callsPerSecond: number
  /** CPU time of this process per call, user and system, in microseconds. */
  readonly cpuMicroseconds: number
}

/** Starts the bare SOAP server, with mutual TLS if certificates are given. Returns its address and a function to stop it. */
export async function startSoapServer(tls?: TlsMaterial): Promise<{ url: string; stop(): void }> {
  const child: ChildProcess = fork(
    new URL('./soap-server.ts', import.meta.url),
    tls === undefined ? [] : [JSON.stringify(tls)],
  )
  const [port] = (await once(child, 'message')) as [number]
  return { url: `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`, stop: () => child.disconnect() }
}

/** Creates the benchmark's registries for an address. */
export function openBenchRegistries(url: string, tls: TlsFiles = {}): Registries {
  return createRegistries({ settings: { ...settings, urls: [url], tls } })
}

/** Measures the client once: this many calls, with a worker's concurrency. */
export async function measureClient(calls = 40_000): Promise<ClientFigures> {
  const server = await startSoapServer()
  const registries = openBenchRegistries(server.url)
  await run(registries, calls / 10)
  const cpu = process.cpuUsage()
  const begin = performance.now()
  await run(registries, calls)
  const milliseconds = performance.now() - begin
  const { user, system } = process.cpuUsage(cpu)
  await registries.close()
  server.stop()
  return { callsPerSecond: (calls / milliseconds) * 1000, cpuMicroseconds: (user + system) / calls }
}

async function run(registries: Registries, calls: number): Promise<void> {
  let left = calls
  const loop = async () => {
    while (left > 0) {
      left -= 1
      const pasNumber = String(left).padStart(9, '0')
      const result = await registries.checkPassportDmsStatus({ passType: '0101', pasNumber })
      if (result.kind !== 'answer') throw new Error(`the bare server was misunderstood: ${JSON.stringify(result)}`)
    }
  }
  await Promise.all(Array.from({ length: group.concurrency }, loop))
}

if (import.meta.main) {
  const figures: ClientFigures[] = []
  for (let round = 0; round < 5; round += 1) figures.push(await measureClient())
  figures.sort((a, b) => a.callsPerSecond - b.callsPerSecond)
  for (const { callsPerSecond, cpuMicroseconds } of figures) {
    console.log(`${Math.round(callsPerSecond)} calls/s, ${cpuMicroseconds.toFixed(1)} us of CPU a call`)
  }
  console.log(`median: ${Math.round(figures[2]?.callsPerSecond ?? 0)} calls/s`)
}
