/** The registries' status codes (EIS_MVS_STATUS, spec 1.3): 0 not found, 1 found, -1 a mandatory field is wrong, -2 the server's own error. */
import type { ReadOutcome } from '../trembita/call.ts'
import type { Value } from '../trembita/envelope.ts'
import { trimXml, type XmlElement } from '../trembita/xml.ts'

/** Whether the registry has a record of the subject. An absent description is `''`. */
export interface RegistryStatus {
  readonly status: 0 | 1
  readonly description: string
}

const statusNames = new Set(['Status', 'PasStatus'])

/**
 * Reads a status (spec 2.6): exactly one Status or PasStatus in the body, the one this service uses, directly in the wrapper, containing
 * only `0` or `1` and white space. Anything else is a technical error; -1 and unknown values are subject errors.
 */
export function readRegistryStatus(wrapper: XmlElement, name: 'Status' | 'PasStatus'): ReadOutcome<RegistryStatus> {
  const status = wrapper.children.find((child) => child.local === name)
  if (status === undefined) return { ok: false, code: 'status_missing', whose: 'service' }
  if (countStatuses(wrapper) !== 1 || status.children.length > 0) {
    return { ok: false, code: 'status_ambiguous', whose: 'service' }
  }
  const text = trimXml(status.text)
  if (text !== '0' && text !== '1') return statusError(text)
  return { ok: true, value: { status: text === '1' ? 1 : 0, description: descriptionOf(wrapper) } }
}

/** The error for a status other than 0 and 1. */
export function statusError(text: string): ReadOutcome<never> {
  if (text === '-2') return { ok: false, code: 'status_-2', whose: 'service' }
  return { ok: false, code: text === '-1' ? 'status_-1' : 'status_unknown', whose: 'subject' }
}

function countStatuses(element: XmlElement): number {
  let count = statusNames.has(element.local) ? 1 : 0
  for (const child of element.children) count += countStatuses(child)
  return count
}

function descriptionOf(wrapper: XmlElement): string {
  return wrapper.children.find((child) => child.local === 'Description')?.text ?? ''
}

/** The person asked about; all of it is personal. */
export interface UnzrRequest {
  readonly unzr: string
  readonly familyName: string
  readonly givenName: string
  /** Omitted if the person has none. */
  readonly patronymicName?: string | undefined
  /** YYYY-MM-DD */
  readonly dateBirth: string
}

/** How to write the request and read the answer. */
export const checkUnzr = {
  children: ['UNZR', 'familyName', 'givenName', 'patronymicName', 'dateBirth'],
  values: ({ unzr, familyName, givenName, patronymicName, dateBirth }: UnzrRequest): Value[] => [
    unzr,
    familyName,
    givenName,
    patronymicName,
    dateBirth,
  ],
  read: (wrapper: XmlElement) => readRegistryStatus(wrapper, 'Status'),
} as const

/** The document asked about. For a NATIONAL_ID there is no serial. Number and serial are personal: never log them. */
export interface PassportRequest {
  readonly passType: '0101'
  readonly pasSerial?: string | undefined
  readonly pasNumber: string
}

/** How to write the request and read the answer of both services. */
export const checkPassport = {
  children: ['PassType', 'PasSerial', 'PasNumber'],
  values: ({ passType, pasSerial, pasNumber }: PassportRequest): Value[] => [passType, pasSerial, pasNumber],
  read: (wrapper: XmlElement) => readRegistryStatus(wrapper, 'PasStatus'),
} as const
