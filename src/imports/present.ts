/** Absent fields of a record: missing, null, empty, or only white space. All mean the same. */

/** Whether a value is present. */
export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null && (typeof value !== 'string' || /\S/.test(value))
}

/** The lists and objects of a record whose members are fields too. All others are kept unchanged. */
const WITH_FIELDS = ['documents', 'employees', 'verification'] as const

/** A record without its absent fields. A value that is not an object is returned unchanged. */
export function presentFields(record: unknown): unknown {
  if (!isObject(record)) return record
  const present = presentMembers(record)
  for (const name of WITH_FIELDS) {
    if (Object.hasOwn(present, name)) present[name] = presentWithin(present[name])
  }
  return present
}

function presentWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => (isObject(each) ? presentMembers(each) : each))
  if (!isObject(value)) return value
  const streams = presentMembers(value)
  for (const [name, stream] of Object.entries(streams)) if (isObject(stream)) streams[name] = presentMembers(stream)
  return streams
}

function presentMembers(object: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const present: Record<string, unknown> = {}
  for (const name in object) {
    const value = object[name]
    // No field has this name, and assigning it would set the prototype.
    if (name !== '__proto__' && isPresent(value)) present[name] = value
  }
  return present
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
