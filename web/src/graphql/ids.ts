/** Relay ids and the uuids in them: addresses have the uuid, which is also what logs, the audit and other systems call a record. */

/** The Relay id of a record. */
export function nodeId(type: string, uuid: string): string {
  return btoa(`${type}:${uuid}`)
}

/** The uuid of a Relay id. */
export function uuidOf(id: string): string {
  return atob(id).split(':')[1] ?? ''
}
