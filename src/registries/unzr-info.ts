/** `unzr`: all that the registry holds about one UNZR (spec 3.1, 4.1), kept as JSON the way it came. */
import type { Outcome } from '../trembita/call.ts'
import type { Value } from '../trembita/envelope.ts'
import { attributeOf, trimXml, type XmlElement } from '../trembita/xml.ts'
import { statusError } from './status.ts'

/** JSON of an element: its text, or its children by their local names. */
export type InfoValue = string | null | readonly InfoValue[] | { readonly [name: string]: InfoValue }

/** The registry's record: local names as keys, texts as strings, `documents` always an array. */
export type UnzrInfo = { readonly [name: string]: InfoValue }

/** How the service is asked and read. */
export const unzrInfo = {
  children: ['unzr'],
  values: ({ unzr }: { readonly unzr: string }): Value[] => [unzr],
  read: readUnzrInfo,
} as const

const instanceNamespace = 'http://www.w3.org/2001/XMLSchema-instance'

/** Errors that a registry's program puts into an answer, in place of a fault of SOAP (X-Road's message protocol, annex D.2). */
const FAULTS = new Set(['fault', 'faultcode', 'faultstring', 'error', 'errors', 'errorcode', 'errormessage'])
/** What an answer about nobody may hold besides an empty Info. */
const EXPECTED = new Set(['Info', 'Status', 'PasStatus', 'Description'])

/**
 * Reads the record; null where Info is absent, nil or holds no text (spec 4.1.3). An error (step 5) is a status other than 0 and 1,
 * an error of the registry's own inside the answer, or an answer that holds something else and no Info: only an answer that says that
 * there is no record means that there is none.
 */
function readUnzrInfo(wrapper: XmlElement): Outcome<UnzrInfo | null> {
  if (wrapper.children.some(({ local }) => FAULTS.has(local.toLowerCase())))
    return { ok: false, code: 'info_fault', whose: 'service' }
  const status = wrapper.children.find(({ local }) => local === 'Status' || local === 'PasStatus')
  const code = trimXml(status?.text ?? '')
  if (!['', '0', '1'].includes(code)) return statusError(code)
  const [info, ...more] = wrapper.children.filter((child) => child.local === 'Info')
  if (more.length > 0) return { ok: false, code: 'info_ambiguous', whose: 'service' }
  if (info === undefined && wrapper.children.some(({ local }) => !EXPECTED.has(local)))
    return { ok: false, code: 'info_missing', whose: 'service' }
  if (info === undefined || isNil(info) || !hasText(info)) return { ok: true, value: null }
  const documents = documentsOf(info.children.filter((child) => child.local === 'documents'))
  return { ok: true, value: Object.assign(objectOf(info.children), { documents }) }
}

function isNil(element: XmlElement): boolean {
  const nil = attributeOf(element, instanceNamespace, 'nil')
  return nil === 'true' || nil === '1'
}

function hasText(element: XmlElement): boolean {
  return trimXml(element.text) !== '' || element.children.some(hasText)
}

function toJson(element: XmlElement): InfoValue {
  if (isNil(element)) return null
  return element.children.length === 0 ? element.text : objectOf(element.children)
}

function objectOf(children: readonly XmlElement[]): Record<string, InfoValue> {
  // Without a prototype, since names come from outside and `__proto__` would be a name like any other.
  const object: Record<string, InfoValue> = Object.create(null)
  const repeated = new Map<string, InfoValue[]>()
  for (const child of children) {
    const before = object[child.local]
    const list = repeated.get(child.local)
    if (list !== undefined) list.push(toJson(child))
    else if (before === undefined) object[child.local] = toJson(child)
    else {
      const both = [before, toJson(child)]
      repeated.set(child.local, both)
      object[child.local] = both
    }
  }
  return object
}

/** Documents come one to an element `documents`, or several inside one such element. */
function documentsOf(elements: readonly XmlElement[]): InfoValue[] {
  return elements
    .filter((element) => !isNil(element) && hasText(element))
    .flatMap((element) => {
      const isList = element.children.length > 0 && element.children.every((child) => child.children.length > 0)
      return isList ? element.children.map(toJson) : [toJson(element)]
    })
}
