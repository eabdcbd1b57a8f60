/** What the simulator reports about itself: counts, never a document or a name. */
import type { CallLog } from '../call-log.ts'
import type { FaultEngine, RuleState } from '../faults/engine.ts'
import type { SimulatedRegisters } from '../registries/load.ts'

/** The sizes of the registers. */
export interface Holdings {
  readonly invalid_passports: number
  readonly stolen_passports: number
  readonly unzr: number
  readonly drfo: number
  readonly death_acts: number
}

/** The response of `GET /__control/state`. */
export interface SimulatorState {
  readonly started_at: string
  readonly holds: Holdings
  readonly calls: number
  readonly outcomes: Record<string, Record<string, number>>
  readonly faults: readonly RuleState[]
}

/** Counts the registers' records. */
export function holdingsOf(registers: SimulatedRegisters): Holdings {
  return {
    invalid_passports: registers.invalidPassports.size,
    stolen_passports: registers.stolenPassports.size,
    unzr: registers.unzr.size,
    drfo: registers.drfo.size,
    death_acts: registers.deaths.size,
  }
}

/** The current state. */
export function stateOf(
  startedAt: Date,
  registers: SimulatedRegisters,
  log: CallLog,
  faults: FaultEngine,
): SimulatorState {
  return {
    started_at: startedAt.toISOString(),
    holds: holdingsOf(registers),
    calls: log.total,
    outcomes: log.counts(),
    faults: faults.state(),
  }
}
