/**
 * The simulator's own throughput. A bare HTTP client in another process keeps some keep-alive connections busy with questions about
 * passports and reads only the length of the answers. `node bench/simulator.ts [seconds] [connections]`
 */
import { fork } from 'node:child_process'
import { createConnection, type Socket } from 'node:net'
import { startSimulator } from '../simulator/simulator.ts'
import { envelopeNamespaces, headerPrefixDeclarations, headerXml } from '../src/trembita/protocol.ts'

/** The results of one measurement. */
export interface SimulatorFigures {
  readonly callsPerSecond: number
  /** CPU time of the simulator per call, in microseconds. */
  readonly cpuMicroseconds: number
}

/** Runs a simulator with half a million invalid passports in this process, and a client in another one. */
export async function measureSimulator(seconds = 5, connections = 32): Promise<SimulatorFigures> {
  const simulator = await startSimulator()
  for (let number = 0; number < 500_000; number += 1) {
    simulator.registers.invalidPassports.add({
      passType: '0101',
      pasSerial: 'АА',
      pasNumber: String(number * 2).padStart(6, '0'),
    })
  }
  const client = fork(new URL(import.meta.url), ['ask', ...[seconds, connections, simulator.port].map(String)])
  const before = process.cpuUsage()
  await new Promise((resolve) => client.once('exit', resolve))
  const { user, system } = process.cpuUsage(before)
  const { calls, outcomes } = simulator.state()
  await simulator.close()
  const answered = Object.values(outcomes).flatMap((each) => [each['status_0'] ?? 0, each['status_1'] ?? 0])
  if (answered.reduce((sum, count) => sum + count, 0) !== calls)
    throw new Error(`not all was answered: ${JSON.stringify(outcomes)}`)
  return { callsPerSecond: calls / seconds, cpuMicroseconds: (user + system) / calls }
}

function ask(seconds: number, count: number, to: number): void {
  const sockets = Array.from({ length: count }, () => keepBusy(to))
  setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, seconds * 1000)
}

const subsystem = { xRoadInstance: 'SEVDEIR-TEST', memberClass: 'GOV' }
const client = { ...subsystem, memberCode: '42032422', subsystemCode: 'zvirka' }
const service = {
  ...subsystem,
  memberCode: '00032684',
  subsystemCode: '20_EIS_prod',
  serviceCode: 'CheckPassportDMSStatus',
}

/** One connection: sends a request, reads the whole answer, sends the next. */
function keepBusy(to: number): Socket {
  const socket = createConnection(to, '127.0.0.1')
  let left = 0
  const next = () => socket.write(request())
  socket.on('connect', next)
  socket.on('data', (chunk: Buffer) => {
    if (left === 0) {
      const head = chunk.indexOf('\r\n\r\n')
      const length = Number(/content-length: (\d+)/i.exec(chunk.toString('latin1', 0, head))?.[1])
      left = length - (chunk.length - head - 4)
    } else {
      left -= chunk.length
    }
    if (left === 0) next()
  })
  return socket
}

let asked = 0

function request(): string {
  asked += 1
  const number = String((asked * 7919) % 1_000_000).padStart(6, '0')
  const header = headerXml({ client, service, userId: 'bench', id: crypto.randomUUID(), protocolVersion: '4.0' })
  const body =
    `<env:Envelope xmlns:env="${envelopeNamespaces['1.2']}" ${headerPrefixDeclarations}><env:Header>${header}</env:Header><env:Body>` +
    '<CheckPassportDMSStatus><PassType>0101</PassType><PasSerial>АА</PasSerial>' +
    `<PasNumber>${number}</PasNumber></CheckPassportDMSStatus></env:Body></env:Envelope>`
  return (
    'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/soap+xml;charset=UTF-8;action="urn:CheckPassportDMSStatus"\r\n' +
    `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
  )
}

if (import.meta.main) {
  const [, , role, ...rest] = process.argv
  if (role === 'ask') {
    const [seconds = 5, connections = 32, port = 0] = rest.map(Number)
    ask(seconds, connections, port)
  } else {
    const [seconds = 5, connections = 32] = process.argv.slice(2).map(Number)
    const { callsPerSecond, cpuMicroseconds } = await measureSimulator(seconds, connections)
    console.log(
      `${Math.round(callsPerSecond)} calls/s, ${cpuMicroseconds.toFixed(1)} us of CPU a call in the simulator`,
    )
  }
}
