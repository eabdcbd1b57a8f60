// Rules: spec 3.1.3, 3.1.4
/** The four services over real HTTP: what goes out, and what comes back. */
import { afterEach, expect, test } from 'vitest'
import { createRegistries, type Registries } from '../../src/registries/registries.ts'
import { readXml, type XmlElement } from '../../src/trembita/xml.ts'
import { answer, code, settings } from '../trembita/support/messages.ts'
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

test('checkunzr asks about a person, and an absent patronymic is left out', async () => {
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

test('unzr brings the record, and is asked once only', async () => {
  await open('unzr', '<unzrResponse><Info><firstName>Ія</firstName></Info></unzrResponse>')
  expect(await registries.unzrInfo({ unzr: 'any text' })).toMatchObject({
    kind: 'answer',
    value: { firstName: 'Ія', documents: [] },
  })
  expect(sent()).toEqual([['unzr', 'any text']])
  server.behave(({ http }) => http.socket.resetAndDestroy())
  expect(await registries.unzrInfo({ unzr: 'any text' })).toMatchObject({ code: 'connection_reset', attempts: 1 })
})

test('a service without settings fails when it is asked, and says so', async () => {
  await open(code, '')
  const some = createRegistries({ settings: { ...settings, urls: [server.url], services: {} } })
  await expect(some.unzrInfo({ unzr: 'x' })).rejects.toThrow('no settings for the service unzr')
  await some.close()
})

test('a rate limit without a database is refused at once', async () => {
  await open(code, '')
  expect(() => createRegistries({ settings: { ...settings, urls: [server.url], rateLimit: 50 } })).toThrow(/database/)
})
