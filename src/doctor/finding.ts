/** A finding of `zvirka doctor`: one check, and what to do. It contains nothing personal and no secret. */
import { commandMessageJson } from '../messages/command-messages.ts'
import type { DoctorFinding } from '../messages/doctor.ts'
import type { DoctorAdvice } from '../messages/doctor-advice.ts'

/** `problem`: something does not work. `warning`: it works, and should be seen to. */
export type Level = 'ok' | 'warning' | 'problem'

/** One line of the doctor's. */
export interface Finding {
  /** The name of the check: `schema`, `clock`. */
  readonly check: string
  readonly level: Level
  readonly finding: DoctorFinding
  /** What to do. */
  readonly advice?: DoctorAdvice
}

/** All is well. */
export function ok(check: string, finding: DoctorFinding): Finding {
  return { check, level: 'ok', finding }
}

/** It works, and should be seen to. */
export function warning(check: string, finding: DoctorFinding, advice: DoctorAdvice): Finding {
  return { check, level: 'warning', finding, advice }
}

/** It does not work. */
export function problem(check: string, finding: DoctorFinding, advice: DoctorAdvice): Finding {
  return { check, level: 'problem', finding, advice }
}

/** A line as `--json` has it. */
export function findingJson({ check, level, finding, advice }: Finding) {
  return { check, level, finding: commandMessageJson(finding), advice: advice ? commandMessageJson(advice) : null }
}
