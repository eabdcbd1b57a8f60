/** The services: names, groups, how to write each request and read its answer, and the message for a question. */
import { randomUUID } from 'node:crypto'
import type { ReadOutcome } from '../trembita/call.ts'
import { createTemplate, type ServiceDefinition, type Value } from '../trembita/envelope.ts'
import type { AddressSettings, GroupSettings, ServiceSettings, TrembitaSettings } from '../trembita/settings.ts'
import type { XmlElement } from '../trembita/xml.ts'
import { type DeathActsQuestion, deathActsByName } from './death-acts.ts'
import { infoRnokpp, type RnokppQuestion, type ServiceExecutor } from './info-rnokpp.ts'
import { checkPassport, checkUnzr, type PassportRequest, type UnzrRequest } from './status.ts'
import { unzrInfo } from './unzr-info.ts'

/** Our names of the services, which are also the defaults of their service codes. */
export const serviceNames = [
  ...(['checkunzr', 'unzr', 'CheckPassportStatus', 'CheckPassportDMSStatus'] as const),
  ...(['InfoRNOKPPDRFO', 'GetDeathArByFullNameAndBirthDate'] as const),
] as const
/** The name of a service. */
export type ServiceName = (typeof serviceNames)[number]

/** Service groups: the services of one registry, which share a member, a rate and a concurrency. */
export type ServiceGroup = 'mvs' | 'drfo' | 'dracs'

const GROUPS: Readonly<Record<ServiceName, ServiceGroup>> = {
  checkunzr: 'mvs',
  unzr: 'mvs',
  CheckPassportStatus: 'mvs',
  CheckPassportDMSStatus: 'mvs',
  InfoRNOKPPDRFO: 'drfo',
  GetDeathArByFullNameAndBirthDate: 'dracs',
}

/** The group of a service. */
export function groupOf(name: ServiceName): ServiceGroup {
  return GROUPS[name]
}

/** Settings of the registries; a group that is not served is undefined. */
export interface RegistriesSettings extends TrembitaSettings {
  readonly groups: {
    readonly mvs: GroupSettings
    readonly drfo: (GroupSettings & { readonly executor: ServiceExecutor }) | undefined
    readonly dracs: GroupSettings | undefined
  }
}

/** The question type of each service. */
export interface Questions {
  readonly checkunzr: UnzrRequest
  readonly unzr: { readonly unzr: string }
  readonly CheckPassportStatus: PassportRequest
  readonly CheckPassportDMSStatus: PassportRequest
  readonly InfoRNOKPPDRFO: RnokppQuestion
  readonly GetDeathArByFullNameAndBirthDate: DeathActsQuestion
}

/** How a question becomes the children of a request, and how to read the answer's wrapper. */
export interface Asking<Question, T> {
  readonly children: readonly string[]
  values(question: Question): readonly Value[]
  read(wrapper: XmlElement): ReadOutcome<T>
}

/** How to write the request and read the answer of each service. */
export function askingOf({ groups }: Pick<RegistriesSettings, 'groups'>) {
  return {
    checkunzr: checkUnzr,
    unzr: unzrInfo,
    CheckPassportStatus: checkPassport,
    CheckPassportDMSStatus: checkPassport,
    InfoRNOKPPDRFO: {
      ...infoRnokpp,
      values(question: RnokppQuestion) {
        if (groups.drfo === undefined) throw new Error('DRFO is not configured')
        return infoRnokpp.values(question, groups.drfo.executor)
      },
    },
    GetDeathArByFullNameAndBirthDate: deathActsByName,
  } satisfies { readonly [Name in ServiceName]: Asking<Questions[Name], unknown> }
}

/** A service's address in Trembita, from the common settings, its group's and its own. */
export function defineService(
  settings: AddressSettings,
  group: Pick<GroupSettings, 'client' | 'service'>,
  { code: serviceCode, version: serviceVersion, ...described }: ServiceSettings,
): ServiceDefinition {
  const { instance: xRoadInstance, userId, protocolVersion } = settings
  return {
    client: { xRoadInstance, ...group.client },
    service: { xRoadInstance, ...group.service, serviceCode, serviceVersion },
    userId,
    protocolVersion,
    ...described,
  }
}

/** The definition of a service by the settings; undefined if its group is not served or lacks the service. */
export function definitionOf(settings: RegistriesSettings, name: ServiceName): ServiceDefinition | undefined {
  const group = settings.groups[groupOf(name)]
  const service = group?.services[name]
  return group && service && defineService(settings, group, service)
}

/** A message ready to send: HTTP headers (names and values alternate) and the body, undefined if XML cannot represent the question. */
interface ServiceMessage {
  readonly headers: readonly string[]
  readonly body: string | undefined
}

/** Writes the message for a question without sending it; the service must be served. Question and message are personal data. */
export function writeMessage<Name extends ServiceName>(
  settings: RegistriesSettings,
  name: Name,
  question: Questions[Name],
): ServiceMessage {
  const definition = definitionOf(settings, name)
  if (definition === undefined) throw new Error(`${name} is not configured`)
  const asking: { readonly [Each in ServiceName]: Asking<Questions[Each], unknown> } = askingOf(settings)
  const { children, values } = asking[name]
  const template = createTemplate(definition, children)
  return { headers: template.headers, body: template.write(randomUUID(), values(question)) }
}
