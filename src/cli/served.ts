/** The service of each stream, and its group's settings: whether it is enabled, and when runs may call (spec 3.3, 8.1). */
import type { Settings } from '../config/settings.ts'
import { isGroupServed } from '../config/trembita.ts'
import { isWithinCallHours } from '../registries/call-hours.ts'
import { groupOf, type ServiceGroup } from '../registries/services.ts'
import { REGISTRATIONS } from '../streams/registry.ts'
import { OWN_STREAMS, type OwnStream } from '../verification/status.ts'

/** The group of services that a stream asks. */
export function groupOfStream(stream: OwnStream): ServiceGroup {
  return groupOf(REGISTRATIONS[stream].service)
}

/** Whether a stream is enabled; nobody is asked about others. */
export function isStreamServed(settings: Settings, stream: OwnStream): boolean {
  return isGroupServed(settings, groupOfStream(stream))
}

/** The enabled streams. All processes of an installation must have the same settings: imports and the API trigger, workers ask. */
export function servedStreams(settings: Settings): ReadonlySet<OwnStream> {
  return new Set(OWN_STREAMS.filter((stream) => isStreamServed(settings, stream)))
}

/** Whether runs of a stream may call now. */
export function mayCall(settings: Settings, stream: OwnStream): boolean {
  return isWithinCallHours(settings.trembita.groups[groupOfStream(stream)].callHours, new Date())
}

/** The enabled streams, each with whether its runs may call now. */
export function callHours(settings: Settings): ReadonlyMap<OwnStream, boolean> {
  return new Map([...servedStreams(settings)].map((stream) => [stream, mayCall(settings, stream)]))
}
