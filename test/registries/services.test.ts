// Rules: spec 3.1.3, 3.1.4, 8.4.1
/** The services over real HTTP: requests and answers. */
import { afterEach, describe, expect, test } from 'vitest'
import { createRegistries, type Registries } from '../../src/registries/registries.ts'
import { readXml, type XmlElement } from '../../src/trembita/xml.ts'
import {
  answer,
  code,
  fault11,
  fault12,
  groupsOf,
  serviceSettings,
  settings,
  soap11,
  soap12,
} from '../trembita/support/messages.ts'
import { startServer, type TestServer } from '../trembita/support/server.ts'

let server: TestServer
let registries: Registries

async function open(service: string, body: string): Promise<void> {
  server = await startServer(({ id }, response) =>
    response.end(answer(id, body).replace(`>${code}</i:serviceCode>`, `>${service}</i:serviceCode>`)),
  )
  registries = createRegistries({ settings: { ...settings, urls: [server.url] } })
}

afterEach(async () => {
  await registries.close()
  await server.close()
})

function sent(): [string, string][] {
  const message = readXml(server.requests[0]?.body ?? '')
  const wrapper: XmlElement | undefined = message.ok ? message.root.children[1]?.children[0] : undefined
  return wrapper?.children.map(({ local, text }) => [local, text]) ?? []
}

test('CheckPassportStatus asks about a national identity card without a serial', async () => {
  await open(
    'CheckPassportStatus',
    '<CheckPassportStatusResponse><PasStatus>1</PasStatus></CheckPassportStatusResponse>',
  )
  const result = await registries.checkPassportStatus({ passType: '0101', pasNumber: '000123456' })
  expect(sent()).toEqual([
    ['PassType', '0101'],
    ['PasNumber', '000123456'],
  ])
  expect(result).toMatchObject({ kind: 'answer', value: { status: 1 } })
})

test('CheckPassportDMSStatus asks about a passport by serial and number', async () => {
  await open(code, `<${code}Response><PasStatus>0</PasStatus></${code}Response>`)
  const result = await registries.checkPassportDmsStatus({ passType: '0101', pasSerial: 'ҐЇ', pasNumber: '123456' })
  expect(sent()).toEqual([
    ['PassType', '0101'],
    ['PasSerial', 'ҐЇ'],
    ['PasNumber', '123456'],
  ])
  expect(result).toMatchObject({ kind: 'answer', value: { status: 0, description: '' } })
})

test('checkunzr asks about a person, and omits an absent patronymic', async () => {
  await open('checkunzr', '<checkunzrResponse><Status>1</Status><Description>found</Description></checkunzrResponse>')
  const question = { unzr: '19900101-12345', familyName: 'О’Коннор & Co', givenName: 'Ія', dateBirth: '1990-01-01' }
  const result = await registries.checkUnzr(question)
  expect(sent()).toEqual([
    ['UNZR', '19900101-12345'],
    ['familyName', 'О’Коннор & Co'],
    ['givenName', 'Ія'],
    ['dateBirth', '1990-01-01'],
  ])
  expect(result).toMatchObject({ kind: 'answer', value: { status: 1, description: 'found' } })
})

test('unzr returns the record, with one attempt only', async () => {
  await open('unzr', '<unzrResponse><Info><firstName>Ія</firstName></Info></unzrResponse>')
  expect(await registries.unzrInfo({ unzr: 'any text' })).toMatchObject({
    kind: 'answer',
    value: { firstName: 'Ія', documents: [] },
  })
  expect(sent()).toEqual([['unzr', 'any text']])
  server.behave(({ http }) => http.socket.resetAndDestroy())
  expect(await registries.unzrInfo({ unzr: 'any text' })).toMatchObject({ code: 'connection_reset', attempts: 1 })
})

const taxpayer = { rnokpp: '3184710691', lastName: 'О’Коннор', firstName: 'Ія', birthDate: '1987-03-12' }

async function openDrfo(children: string, namespace = soap11): Promise<void> {
  const body = `<t:InfoRNOKPPDRFOResponse xmlns:t="http://www.talend.org/service/">${children}</t:InfoRNOKPPDRFOResponse>`
  server = await startServer(({ id }, response) =>
    response.end(
      answer(id, body, namespace)
        .replace(`>${code}</i:serviceCode>`, '>InfoRNOKPPDRFO</i:serviceCode>')
        .replace('00032684', '43005393')
        .replace('20_EIS_prod', 'DRFO_demo'),
    ),
  )
  const groups = groupsOf((name) =>
    serviceSettings(name, {
      ...{ soapVersion: namespace === soap11 ? '1.1' : '1.2', qualified: false },
      ...{ namespace: 'http://www.talend.org/service/', element: `${name}Request` },
    }),
  )
  registries = createRegistries({ settings: { ...settings, urls: [server.url], groups } })
}

