/** Converts between Relay ids and uuids. URLs contain the uuid, which logs, the audit and other systems also use. */

/** The Relay id of a record. */
export function nodeId(type: string, uuid: string): string {
  return btoa(`${type}:${uuid}`)
}

/** The uuid of a Relay id. */
export function uuidOf(id: string): string {
  return atob(id).split(':')[1] ?? ''
}
