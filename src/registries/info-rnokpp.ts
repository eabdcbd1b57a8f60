/** `InfoRNOKPPDRFO`: does the tax register know this number with this name and birth date (spec 8.4). */
import type { Outcome } from '../trembita/call.ts'
import type { Value } from '../trembita/envelope.ts'
import { trimXml, type XmlElement } from '../trembita/xml.ts'

/** Who is asked about; all of it is personal. */
export interface RnokppQuestion {
  /** The tax id, or the number of the document that stands in its place. */
  readonly rnokpp: string
  readonly lastName: string
  readonly firstName: string
  /** Left out where there is none. */
  readonly middleName?: string | undefined
  /** YYYY-MM-DD */
  readonly birthDate: string
}

/** The official in whose name the organisation asks. All of it is secret: never in a log or an error. */
export interface Executor {
  readonly edrpou: string
  readonly rnokpp: string
  readonly fullName: string
}

/** What the register says: a code of its dictionary, and its words, `''` where it has none. The words may quote the question. */
export interface RnokppAnswer {
  readonly result: number
  readonly message: string
}

/** How the service is asked and read. */
export const infoRnokpp = {
  children: [
    ...['ExecutorEDRPOUcode', 'ExecutorRNOKPP', 'ExecutorFullName'],
    ...['RNOKPP', 'last_name', 'first_name', 'middle_name', 'date_birth'],
  ],
  values: (question: RnokppQuestion, { edrpou, rnokpp, fullName }: Executor): Value[] => [
    ...[edrpou, rnokpp, fullName],
    ...[question.rnokpp, question.lastName, question.firstName, question.middleName, question.birthDate],
  ],
  read: readResult,
} as const

const CODE = /^-?\d{1,4}$/

/**
 * Reads the answer: exactly one Result in the whole body, in whatever case, directly in the wrapper, its text a whole number but for white
 * space around it. Anything else is a technical error: a verdict needs a word of the register's (spec 8.4). Which codes are verdicts is not
 * known here.
 */
function readResult(wrapper: XmlElement): Outcome<RnokppAnswer> {
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
