/** The benchmarks' registry simulator, in a separate process on the same cores. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Faults } from '../simulator/faults/schema.ts'
import { emptyRegisters } from '../simulator/registries/load.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { isFound } from './engine.ts'

/** Starts it with the documents of this many persons and a delay for each answer. Returns its address and a function to stop it. */
export async function startRegistry(persons: number, latencyMs = 0): Promise<{ url: string; stop(): void }> {
  const child: ChildProcess = fork(new URL(import.meta.url), [String(persons), String(latencyMs)])
  const [url] = (await once(child, 'message')) as [string]
  return { url, stop: () => child.disconnect() }
}

if (import.meta.main) {
  const registers = emptyRegisters()
  const persons = Number(process.argv[2])
  for (let number = 0; number <= persons; number += 1) {
    if (!isFound(number)) continue
    registers.invalidPassports.add({ passType: '0101', pasSerial: '', pasNumber: String(number).padStart(9, '0') })
  }
  const ms = Number(process.argv[3])
  const faults: Faults = { faults: ms > 0 ? [{ kind: 'latency', delay: { distribution: 'fixed', ms } }] : [] }
  const simulator = await startSimulator({ registers, callLogSize: 1, faults })
  process.send?.(simulator.url)
  process.once('disconnect', () => process.exit())
}
