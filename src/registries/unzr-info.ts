/** `unzr`: everything that the registry has about one UNZR (spec 3.1, 4.1), stored as JSON unchanged. */
import type { ReadOutcome } from '../trembita/call.ts'
import type { Value } from '../trembita/envelope.ts'
import { attributeOf, trimXml, type XmlElement } from '../trembita/xml.ts'
import { statusError } from './status.ts'

/** An element as JSON: its text, or its children by local name. */
export type InfoValue = string | null | readonly InfoValue[] | { readonly [name: string]: InfoValue }

/** The registry's record: local names as keys, texts as strings; `documents` is always an array. */
export type UnzrInfo = { readonly [name: string]: InfoValue }

/** How to write the request and read the answer. */
export const unzrInfo = {
  children: ['unzr'],
  values: ({ unzr }: { readonly unzr: string }): Value[] => [unzr],
  read: readUnzrInfo,
} as const

const instanceNamespace = 'http://www.w3.org/2001/XMLSchema-instance'

/** Names of errors that a registry's program puts into a normal answer instead of a SOAP fault (X-Road's message protocol, annex D.2). */
const FAULTS = new Set(['fault', 'faultcode', 'faultstring', 'error', 'errors', 'errorcode', 'errormessage'])
/** What an empty answer may contain besides an empty Info. */
const EXPECTED = new Set(['Info', 'Status', 'PasStatus', 'Description'])

/**
 * Reads the record; null if Info is absent, nil or contains no text (spec 4.1.3). Three cases are an error (step 5): a status other than 0
 * and 1, an error inside the answer, or other content without Info. Only an answer that says so means that there is no record.
 */
function readUnzrInfo(wrapper: XmlElement): ReadOutcome<UnzrInfo | null> {
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
  // No prototype: names come from outside, and `__proto__` must be an ordinary name.
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

/** Documents are one per `documents` element, or several inside one. */
function documentsOf(elements: readonly XmlElement[]): InfoValue[] {
  return elements
    .filter((element) => !isNil(element) && hasText(element))
    .flatMap((element) => {
      const isList = element.children.length > 0 && element.children.every((child) => child.children.length > 0)
      return isList ? element.children.map(toJson) : [toJson(element)]
    })
}
