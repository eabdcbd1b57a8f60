/**
 * Compares our client with others against the same server in a separate process: node-soap, a common SOAP client, and bare undici with a
 * fixed body, the lower bound for any client based on undici. Over plain HTTP and mutual TLS. `node bench/trembita.ts [quick]`
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import soap from 'soap'
import { Pool } from 'undici'
import { services } from '../simulator/services/service.ts'
import { wsdlOf } from '../simulator/services/wsdl.ts'
import { createTemplate } from '../src/trembita/envelope.ts'
import { headerAroundId } from '../src/trembita/protocol.ts'
import { makeCertificate } from '../test/trembita/support/certificates.ts'
import { benchDefinition, type ClientFigures, openBenchRegistries, startSoapServer } from './client.ts'
import { median } from './median.ts'

const connections = 32

/** One round with the three clients. */
export interface ClientComparison {
  readonly ours: ClientFigures
  readonly nodeSoap: ClientFigures
  readonly bareUndici: ClientFigures
}

/** A client that makes one call. */
interface Contender {
  call(number: string): Promise<unknown>
  close(): Promise<void>
}

interface Certificates {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

/** Certificates of both sides, signed by one CA, and a folder with ours. */
function makeTls() {
  const authority = makeCertificate({ name: 'authority', isAuthority: true })
  const make = (name: string): Certificates => {
    const { certificate, key } = makeCertificate({ name, issuer: authority, hosts: ['127.0.0.1'] })
    return { cert: certificate, key, ca: authority.certificate }
  }
  return { server: make('server'), client: make('client') }
}

/** Measures each client once. */
export async function compareClients(isSecure: boolean, calls = 20_000): Promise<ClientComparison> {
  const tls = isSecure ? makeTls() : undefined
  const folder = mkdtempSync(join(tmpdir(), 'zvirka-bench-'))
  const server = await startSoapServer(tls?.server)
  try {
    return {
      ours: await measure(openOurs(server.url, folder, tls?.client), calls),
      bareUndici: await measure(openUndici(server.url, tls?.client), calls),
      nodeSoap: await measure(await openNodeSoap(server.url, folder, tls?.client), calls / 10),
    }
  } finally {
    server.stop()
    rmSync(folder, { recursive: true })
  }
}

async function measure(contender: Contender, calls: number): Promise<ClientFigures> {
  await run(contender, calls / 10)
  const cpu = process.cpuUsage()
  const begin = performance.now()
  await run(contender, calls)
  const milliseconds = performance.now() - begin
  const { user, system } = process.cpuUsage(cpu)
  await contender.close()
  return { callsPerSecond: (calls / milliseconds) * 1000, cpuMicroseconds: (user + system) / calls }
}

async function run({ call }: Contender, calls: number): Promise<void> {
  let left = calls
  const loop = async () => {
    while (left > 0) {
      left -= 1
      await call(String(left).padStart(9, '0'))
    }
  }
  await Promise.all(Array.from({ length: connections }, loop))
}

function openOurs(url: string, folder: string, own: Certificates | undefined): Contender {
  const file = (name: string, content: string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  const files = own && { certificate: file('cert', own.cert), key: file('key', own.key), authority: file('ca', own.ca) }
  const registries = openBenchRegistries(url, files)
  return {
    async call(pasNumber) {
      const result = await registries.checkPassportDmsStatus({ passType: '0101', pasNumber })
      if (result.kind !== 'answer') throw new Error(`the bare server was misunderstood: ${JSON.stringify(result)}`)
    },
    close: () => registries.close(),
  }
}

function openUndici(url: string, own: Certificates | undefined): Contender {
  const pool = new Pool(url, { connections, pipelining: 1, allowH2: false, ...(own && { connect: { ...own } }) })
  const template = createTemplate(benchDefinition, ['PassType', 'PasSerial', 'PasNumber'])
  const body = template.write(crypto.randomUUID(), ['0101', undefined, '000000001']) ?? ''
  return {
    async call() {
      const response = await pool.request({ path: '/', method: 'POST', headers: [...template.headers], body })
      await response.body.arrayBuffer()
    },
    close: () => pool.close(),
  }
}

async function openNodeSoap(url: string, folder: string, own: Certificates | undefined): Promise<Contender> {
  const { service } = benchDefinition
  const wsdl = join(folder, 'service.wsdl')
  writeFileSync(wsdl, wsdlOf(services.CheckPassportDMSStatus, service, `${url}/`))
  const client = await soap.createClientAsync(wsdl, { forceSoap12Headers: true, disableCache: true })
  client.setEndpoint(`${url}/`)
  // With persistent connections, which Node's own agent provides for plain HTTP.
  if (own !== undefined) {
    const pem = (text: string) => Buffer.from(text)
    const options = { forever: true, keepAlive: true }
    client.setSecurity(new soap.ClientSSLSecurity(pem(own.key), pem(own.cert), pem(own.ca), options))
  }
  const method: unknown = client[`${service.serviceCode}Async`]
  if (typeof method !== 'function') throw new Error('the WSDL lacks the service')
  // Prepared once, with the prefixes from the WSDL: the cheapest way.
  const { before, after } = headerAroundId(benchDefinition)
  const [start, end] = [before, after].map((part) => part.replaceAll('xro:', 'xroad:').replaceAll('iden:', 'id:'))
  return {
    async call(PasNumber) {
      client.clearSoapHeaders()
      client.addSoapHeader(`${start}${crypto.randomUUID()}${end}`)
      const [{ PasStatus }] = await method({ PassType: '0101', PasNumber })
      if (PasStatus !== 0 && PasStatus !== '0') throw new Error('node-soap misunderstood the bare server')
    },
    close: () => Promise.resolve(),
  }
}

/** The result of a comparison: medians of several rounds. */
export interface ClientRatios {
  readonly callsPerSecond: Readonly<Record<keyof ClientComparison, number>>
  readonly cpuMicroseconds: Readonly<Record<keyof ClientComparison, number>>
  /** Our calls per second divided by node-soap's. */
  readonly againstNodeSoap: number
  /** Our CPU per call divided by bare undici's. */
  readonly againstUndici: number
}

/** Compares in several rounds; each ratio is of figures from the same round. */
export async function measureClients(isSecure: boolean, rounds: number, calls?: number): Promise<ClientRatios> {
  const all: ClientComparison[] = []
  for (let round = 0; round < rounds; round += 1) all.push(await compareClients(isSecure, calls))
  const middle = (pick: (round: ClientComparison) => number) => median(all.map(pick))
  const each = (figure: keyof ClientFigures) => ({
    ours: middle(({ ours }) => ours[figure]),
    nodeSoap: middle(({ nodeSoap }) => nodeSoap[figure]),
    bareUndici: middle(({ bareUndici }) => bareUndici[figure]),
  })
  return {
    callsPerSecond: each('callsPerSecond'),
    cpuMicroseconds: each('cpuMicroseconds'),
    againstNodeSoap: middle(({ ours, nodeSoap }) => ours.callsPerSecond / nodeSoap.callsPerSecond),
    againstUndici: middle(({ ours, bareUndici }) => ours.cpuMicroseconds / bareUndici.cpuMicroseconds),
  }
}

/** Measures and prints everything, in the format of `npm run bench`. */
export async function benchTrembita(print: (words: string, figure: string) => void, isQuick: boolean): Promise<void> {
  for (const [way, isSecure] of [
    ['plain', false],
    ['mutual TLS', true],
  ] as const) {
    const { callsPerSecond, cpuMicroseconds, ...ratios } = await measureClients(
      isSecure,
      isQuick ? 1 : 5,
      isQuick ? 4000 : 20_000,
    )
    const line = (name: string, key: keyof ClientComparison) =>
      print(
        `${name}, ${way}`,
        `${Math.round(callsPerSecond[key])} calls/s, ${cpuMicroseconds[key].toFixed(0)} us of CPU a call`,
      )
    line('our client', 'ours')
    line('node-soap', 'nodeSoap')
    line('bare undici, a fixed body', 'bareUndici')
    print(`(f) our calls a second / node-soap's, ${way}`, `${ratios.againstNodeSoap.toFixed(1)} (aim: at least 6)`)
    print(`(g) our CPU a call / bare undici's, ${way}`, `${ratios.againstUndici.toFixed(2)} (aim: at most 2.5)`)
  }
}

if (import.meta.main) {
  await benchTrembita((words, figure) => console.log(`${words.padEnd(52)} ${figure}`), process.argv.includes('quick'))
}
