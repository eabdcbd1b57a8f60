/** Service groups: the services of one registry, with their own member, rate, concurrency and hours (spec 3.3, 8.2). */
import {
  elementName,
  headerText,
  hours,
  integer,
  lineOfText,
  oneOf,
  or,
  pattern,
  positive,
  trueFalse,
} from './parsers.ts'
import { inherited, optional, type Setting, setting } from './setting.ts'

/** The EDRPOU code of an organisation. */
export const edrpou = pattern(/^(\d{8}|\d{10})$/, 'edrpou')
const memberClass = pattern(/^[A-Z]+$/, 'member_class')

/** What differs between groups. A value without a default must be set if the group is served. */
interface GroupDefaults<Services> {
  /** The group whose client settings apply if this group's are not set. */
  readonly client?: string
  readonly memberCode?: string
  readonly subsystemCode?: string
  readonly rateLimit: string
  readonly concurrency: string
  readonly services: Services
}

/** The settings of a group; their names start with `TREMBITA_<name>_`. The group is served if the subsystem of its registry is set. */
export function groupSettings<Services>(name: string, defaults: GroupDefaults<Services>) {
  const { client, services } = defaults
  const named = (part: string) => `TREMBITA_${name}_${part}`
  const ours = <T>(part: string, parser: Setting<T>['parser'], description: string) =>
    client === undefined
      ? optional(named(part), parser, description)
      : inherited(named(part), parser, [`TREMBITA_${client}_${part}`], description)
  return {
    client: {
      memberClass:
        client === undefined
          ? setting(named('CLIENT_MEMBER_CLASS'), memberClass, 'GOV', 'The member class of our side.')
          : setting(
              named('CLIENT_MEMBER_CLASS'),
              memberClass,
              {
                words: `<TREMBITA_${client}_CLIENT_MEMBER_CLASS>`,
                value: (given) => given(`TREMBITA_${client}_CLIENT_MEMBER_CLASS`) ?? 'GOV',
              },
              'The member class of our side.',
            ),
      memberCode: ours('CLIENT_MEMBER_CODE', edrpou, 'The EDRPOU code of our side.'),
      subsystemCode: ours('CLIENT_SUBSYSTEM_CODE', lineOfText, 'The subsystem of our side.'),
    },
    service: {
      memberClass: setting(named('SERVICE_MEMBER_CLASS'), memberClass, 'GOV', 'The member class of the registry.'),
      memberCode: optional(
        named('SERVICE_MEMBER_CODE'),
        edrpou,
        'The EDRPOU code of the registry.',
        defaults.memberCode,
      ),
      subsystemCode: optional(
        named('SERVICE_SUBSYSTEM_CODE'),
        lineOfText,
        defaults.subsystemCode === undefined
          ? 'The subsystem of the registry; absent: its services are not asked, and their streams are not served.'
          : 'The subsystem of the registry.',
        defaults.subsystemCode,
      ),
    },
    rateLimit: setting(
      named('RATE_LIMIT'),
      or(positive, 'off'),
      defaults.rateLimit,
      'Rate limit: calls per second to each service, in the whole cluster.',
    ),
    concurrency: setting(
      named('CONCURRENCY'),
      integer(1, 10_000),
      defaults.concurrency,
      'Concurrent calls of a worker to each service.',
    ),
    callHours: optional(named('CALL_HOURS'), hours, 'The hours, Kyiv time, in which runs may call; absent: always.'),
    services,
  }
}

/** What a service's publisher is known to do differently from the Ministry of Internal Affairs. */
interface ServiceDefaults {
  readonly soapVersion?: '1.1' | '1.2'
  readonly action?: string
  readonly namespace?: string
  readonly qualified?: 'true' | 'false'
  /** The request element, if its name is not the serviceCode. */
  readonly element?: string
}

/** The settings of one service of a group (spec 3.3). `code` is the serviceCode that the publisher gave it. */
export function serviceSettings(group: string, code: string, defaults: ServiceDefaults = {}) {
  const name = (part: string) => `TREMBITA_${group}_${code.toUpperCase()}_${part}`
  const { action, element } = defaults
  return {
    code: setting(name('CODE'), elementName, code, 'The serviceCode.'),
    version: optional(name('VERSION'), lineOfText, 'The serviceVersion, if the service has one.'),
    soapVersion: setting(name('SOAP_VERSION'), oneOf('1.1', '1.2'), defaults.soapVersion ?? '1.2', 'The SOAP version.'),
    action: setting(
      name('ACTION'),
      headerText,
      action ?? { words: `urn:<${name('CODE')}>`, value: (given) => `urn:${given(name('CODE')) ?? code}` },
      'The SOAP action of a request.',
    ),
    namespace: optional(name('NAMESPACE'), lineOfText, 'The namespace of the element in the body.', defaults.namespace),
    qualified: setting(
      name('QUALIFIED'),
      trueFalse,
      defaults.qualified ?? 'true',
      "Whether the child elements carry the body's namespace.",
    ),
    empty: setting(
      name('EMPTY'),
      oneOf('omit', 'element'),
      'omit',
      'An absent value is omitted, or sent as an empty element.',
    ),
    element: setting(
      name('ELEMENT'),
      elementName,
      element ?? { words: `<${name('CODE')}>`, value: (given) => given(name('CODE')) ?? code },
      'The element of the request in the body.',
    ),
    answerElement: setting(
      name('ANSWER_ELEMENT'),
      elementName,
      { words: `<${name('CODE')}>Response`, value: (given) => `${given(name('CODE')) ?? code}Response` },
      'The element of the answer in the body.',
    ),
  }
}
