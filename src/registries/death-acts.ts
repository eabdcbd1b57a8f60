/**
 * `GetDeathArByFullNameAndBirthDate`: the acts of death that the register of civil status (DRACS) has for a name and a birth date (spec
 * 8.4).
 *
 * The field names on the wire are not public. Fields are therefore matched with our column names, ignoring case and underscores; everything
 * else is strict. An unreadable answer is a technical error, whose code reveals no content.
 */
import { createHash } from 'node:crypto'
import type { ReadOutcome } from '../trembita/call.ts'
import type { Value } from '../trembita/envelope.ts'
import { defaultXmlLimits, readXml, trimXml, type XmlElement } from '../trembita/xml.ts'
import { instantInKyiv } from '../verification/calendar.ts'
import {
  ACT_INSTANTS,
  ACT_TEXTS,
  type ActInstant,
  type ActText,
  type DeathAct,
  readDay,
  type SeizedDocument,
} from '../verification/death-act.ts'

/** The person asked about; all of it is personal. */
export interface DeathActsQuestion {
  readonly name: string
  /** The birth date, `YYYY-MM-DD`. */
  readonly onDate: string
  /** Omitted if the person has none. */
  readonly patronymic?: string | undefined
  readonly surname: string
}

/** The register's answer. */
export interface DeathActs {
  readonly acts: readonly DeathAct[]
  /** Names of unknown fields, each once; never their values. */
  readonly unknownFields: readonly string[]
}

/** More acts than this mean that the register misunderstood the question. */
const MOST_ACTS = 100

/** How to write the request and read the answer. Children are in alphabetical order, as the register's data contract requires. */
export const deathActsByName = {
  children: ['Name', 'OnDate', 'Patronymic', 'Surname'],
  values: ({ name, onDate, patronymic, surname }: DeathActsQuestion): Value[] => [name, onDate, patronymic, surname],
  read: (wrapper: XmlElement) => readDeathActs(wrapper, MOST_ACTS),
} as const

const error = (code: string, whose: 'subject' | 'service'): ReadOutcome<never> => ({ ok: false, code, whose })

/** Reads the acts of an answer; more than `most` of them are a subject error. */
export function readDeathActs(wrapper: XmlElement, most: number): ReadOutcome<DeathActs> {
  const holder = resultHolder(wrapper)
  const code = readCode(childrenNamed(holder, 'resultcode'))
  if (code !== undefined) return code
  const [data, ...more] = childrenNamed(holder, 'resultdata')
  if (more.length > 0 || (data?.children.length ?? 0) > 0) return error('result_data_ambiguous', 'service')
  const text = (data?.text ?? '').replaceAll(/[ \t\r\n]/g, '')
  if (text === '') return { ok: true, value: { acts: [], unknownFields: [] } }
  if (!isBase64(text)) return error('result_data_no_base64', 'service')
  const bytes = Buffer.from(text, 'base64')
  const document = readXml(bytes, { ...defaultXmlLimits, maxBytes: bytes.length })
  if (!document.ok) return error('result_data_no_xml', 'service')
  return readActs(document.root, most)
}

// WCF wraps the result in `<method>Result`.
function resultHolder(wrapper: XmlElement): XmlElement {
  const [only, ...more] = wrapper.children
  return only !== undefined && more.length === 0 && only.children.length > 0 ? only : wrapper
}

function childrenNamed(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter(({ local }) => local.toLowerCase() === name)
}

/** Undefined for code 0; an error for any other code, none, or several. */
function readCode([element, ...more]: readonly XmlElement[]): ReadOutcome<never> | undefined {
  if (element === undefined) return error('result_code_missing', 'service')
  if (more.length > 0 || element.children.length > 0) return error('result_code_ambiguous', 'service')
  const text = trimXml(element.text)
  if (!/^-?\d{1,9}$/.test(text)) return error('result_code_no_number', 'service')
  const code = Number(text)
  if (code === 0) return undefined
  if (code >= 1 && code <= 3) return error(`result_code_${code}`, 'service')
  return error(code === 4 || code === 5 ? `result_code_${code}` : 'result_code_unknown', 'subject')
}

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

function readActs(root: XmlElement, most: number): ReadOutcome<DeathActs> {
  const elements = root.children.filter(({ children }) => children.length > 0)
  if (elements.length > most) return error('too_many', 'subject')
  const unknown = new Set<string>()
  const acts = elements.map((element) => readAct(element, unknown))
  return { ok: true, value: { acts, unknownFields: [...unknown] } }
}

type Field = ActText | ActInstant | 'is_restore' | 'doc_seizes'
const FIELDS: ReadonlyMap<string, Field> = new Map(
  [...ACT_TEXTS, ...ACT_INSTANTS, 'is_restore' as const, 'doc_seizes' as const].map((field) => [plain(field), field]),
)

// Makes AR_REG_DATE, ArRegDate and ar_reg_date the same.
function plain(name: string): string {
  return name.replaceAll('_', '').toLowerCase()
}

function readAct(element: XmlElement, unknown: Set<string>): DeathAct {
  const found = new Map<Field, XmlElement[]>()
  for (const child of element.children) {
    const field = FIELDS.get(plain(child.local))
    if (field === undefined) unknown.add(child.local)
    else found.set(field, [...(found.get(field) ?? []), child])
  }
  const text = (field: Field) => textOf(found.get(field) ?? [])
  const content = {
    ...recordOf(ACT_TEXTS, text),
    ...recordOf(ACT_INSTANTS, (field) => readInstant(text(field))),
    is_restore: readSmall(text('is_restore')),
    doc_seizes: (found.get('doc_seizes') ?? []).flatMap(documentsOf),
  }
  return { key: content.ar_reg_number ?? digestOf(content), ...content }
}

function recordOf<Name extends string, T>(names: readonly Name[], value: (name: Name) => T): Record<Name, T> {
  return Object.fromEntries(names.map((name) => [name, value(name)])) as Record<Name, T>
}

/** The text of a field; null if it is empty or repeated with different texts. */
function textOf(elements: readonly XmlElement[]): string | null {
  const [text, ...others] = new Set(elements.map((element) => trimXml(element.text)))
  return text === undefined || text === '' || others.length > 0 ? null : text
}

const INSTANT = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(?<zone>Z|[+-](0\d|1[0-4]):[0-5]\d)?$/

/** An instant in UTC. A time without a zone is Kyiv time. Null if it cannot be read. */
function readInstant(text: string | null): string | null {
  const found = INSTANT.exec(text ?? '')
  if (text === null || found === null || readDay(text) === null) return null
  const isLocal = found.groups?.['zone'] === undefined
  return (isLocal ? instantInKyiv(new Date(`${text}Z`)) : new Date(text)).toISOString()
}

function readSmall(text: string | null): number | null {
  return text !== null && /^\d{1,4}$/.test(text) ? Number(text) : null
}

/** Documents are one per field or several in one; either way their fields have the same names. */
function documentsOf(element: XmlElement): SeizedDocument[] {
  const isList = element.children.length > 0 && element.children.every(({ children }) => children.length > 0)
  const documents = isList ? element.children : [element]
  return documents
    .map(({ children }) => Object.fromEntries(children.map(({ local, text }) => [local, trimXml(text)])))
    .filter((document) => Object.values(document).some((value) => value !== ''))
}

function digestOf(content: object): string {
  return `sha256:${createHash('sha256').update(JSON.stringify(content)).digest('hex')}`
}
