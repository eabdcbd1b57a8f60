/** The registry simulator of the benchmarks, in a process of its own, on the same cores as everything else. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { Faults } from '../simulator/faults/schema.ts'
import { emptyRegisters } from '../simulator/registries/load.ts'
import { startSimulator } from '../simulator/simulator.ts'
import { isFound } from './engine.ts'

/** Starts it with the documents of so many persons, each answer so late; answers with its address and how to end it. */
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
