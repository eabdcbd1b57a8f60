/** Our messages and the simulator's are valid by a schema of X-Road's headers written from the protocol, and bodies by the WSDLs. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { XmlDocument, XmlElement, XsdValidator } from 'libxml2-wasm'
import { xmlRegisterFsInputProviders } from 'libxml2-wasm/lib/nodejs.mjs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { type Questions, type ServiceName, serviceNames, writeMessage } from '../../src/registries/services.ts'
import type { SoapVersion } from '../../src/trembita/protocol.ts'
import { isXmlText } from '../../src/trembita/xml-writer.ts'
import { groupsOf, serviceSettings, settings } from './support/messages.ts'

xmlRegisterFsInputProviders()

function validatorOf(file: string): XsdValidator {
  const path = fileURLToPath(new URL(`./schema/${file}`, import.meta.url))
  using document = XmlDocument.fromBuffer(readFileSync(path), { url: path })
  return XsdValidator.fromDoc(document)
}

let simulator: Simulator
let messages: Readonly<Record<SoapVersion, XsdValidator>>
beforeAll(async () => {
  simulator = await startSimulator()
  messages = { '1.1': validatorOf('message11.xsd'), '1.2': validatorOf('message12.xsd') }
})
afterAll(async () => {
  for (const validator of Object.values(messages)) validator.dispose()
  await simulator.close()
})

function validate(xml: string, version: SoapVersion): void {
  using document = XmlDocument.fromString(xml)
  messages[version].validate(document)
}

const TALEND = 'http://www.talend.org/service/'
const NAMESPACES: Readonly<Record<string, string>> = {
  InfoRNOKPPDRFO: TALEND,
  GetDeathArByFullNameAndBirthDate: 'http://tempuri.org/',
}
const namespace = (service: string) => NAMESPACES[service] ?? `urn:${service}`

/** The settings of the services in the WSDLs. */
function settingsFor(soapVersion: SoapVersion, version?: string) {
  const one = (code: string) => {
    const talend = { qualified: false, element: `${code}Request`, action: `${TALEND}${code}` }
    const own = code === 'InfoRNOKPPDRFO' ? talend : {}
    return serviceSettings(code, { version, soapVersion, namespace: namespace(code), ...own })
  }
  return { ...settings, groups: groupsOf(one) }
}

function messageOf(service: ServiceName, soapVersion: SoapVersion, question: Questions[ServiceName], version?: string) {
  const { headers, body } = writeMessage(settingsFor(soapVersion, version), service, question)
  if (body === undefined) throw new Error('the question cannot be written')
  return { headers, body }
}

const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).filter(isXmlText)
const word = text.filter((value) => value.trim() !== '')
const passport = fc.record(
  { passType: fc.constant('0101' as const), pasSerial: text, pasNumber: text },
  { requiredKeys: ['passType', 'pasNumber'] },
)
const questions: { readonly [Name in ServiceName]: fc.Arbitrary<Questions[Name]> } = {
  checkunzr: fc.record(
    { unzr: text, familyName: text, givenName: text, patronymicName: text, dateBirth: text },
    { requiredKeys: ['unzr', 'familyName', 'givenName', 'dateBirth'] },
  ),
  unzr: fc.record({ unzr: text }),
  CheckPassportStatus: passport,
  CheckPassportDMSStatus: passport,
  InfoRNOKPPDRFO: fc.record(
    // An invalid or blank date is answered with a fault, which has no header.
    { rnokpp: word, lastName: word, firstName: word, middleName: word, birthDate: fc.constant('1990-01-01') },
    { requiredKeys: ['rnokpp', 'lastName', 'firstName', 'birthDate'] },
  ),
  GetDeathArByFullNameAndBirthDate: fc.record(
    { name: text, onDate: text, patronymic: text, surname: text },
    { requiredKeys: ['name', 'onDate', 'surname'] },
  ),
}

/** The schema of a service's body, from its WSDL. */
async function bodyValidator(service: ServiceName): Promise<XsdValidator> {
  const wsdl = await (await fetch(`${simulator.url}wsdl?serviceCode=${service}`)).text()
  using document = XmlDocument.fromString(wsdl)
  const found = document.get(`//xsd:schema[@targetNamespace='${namespace(service)}']`, {
    xsd: 'http://www.w3.org/2001/XMLSchema',
  })
  if (!(found instanceof XmlElement)) throw new Error('the WSDL has no schema of the body')
  using schema = XmlDocument.fromString(
    found.toString().replace('<xsd:schema', '<xsd:schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"'),
  )
  return XsdValidator.fromDoc(schema)
}

describe.each(['1.1', '1.2'] as const)('a message of SOAP %s', (soapVersion) => {
  test.each(serviceNames)('of %s is valid for any question, and so is the answer', async (service) => {
    using bodies = await bodyValidator(service)
    const asked: { headers: readonly string[]; body: string }[] = []
    fc.assert(
      fc.property(questions[service] as fc.Arbitrary<Questions[ServiceName]>, (question) => {
        const message = messageOf(service, soapVersion, question)
        validate(message.body, soapVersion)
        validateBody(message.body, bodies)
        asked.push(message)
      }),
      { numRuns: 100 },
    )
    for (const { headers, body } of asked.slice(0, 5)) {
      const pairs = headers.flatMap((name, index) =>
        index % 2 === 0 ? [[name, headers[index + 1] ?? ''] as [string, string]] : [],
      )
      const answer = await (await fetch(simulator.url, { method: 'POST', headers: pairs, body })).text()
      validate(answer, soapVersion)
      validateBody(answer, bodies)
    }
  })

  test('of a service with a version is valid', () => {
    const { body } = messageOf('unzr', soapVersion, { unzr: '1' }, 'v1')
    validate(body, soapVersion)
    expect(body).toContain('serviceVersion>v1<')
  })
})

function validateBody(message: string, validator: XsdValidator): void {
  const body = /<(?:\w[\w-]*):Body>(.*)<\/(?:\w[\w-]*):Body>/s.exec(message)?.[1] ?? ''
  using document = XmlDocument.fromString(body)
  validator.validate(document)
}

describe('the schema is strict: a message is not valid', () => {
  const { body } = writeMessage(settingsFor('1.2'), 'unzr', { unzr: '1' })
  test.each([
    ['without a client', /<xro:client.*<\/xro:client>/, ''],
    ['without an id', /<xro:id>.*<\/xro:id>/, ''],
    ['with the id twice', /<xro:id>.*<\/xro:id>/, '$&$&'],
    ['with an empty userId', />tester</, '><'],
    ['with protocolVersion 3.1', />4\.0</, '>3.1<'],
    ['without objectType', / iden:objectType="SUBSYSTEM"/, ''],
    ['with objectType unqualified', / iden:objectType/, ' objectType'],
    ['with another objectType', /"SERVICE"/, '"MEMBER"'],
    [
      'with the parts in another order',
      /(<iden:memberClass>.*?<\/iden:memberClass>)(<iden:memberCode>.*?<\/iden:memberCode>)/,
      '$2$1',
    ],
    ['with a part in another namespace', /iden:serviceCode/g, 'xro:serviceCode'],
    ['with two bodies', /(<ns:unzr .*<\/ns:unzr>)/, '$1$1'],
  ])('%s', (_what, from, to) => {
    const damaged = (body ?? '').replace(from, to)
    expect(damaged).not.toBe(body)
    expect(() => validate(damaged, '1.2')).toThrow(/./)
    expect(() => validate(body ?? '', '1.2')).not.toThrow()
  })
})
