/** Our client against our simulator: the four services, both versions of SOAP, both header styles, and all service settings. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import type { TlsMaterial } from '../../simulator/listener.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { createRegistries, type Registries } from '../../src/registries/registries.ts'
import type { GroupSettings, ServiceSettings, TrembitaSettings } from '../../src/trembita/settings.ts'
import { makeCertificate } from '../trembita/support/certificates.ts'
import { groupsOf, serviceSettings, settings } from '../trembita/support/messages.ts'
import { askAlone } from './example.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function simulate(answers: 'trembita' | 'plain' = 'trembita', tls?: TlsMaterial): Promise<Simulator> {
  const simulator = await startSimulator({ answers, ...(tls === undefined ? {} : { tls }) })
  cleanups.push(() => simulator.close())
  simulator.registers.invalidPassports.add({ passType: '0101', pasSerial: 'АА', pasNumber: '123456' })
  simulator.registers.stolenPassports.add({ passType: '0101', pasSerial: '', pasNumber: '000000001' })
  const documents = [{ type: 'NATIONAL_ID', number: '000000001', issued_at: '2020-02-02' }]
  const names = { family_name: "Д'Артаньян", given_name: 'Тарас', patronymic_name: null }
  simulator.registers.unzr.add({
    unzr: '19900101-12345',
    ...names,
    date_birth: '1990-01-01',
    gender: 'MALE',
    documents,
  })
  return simulator
}

const { mvs } = settings.groups

type Changed = Partial<TrembitaSettings & Pick<GroupSettings, 'client' | 'service'>>

function open(
  url: string,
  changed: Partial<ServiceSettings> = {},
  { client = mvs.client, service = mvs.service, ...more }: Changed = {},
): Registries {
  const of = (code: string) => serviceSettings(code, changed)
  const groups = { ...groupsOf(of), mvs: { ...groupsOf(of).mvs, client, service } }
  const registries = createRegistries({ settings: { ...settings, urls: [url], groups, ...more }, random: () => 0 })
  cleanups.push(() => registries.close())
  return registries
}

/** Calls all four services, found and not found, and returns the answers. */
async function askAll(registries: Registries) {
  const book = { passType: '0101', pasSerial: 'АА', pasNumber: '123456' } as const
  const card = { passType: '0101', pasNumber: '000000001' } as const
  const person = { unzr: '19900101-12345', familyName: "Д'АРТАНЬЯН", givenName: 'Тарас', dateBirth: '1990-01-01' }
  const results = [
    await registries.checkPassportDmsStatus(book),
    await registries.checkPassportDmsStatus(card),
    await registries.checkPassportStatus(card),
    await registries.checkPassportStatus(book),
    await registries.checkUnzr(person),
    await registries.checkUnzr({ ...person, dateBirth: '1990-01-02' }),
    await registries.unzrInfo({ unzr: '19900101-12345' }),
    await registries.unzrInfo({ unzr: '19900101-00000' }),
    await registries.unzrInfo({ unzr: '1' }),
  ]
  return results.map((result) => (result.kind === 'answer' ? result.value : result))
}

const everything = [
  { status: 1, description: '' },
  { status: 0, description: '' },
  { status: 1, description: '' },
  { status: 0, description: '' },
  { status: 1, description: 'Record found' },
  { status: 0, description: 'Record not found' },
  {
    firstName: 'Тарас',
    lastName: "Д'Артаньян",
    gender: 'MALE',
    dateBirth: '1990-01-01',
    documents: [{ type: 'NATIONAL_ID', number: '000000001', issuedAt: '2020-02-02' }],
  },
  null,
  null,
]

describe('the four services, found and not found', () => {
  for (const soapVersion of ['1.1', '1.2'] as const) {
    for (const answers of ['trembita', 'plain'] as const) {
      test.each<Partial<ServiceSettings>>([
        {},
        { namespace: 'urn:body' },
        { namespace: 'urn:body', qualified: false },
        { empty: 'element' },
      ])(`over SOAP ${soapVersion} with ${answers} headers: %j`, async (service) => {
        const simulator = await simulate(answers)
        expect(await askAll(open(simulator.url, { soapVersion, ...service }))).toEqual(everything)
      })
    }
  }

  test('over mutual TLS', async () => {
    const authority = makeCertificate({ name: 'authority', isAuthority: true })
    const server = makeCertificate({ name: 'server', issuer: authority, hosts: ['127.0.0.1'] })
    const own = makeCertificate({ name: 'zvirka', issuer: authority })
    const folder = mkdtempSync(join(tmpdir(), 'zvirka-interop-'))
    cleanups.push(() => rmSync(folder, { recursive: true }))
    const file = (name: string, content: string) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const tls = {
      certificate: file('c', own.certificate),
      key: file('k', own.key),
      authority: file('a', authority.certificate),
    }
    const material = { cert: server.certificate, key: server.key, ca: authority.certificate }
    const simulator = await simulate('trembita', material)
    expect(await askAll(open(simulator.url, {}, { tls }))).toEqual(everything)
  })
})

describe('the platform’s faults reach the caller with their codes', () => {
  const of = (changed: Changed, service: Partial<ServiceSettings> = {}) => ({ changed, service })
  test.each([
    ['Server.ClientProxy.UnknownMember', of({ client: { ...mvs.client, memberCode: '00000000' } })],
    ['Server.ServerProxy.AccessDenied', of({ client: { ...mvs.client, memberCode: '99999999' } })],
    ['Server.ClientProxy.UnknownMember', of({ service: { ...mvs.service, subsystemCode: 'other' } })],
    ['Server.ServerProxy.UnknownService', of({}, { version: 'v1' })],
    ['Client.InvalidProtocolVersion', of({ protocolVersion: '3.1' })],
    ['Client.MissingHeaderField', of({ client: { ...mvs.client, subsystemCode: '' } })],
    ['Client.InvalidSoapAction', of({}, { action: 'urn:{x}' })],
  ])('%s', async (code, { changed, service }) => {
    const simulator = await simulate()
    const registries = open(simulator.url, service, changed)
    const result = await registries.unzrInfo({ unzr: '1' })
    expect(result).toMatchObject({ kind: 'technical_error', code, whose: 'service', attempts: 1 })
  })
})

describe('the client alone', () => {
  test('works as the documents show', async () => {
    const simulator = await simulate()
    expect([await askAlone(simulator.url, '000000001'), await askAlone(simulator.url, '000000002')]).toEqual(['1', '0'])
    await simulator.setFaults({ faults: [{ kind: 'truncate' }] })
    expect(await askAlone(simulator.url, '000000001')).toBe('malformed_xml')
    const source = readFileSync(new URL('./example.ts', import.meta.url), 'utf8').trim()
    for (const name of ['trembita.md', 'trembita.uk.md']) {
      expect(readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8')).toContain(source)
    }
  })
})
