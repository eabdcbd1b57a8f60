/** Interop: an unrelated SOAP client calls our simulator, and our client calls an unrelated SOAP server, with both versions of SOAP. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { createRegistries, type Registries } from '../../src/registries/registries.ts'
import type { ServiceName } from '../../src/registries/services.ts'
import type { SoapVersion } from '../../src/trembita/protocol.ts'
import { groupsOf, serviceSettings, settings } from '../trembita/support/messages.ts'
import { type Answering, callAsPeer, type Parsed, peerClient, startPeerServer } from './peer.ts'

const person = {
  unzr: '19900101-12345',
  family_name: 'Шевченко',
  given_name: 'Тарас',
  patronymic_name: 'Григорович',
  date_birth: '1990-01-01',
  documents: [
    { type: 'NATIONAL_ID', number: '000000001' },
    { type: 'PASSPORT', number: 'АА123456' },
  ],
}
let simulator: Simulator
const cleanups: (() => unknown)[] = []

beforeAll(async () => {
  simulator = await startSimulator()
  simulator.registers.invalidPassports.add({ passType: '0101', pasSerial: 'АА', pasNumber: '123456' })
  simulator.registers.stolenPassports.add({ passType: '0101', pasSerial: '', pasNumber: '000000001' })
  simulator.registers.unzr.add(person)
})
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})
afterAll(() => simulator.close())

const wsdlOf = (service: string) =>
  `${simulator.url}wsdl?xRoadInstance=SEVDEIR-TEST&memberClass=GOV&memberCode=00032684&subsystemCode=20_EIS_prod&serviceCode=${service}`

const names = { familyName: 'Шевченко', givenName: 'Тарас', patronymicName: 'Григорович', dateBirth: '1990-01-01' }
const questions: readonly (readonly [service: ServiceName, question: object, answer: object])[] = [
  ['checkunzr', { UNZR: person.unzr, ...names }, { Status: 1, Description: 'Record found' }],
  ['checkunzr', { UNZR: '19900101-00000', ...names }, { Status: 0, Description: 'Record not found' }],
  ['CheckPassportStatus', { PassType: '0101', PasNumber: '000000001' }, { PasStatus: 1 }],
  ['CheckPassportDMSStatus', { PassType: '0101', PasSerial: 'АА', PasNumber: '123456' }, { PasStatus: 1 }],
  ['CheckPassportDMSStatus', { PassType: '0101', PasSerial: 'АА', PasNumber: '654321' }, { PasStatus: 0 }],
  [
    'unzr',
    { unzr: person.unzr },
    {
      Info: {
        firstName: 'Тарас',
        lastName: 'Шевченко',
        middleName: 'Григорович',
        dateBirth: '1990-01-01',
        documents: { document: person.documents },
      },
    },
  ],
  ['unzr', { unzr: '1' }, { Info: null }],
]

describe.each(['1.1', '1.2'] as const)('over SOAP %s an unrelated client', (version) => {
  test.each(questions)('calls %s with nothing but the WSDL: %j', async (service, question, answer) => {
    const client = await peerClient(wsdlOf(service), version)
    const { id, result, header } = await callAsPeer(client, service, question)
    expect(result).toEqual(answer)
    expect(header).toMatchObject({ id, userId: 'peer', protocolVersion: '4.0', client: { subsystemCode: 'peer' } })
    expect(simulator.calls().at(-1)).toMatchObject({ service, messageId: id })
  })

  test('gets the error in its request', async () => {
    const client = await peerClient(wsdlOf('unzr'), version)
    const code = version === '1.1' ? 'Client' : 'Sender'
    await expect(callAsPeer(client, 'unzr', { unzr: '' })).rejects.toThrow(new RegExp(`SOAP-ENV:${code}`))
  })
})

/** Our registries client with one version of SOAP, in the namespaces of the WSDL. */
function open(url: string, soapVersion: SoapVersion): Registries {
  const groups = groupsOf((code) => serviceSettings(code, { soapVersion, namespace: `urn:${code}` }))
  const registries = createRegistries({ settings: { ...settings, urls: [url], groups } })
  cleanups.push(() => registries.close())
  return registries
}

async function serve(service: string, version: SoapVersion, answering: Answering): Promise<string> {
  const wsdl = await (await fetch(wsdlOf(service))).text()
  const server = await startPeerServer(wsdl, service, version, answering)
  cleanups.push(() => server.close())
  return server.url
}

describe.each(['1.1', '1.2'] as const)('over SOAP %s our client calls an unrelated server', (version) => {
  const passport = { passType: '0101', pasSerial: 'АА', pasNumber: '123456' } as const

  test.each(['CheckPassportStatus', 'CheckPassportDMSStatus'] as const)('%s', async (service) => {
    const seen: Parsed[] = []
    const url = await serve(service, version, (question) => {
      seen.push(question)
      return { PasStatus: 1 }
    })
    const registries = open(url, version)
    const ask = service === 'CheckPassportStatus' ? registries.checkPassportStatus : registries.checkPassportDmsStatus
    expect(await ask(passport)).toMatchObject({ kind: 'answer', value: { status: 1, description: '' } })
    expect(await ask({ passType: '0101', pasNumber: '000000001' })).toMatchObject({ kind: 'answer' })
    expect(seen).toEqual([
      { PassType: '0101', PasSerial: 'АА', PasNumber: '123456' },
      { PassType: '0101', PasNumber: '000000001' },
    ])
  })

  test('checkunzr', async () => {
    const seen: Parsed[] = []
    const url = await serve('checkunzr', version, (question) => {
      seen.push(question)
      return { Status: 0, Description: 'нема & <крапка>' }
    })
    const question = {
      unzr: person.unzr,
      familyName: "Д'Артаньян & <син>",
      givenName: 'Тарас',
      dateBirth: '1990-01-01',
    }
    expect(await open(url, version).checkUnzr(question)).toMatchObject({
      kind: 'answer',
      value: { status: 0, description: 'нема & <крапка>' },
    })
    const { unzr, ...rest } = question
    expect(seen).toEqual([{ UNZR: unzr, ...rest }])
  })

  test.each([
    [
      { Info: { firstName: 'Тарас', documents: { document: person.documents } } },
      { firstName: 'Тарас', documents: person.documents },
    ],
    [{ Info: '' }, null],
  ])('unzr, which answers %j', async (answer, info) => {
    const url = await serve('unzr', version, () => answer)
    expect(await open(url, version).unzrInfo({ unzr: person.unzr })).toMatchObject({ kind: 'answer', value: info })
  })

  test('and reads its faults', async () => {
    const fault =
      version === '1.1'
        ? { faultcode: 'soap:Client', faultstring: 'no' }
        : { Code: { Value: 'soap:Sender', Subcode: { Value: 'rpc:BadArguments' } }, Reason: { Text: 'no' } }
    const url = await serve('unzr', version, () => {
      throw { Fault: fault }
    })
    expect(await open(url, version).unzrInfo({ unzr: person.unzr })).toMatchObject({
      kind: 'technical_error',
      whose: 'subject',
      code: version === '1.1' ? 'Client' : 'BadArguments',
    })
  })
})