test('InfoRNOKPPDRFO asks on behalf of the executor, in the element that its publisher requires', async () => {
  await openDrfo('<Result>0</Result><Errormsg/>')
  const result = await registries.infoRnokpp(taxpayer)
  expect(sent()).toEqual([
    ['ExecutorEDRPOUcode', '42032422'],
    ['ExecutorRNOKPP', '3184710691'],
    ['ExecutorFullName', 'Виконавець Тест'],
    ['RNOKPP', '3184710691'],
    ['last_name', 'О’Коннор'],
    ['first_name', 'Ія'],
    ['date_birth', '1987-03-12'],
  ])
  expect(server.requests[0]?.body).toContain(
    '<ns:InfoRNOKPPDRFORequest xmlns:ns="http://www.talend.org/service/"><ExecutorEDRPOUcode>',
  )
  expect(result).toMatchObject({ kind: 'answer', value: { result: 0, message: '' } })
})

describe.each([
  ['1.1', soap11, fault11('soap:Client')],
  ['1.2', soap12, fault12('s:Sender')],
])('InfoRNOKPPDRFO over SOAP %s', (_, namespace, fault) => {
  test.each([
    ['<Result>0</Result>', { result: 0, message: '' }],
    ['<RESULT> 42 </RESULT><ERRORMSG>ні</ERRORMSG>', { result: 42, message: 'ні' }],
    ['<result>-1</result><Errormsg/>', { result: -1, message: '' }],
    ['<Errormsg/><Other><X>1</X></Other><Result>2</Result>', { result: 2, message: '' }],
  ])('reads %s', async (children, value) => {
    await openDrfo(children, namespace)
    expect(await registries.infoRnokpp(taxpayer)).toMatchObject({ kind: 'answer', value })
  })

  test.each([
    ['', 'result_missing'],
    ['<Errormsg>0</Errormsg>', 'result_missing'],
    ['<Data><Result>0</Result></Data>', 'result_missing'],
    ['<Result>0</Result><Result>0</Result>', 'result_ambiguous'],
    ['<Result>0</Result><RESULT>1</RESULT>', 'result_ambiguous'],
    ['<Result>0</Result><Data><result>0</result></Data>', 'result_ambiguous'],
    ['<Result><Code>0</Code></Result>', 'result_ambiguous'],
    ['<Result/>', 'result_unreadable'],
    ['<Result>OK</Result>', 'result_unreadable'],
    ['<Result>0.0</Result>', 'result_unreadable'],
    ['<Result>0x0</Result>', 'result_unreadable'],
    ['<Result>99999</Result>', 'result_unreadable'],
  ])('does not accept %j as a result', async (children, error) => {
    await openDrfo(children, namespace)
    const result = await registries.infoRnokpp(taxpayer)
    expect(result).toMatchObject({ kind: 'technical_error', code: error, whose: 'service' })
  })

  test('treats the registry’s fault about the request as a subject error', async () => {
    server = await startServer(({ id }, response) => response.end(answer(id, fault, namespace)))
    registries = createRegistries({ settings: { ...settings, urls: [server.url] } })
    expect(await registries.infoRnokpp(taxpayer)).toMatchObject({ kind: 'technical_error', whose: 'subject' })
  })
})

test('a disabled group is not asked', async () => {
  await open(code, '')
  const groups = { ...settings.groups, drfo: undefined }
  const some = createRegistries({ settings: { ...settings, urls: [server.url], groups } })
  expect(some.served).not.toContain('InfoRNOKPPDRFO')
  await expect(some.infoRnokpp(taxpayer)).rejects.toThrow('no settings for the service InfoRNOKPPDRFO')
  await some.close()
})

test('a service without settings fails when it is asked, and says so', async () => {
  await open(code, '')
  const some = createRegistries({
    settings: { ...settings, urls: [server.url], groups: groupsOf(undefined, { services: {} }) },
  })
  await expect(some.unzrInfo({ unzr: 'x' })).rejects.toThrow('no settings for the service unzr')
  await some.close()
})

test('a rate limit without a database is refused immediately', async () => {
  await open(code, '')
  expect(() =>
    createRegistries({ settings: { ...settings, urls: [server.url], groups: groupsOf(undefined, { rateLimit: 50 }) } }),
  ).toThrow(/database/)
})
