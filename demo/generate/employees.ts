import { addYears, dateBetween } from './dates.ts'
import { createWeighted, type Random } from './random.ts'
import { shares } from './shares.ts'
import type { Workplace } from './workplaces.ts'

/** A speciality: the main one of an employee, or one of a party. */
export interface SpecialityRecord {
  readonly speciality: string
  readonly speciality_officio: boolean
  readonly level: string
  readonly qualification_type: string
  readonly attestation_name: string
  readonly attestation_date: string
  readonly certificate_number: string
}

/** A party's job, as records of 7.3 have it. */
export interface GeneratedEmployee extends Workplace {
  readonly id: string
  readonly employee_type: string
  readonly position: string
  readonly status: 'NEW' | 'APPROVED' | (typeof ENDED)[number]
  readonly status_reason: string | null
  readonly is_active: boolean
  readonly start_date: string
  readonly end_date: string | null
  readonly speciality: SpecialityRecord | null
}

interface Job {
  readonly type: string
  readonly weight: number
  readonly positions: readonly string[]
  readonly specialities: readonly string[]
}

const jobs: readonly Job[] = [
  {
    type: 'DOCTOR',
    weight: 30,
    positions: ['P3', 'P7', 'P8'],
    specialities: ['THERAPIST', 'PEDIATRICIAN', 'FAMILY_DOCTOR'],
  },
  {
    type: 'SPECIALIST',
    weight: 24,
    positions: ['P10', 'P14', 'P25'],
    specialities: ['GENERAL_SURGERY', 'CARDIOLOGY', 'NEUROLOGY'],
  },
  { type: 'ASSISTANT', weight: 20, positions: ['P75', 'P76', 'P77'], specialities: ['NURSING', 'OBSTETRICS'] },
  { type: 'PHARMACIST', weight: 11, positions: ['P16', 'P17'], specialities: ['PHARMACIST', 'PROVISOR'] },
  { type: 'LABORANT', weight: 4, positions: ['P81'], specialities: ['CLINICAL_LABORATORY'] },
  { type: 'MED_ADMIN', weight: 3, positions: ['P5', 'P6'], specialities: ['PUBLIC_HEALTH_ORGANIZATION'] },
  { type: 'OWNER', weight: 3, positions: ['P1', 'P2'], specialities: [] },
  { type: 'PHARMACY_OWNER', weight: 1, positions: ['P1'], specialities: [] },
  { type: 'HR', weight: 2, positions: ['P15'], specialities: [] },
  { type: 'RECEPTIONIST', weight: 2, positions: ['P92'], specialities: [] },
]
const pickJob = createWeighted(jobs.map(({ weight }) => weight))

/** The first possible start date of employees; they begin and end at most on the reference day. */
const since = '2018-01-10'
const until = '2025-12-20'

/** Statuses of former employees; most are dismissed. */
export const ENDED = ['DISMISSED', 'STOPPED', 'REORGANIZED', 'AUTODEACTIVATED', 'ENTERED IN ERROR'] as const

const reasons = ['MANUAL', 'AUTO_OWNER_CHANGE', 'AUTO_LEGAL_ENTITY_CLOSED']

/** Draws the job of somebody born then. */
export function drawEmployee(random: Random, birthDate: string, workplace: Workplace): GeneratedEmployee {
  const job = jobs[pickJob(random)]
  if (job === undefined) throw new RangeError('no such job')
  const grownUp = addYears(birthDate, 20)
  const start_date = dateBetween(random, grownUp < since ? since : grownUp, until)
  return {
    id: random.uuid(),
    ...workplace,
    employee_type: job.type,
    position: random.pick(job.positions),
    ...drawStatus(random, start_date),
    speciality:
      job.specialities.length === 0 ? null : drawSpeciality(random, random.pick(job.specialities), start_date),
  }
}

type Status = Pick<GeneratedEmployee, 'status' | 'status_reason' | 'is_active' | 'start_date' | 'end_date'>

function drawStatus(random: Random, start_date: string): Status {
  if (random.chance(shares.dismissed)) {
    const end_date = dateBetween(random, start_date, until)
    const status = random.chance(shares.endedOtherwise) ? random.pick(ENDED.slice(1)) : 'DISMISSED'
    // Somebody STOPPED, or whose legal entity was reorganized, may still be active.
    const is_active = status === 'STOPPED' || status === 'REORGANIZED'
    return { status, status_reason: random.pick(reasons), is_active, start_date, end_date }
  }
  const status = random.chance(shares.notApproved) ? 'NEW' : 'APPROVED'
  const is_active = status === 'NEW' || !random.chance(shares.inactiveEmployee)
  return { status, status_reason: null, is_active, start_date, end_date: null }
}

function drawSpeciality(random: Random, speciality: string, before: string): SpecialityRecord {
  return {
    speciality,
    speciality_officio: true,
    level: random.pick(['FIRST', 'SECOND', 'HIGHEST', 'NOT_APPLICABLE']),
    qualification_type: random.pick(['AWARDING', 'DEFENSE']),
    attestation_name: 'Департамент охорони здоров’я',
    attestation_date: addYears(before, -1 - random.int(3)),
    certificate_number: `${100_000 + random.int(900_000)}`,
  }
}
