/**
 * How the register of civil status writes acts: base64-encoded XML. The spelling of its fields is configurable, because the real one is not
 * public.
 */
import { xmlElement } from '../../src/trembita/xml-writer.ts'
import type { DeathRecord } from '../registries/records.ts'

/** Spellings of an act's field names: AR_REG_NUMBER, ArRegNumber, ar_reg_number. */
export const dracsNames = ['upper', 'camel', 'snake'] as const
/** One of these spellings. */
export type DracsNames = (typeof dracsNames)[number]

/** The acts to return, and how a fault changes them. */
export interface ActsReply {
  readonly kind: 'acts'
  readonly code: string
  readonly acts: readonly DeathRecord[]
  readonly form?: DataForm
}

/** How a fault changes ResultData. */
export const dataForms = ['no_base64', 'no_xml', 'cut', 'too_many', 'empty'] as const
/** One of these changes. */
type DataForm = (typeof dataForms)[number]

// More than a client may accept (spec 8.8).
const TOO_MANY = 101

/** The children of the answer's wrapper, in the element that WCF adds. */
export function actsContent(
  { code, acts, form }: ActsReply,
  service: string,
  prefix: string,
  names: DracsNames,
): string {
  const data = code === '0' ? xmlElement(`${prefix}ResultData`, dataOf(acts, form, names)) : ''
  const content = xmlElement(`${prefix}ResultCode`, code) + data + xmlElement(`${prefix}ErrorInfo`, '')
  return `<${prefix}${service}Result>${content}</${prefix}${service}Result>`
}

function dataOf(acts: readonly DeathRecord[], form: DataForm | undefined, names: DracsNames): string {
  switch (form) {
    case 'empty':
      return ''
    case 'no_base64':
      return `${base64(listOf(acts, names))}!`
    case 'no_xml':
      return base64('ORA-01034: ORACLE not available')
    case 'cut': {
      const list = listOf(acts, names)
      return base64(list.slice(0, list.length - (list.length >> 2)))
    }
    case 'too_many': {
      const [act = { surname: 'Інша', name: 'Особа' }] = acts
      const others = Array.from({ length: TOO_MANY }, (_, place) => ({ ...act, ar_reg_number: `many-${place}` }))
      return base64(listOf(others, names))
    }
    case undefined:
      return acts.length === 0 ? '' : base64(listOf(acts, names))
  }
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}

function listOf(acts: readonly DeathRecord[], names: DracsNames): string {
  return `<?xml version="1.0" encoding="utf-8"?><ArList>${acts.map((act) => actContent(act, names)).join('')}</ArList>`
}

function actContent(
  { doc_seizes, is_restore, ar_reg_date, op_date, ...texts }: DeathRecord,
  names: DracsNames,
): string {
  const fields = {
    ...texts,
    ar_reg_date: inKyiv(ar_reg_date),
    op_date: inKyiv(op_date),
    is_restore: is_restore === null || is_restore === undefined ? null : String(is_restore),
  }
  const written = Object.entries(fields)
    .filter((field): field is [string, string] => typeof field[1] === 'string')
    .map(([name, value]) => xmlElement(spelt(name, names), value))
  const documents = (doc_seizes ?? []).map((document) => {
    const content = Object.entries(document).map(([name, value]) => xmlElement(name, value))
    return `<${spelt('doc_seizes', names)}>${content.join('')}</${spelt('doc_seizes', names)}>`
  })
  return `<Ar>${written.join('')}${documents.join('')}</Ar>`
}

function spelt(name: string, names: DracsNames): string {
  switch (names) {
    case 'upper':
      return name.toUpperCase()
    case 'camel':
      return name.replaceAll(/(?:^|_)([a-z])/g, (_, letter: string) => letter.toUpperCase())
    case 'snake':
      return name
  }
}

const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv', dateStyle: 'short', timeStyle: 'medium' })

/** A timestamp in Kyiv time, without a zone. */
function inKyiv(instant: string | null | undefined): string | null {
  return typeof instant === 'string' ? clock.format(new Date(instant)).replace(' ', 'T') : null
}
