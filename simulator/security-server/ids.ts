/** X-Road identifiers: the subsystem is optional, both of a client and of a service provider. */
import type { ServiceId, SubsystemId } from '../../src/trembita/protocol.ts'

/** A member or one of its subsystems. */
export interface MemberId extends Omit<SubsystemId, 'subsystemCode'> {
  readonly subsystemCode?: string
}

/** A service of a member or of a subsystem. */
export interface ProvidedServiceId extends MemberId, Pick<ServiceId, 'serviceCode' | 'serviceVersion'> {}

/** `INSTANCE/CLASS/CODE` of a member, plus `/SUBSYSTEM` for a subsystem. */
export function memberName({ xRoadInstance, memberClass, memberCode, subsystemCode }: MemberId): string {
  return [xRoadInstance, memberClass, memberCode, ...(subsystemCode === undefined ? [] : [subsystemCode])].join('/')
}

/** A member as written in X-Road's messages. */
export function clientName(id: MemberId): string {
  return `${id.subsystemCode === undefined ? 'MEMBER' : 'SUBSYSTEM'}:${memberName(id)}`
}

/** A service as written in X-Road's messages. */
export function serviceName(id: ProvidedServiceId): string {
  const version = id.serviceVersion === undefined ? '' : `/${id.serviceVersion}`
  return `SERVICE:${memberName(id)}/${id.serviceCode}${version}`
}
