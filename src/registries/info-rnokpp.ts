/** `InfoRNOKPPDRFO`: does the tax register have this number with this name and birth date (spec 8.4). */
import type { ReadOutcome } from '../trembita/call.ts'
import type { Value } from '../trembita/envelope.ts'
import { trimXml, type XmlElement } from '../trembita/xml.ts'

/** The person asked about; all of it is personal. */
export interface RnokppQuestion {
  /** The tax id, or the document number used instead of one. */
  readonly rnokpp: string
  readonly lastName: string
  readonly firstName: string
  /** Omitted if the person has none. */
  readonly middleName?: string | undefined
  /** YYYY-MM-DD */
  readonly birthDate: string
}

/** The official on whose behalf the organisation asks. Secret: never in logs or errors. */
export interface ServiceExecutor {
  readonly edrpou: string
  readonly rnokpp: string
  readonly fullName: string
}

/** The register's result code and its text (`''` if there is none). The text may repeat personal data. */
export interface RnokppAnswer {
  readonly result: number
  readonly message: string
}

/** How to write the request and read the answer. */
export const infoRnokpp = {
  children: [
    ...['ExecutorEDRPOUcode', 'ExecutorRNOKPP', 'ExecutorFullName'],
    ...['RNOKPP', 'last_name', 'first_name', 'middle_name', 'date_birth'],
  ],
  values: (question: RnokppQuestion, { edrpou, rnokpp, fullName }: ServiceExecutor): Value[] => [
    ...[edrpou, rnokpp, fullName],
    ...[question.rnokpp, question.lastName, question.firstName, question.middleName, question.birthDate],
  ],
  read: readResult,
} as const

const CODE = /^-?\d{1,4}$/

/**
 * Reads the answer: exactly one Result in the body (any case), directly in the wrapper, containing only a whole number and white space.
 * Anything else is a technical error, because a verdict needs an explicit result (spec 8.4). Which codes are verdicts is decided elsewhere.
 */
function readResult(wrapper: XmlElement): ReadOutcome<RnokppAnswer> {
  const isResult = named('result')
  const [result] = wrapper.children.filter(isResult)
  if (result === undefined) return { ok: false, code: 'result_missing', whose: 'service' }
  if (count(wrapper, isResult) !== 1 || result.children.length > 0)
    return { ok: false, code: 'result_ambiguous', whose: 'service' }
  const text = trimXml(result.text)
  if (!CODE.test(text)) return { ok: false, code: 'result_unreadable', whose: 'service' }
  const message = wrapper.children.find(named('errormsg'))?.text ?? ''
  return { ok: true, value: { result: Number(text), message: trimXml(message) } }
}

function named(name: string): (element: XmlElement) => boolean {
  return ({ local }) => local.toLowerCase() === name
}

function count(element: XmlElement, isCounted: (element: XmlElement) => boolean): number {
  return element.children.reduce((sum, child) => sum + count(child, isCounted), isCounted(element) ? 1 : 0)
}
