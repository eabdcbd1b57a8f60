/** A finding of `zvirka doctor`: one check, and what to do. It contains nothing personal and no secret. */
import { commandMessageJson } from '../messages/command-messages.ts'
import type { DoctorFinding } from '../messages/doctor.ts'
import type { DoctorAdvice } from '../messages/doctor-advice.ts'

/** `problem`: something does not work. `warning`: it works, but needs attention. */
export type Level = 'ok' | 'warning' | 'problem'

/** One line of the doctor's output. */
export interface Finding {
  /** The name of the check: `schema`, `clock`. */
  readonly check: string
  readonly level: Level
  readonly finding: DoctorFinding
  /** What to do. */
  readonly advice?: DoctorAdvice
}

/** A check that passed. */
export function ok(check: string, finding: DoctorFinding): Finding {
  return { check, level: 'ok', finding }
}

/** A check that works but needs attention. */
export function warning(check: string, finding: DoctorFinding, advice: DoctorAdvice): Finding {
  return { check, level: 'warning', finding, advice }
}

/** A check that failed. */
export function problem(check: string, finding: DoctorFinding, advice: DoctorAdvice): Finding {
  return { check, level: 'problem', finding, advice }
}

/** A finding in `--json`. */
export function findingJson({ check, level, finding, advice }: Finding) {
  return { check, level, finding: commandMessageJson(finding), advice: advice ? commandMessageJson(advice) : null }
}
