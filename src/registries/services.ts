/** The four services side by side: their names, how each is asked and read, and the message that a question becomes. */
import { randomUUID } from 'node:crypto'
import type { Outcome } from '../trembita/call.ts'
import { createTemplate, type ServiceDefinition, type Value } from '../trembita/envelope.ts'
import type { AddressSettings, ServiceSettings } from '../trembita/settings.ts'
import type { XmlElement } from '../trembita/xml.ts'
import { checkPassport, type PassportQuestion } from './check-passport.ts'
import { checkUnzr, type UnzrQuestion } from './check-unzr.ts'
import { unzrInfo } from './unzr-info.ts'

/** The services' names in this system, which are also the defaults of their codes. */
export const serviceNames = ['checkunzr', 'unzr', 'CheckPassportStatus', 'CheckPassportDMSStatus'] as const
/** The name of a service. */
export type ServiceName = (typeof serviceNames)[number]

/** What each service is asked about. */
export interface Questions {
  readonly checkunzr: UnzrQuestion
  readonly unzr: { readonly unzr: string }
  readonly CheckPassportStatus: PassportQuestion
  readonly CheckPassportDMSStatus: PassportQuestion
}

/** How a question becomes the children of a request, and a wrapper an answer. */
export interface Asking<Question, T> {
  readonly children: readonly string[]
  values(question: Question): readonly Value[]
  read(wrapper: XmlElement): Outcome<T>
}

const asking: { readonly [Name in ServiceName]: Asking<Questions[Name], unknown> } = {
  checkunzr: checkUnzr,
  unzr: unzrInfo,
  CheckPassportStatus: checkPassport,
  CheckPassportDMSStatus: checkPassport,
}

/** A service's place in Trembita, from the settings that all services share and its own. */
export function defineService(settings: AddressSettings, service: ServiceSettings): ServiceDefinition {
  const { instance: xRoadInstance, userId, protocolVersion } = settings
  return {
    client: { xRoadInstance, ...settings.client },
    service: { xRoadInstance, ...settings.service, serviceCode: service.code, serviceVersion: service.version },
    userId,
    protocolVersion,
    soapVersion: service.soapVersion,
    action: service.action,
    namespace: service.namespace,
    qualified: service.qualified,
    empty: service.empty,
  }
}

/** A message as it would be sent: HTTP headers (names and values in turn) and the body, undefined where XML cannot carry the question. */
export interface Message {
  readonly headers: readonly string[]
  readonly body: string | undefined
}

/** Writes the message of a question without sending it. The question is personal, and so is the message. */
export function writeMessage<Name extends ServiceName>(
  settings: AddressSettings & { readonly services: Readonly<Record<Name, ServiceSettings>> },
  name: Name,
  question: Questions[Name],
): Message {
  const { children, values } = asking[name]
  const template = createTemplate(defineService(settings, settings.services[name]), children)
  return { headers: template.headers, body: template.write(randomUUID(), values(question)) }
}
