// Rules: spec 8.4.1, 8.4.2, 8.4.3, 8.17.3
/** The register of civil status over real HTTP in both versions of SOAP: acts in their possible spellings, and invalid answers. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import type { Faults } from '../../simulator/faults/schema.ts'
import type { DeathRecord } from '../../simulator/registries/records.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { unreadFields } from '../../src/cli/unread-fields.ts'
import { readSettings } from '../../src/config/settings.ts'
import { type ComparedSubject, scorePair } from '../../src/death-acts/score.ts'
import type { DeathActsQuestion } from '../../src/registries/death-acts.ts'
import { createRegistries, type Registries } from '../../src/registries/registries.ts'
import type { SoapVersion } from '../../src/trembita/protocol.ts'
import { readXml } from '../../src/trembita/xml.ts'
import { ACT_TEXTS, isCompared } from '../../src/verification/death-act.ts'
import { answer, groupsOf, serviceSettings, settings } from '../trembita/support/messages.ts'
import { startServer } from '../trembita/support/server.ts'

const question: DeathActsQuestion = {
  ...{ surname: 'Лук’яненко', name: 'Наталія', patronymic: 'Євгенівна', onDate: '1961-04-05' },
}
const record: DeathRecord = {
  ...{ ar_reg_number: '00042', ar_op_name: '1', op_date: '2026-11-03T09:00:00Z', ar_reg_date: '2026-11-03T09:00:00Z' },
  ...{ surname: 'Лук’яненко', name: 'Наталія', patronymic: 'Євгенівна', date_birth: '05.04.1961', sex: '2' },
  ...{ numident: '2237512345', date_death: '01.11.2026', locality: 'Київ & область', is_restore: 0 },
  doc_seizes: [{ Doc_Type: 'Паспорт', Series_Numb: 'АВ 123456' }],
}

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

const tempuri = { namespace: 'http://tempuri.org/', action: 'http://tempuri.org/IArDeathService/Get' }

type Watched = Pick<Parameters<typeof createRegistries>[0], 'observe' | 'log' | 'onUnreadFields'>

function open(
  url: string,
  soapVersion: SoapVersion = '1.1',
  watched: Watched = {},
  limits: { maxResponseBytes?: number } = {},
): Registries {
  const groups = groupsOf((name) => serviceSettings(name, { ...tempuri, soapVersion }))
  const registries = createRegistries({
    settings: { ...settings, urls: [url], groups, ...limits },
    random: () => 0,
    ...watched,
  })
  cleanups.push(() => registries.close())
  return registries
}

async function actsOf(registries: Registries, asked = question) {
  const result = await registries.deathActsByName(asked)
  if (result.kind !== 'answer') throw new Error(result.kind === 'aborted' ? 'aborted' : result.code)
  return result.value.acts
}

describe('the question', () => {
  test.each([
    [question, ['Name', 'OnDate', 'Patronymic', 'Surname'], ['Наталія', '1961-04-05', 'Євгенівна', 'Лук’яненко']],
    [
      { surname: '<О&К>', name: 'Ія', onDate: '1990-01-01' },
      ['Name', 'OnDate', 'Surname'],
      ['Ія', '1990-01-01', '<О&К>'],
    ],
  ])('has names and birth date in alphabetical order, qualified: %o', async (asked, names, texts) => {
    const server = await startServer((_, response) => response.end())
    cleanups.push(() => server.close())
    await open(server.url).deathActsByName(asked)
    const message = readXml(server.requests[0]?.body ?? '')
    const wrapper = message.ok ? message.root.children[1]?.children[0] : undefined
    expect(wrapper).toMatchObject({ local: 'GetDeathArByFullNameAndBirthDate', namespace: tempuri.namespace })
    expect(wrapper?.children.map(({ local }) => local)).toEqual(names)
    expect(wrapper?.children.map(({ text }) => text)).toEqual(texts)
    expect(new Set(wrapper?.children.map(({ namespace }) => namespace))).toEqual(new Set([tempuri.namespace]))
  })
})

describe.each(['upper', 'camel', 'snake'] as const)('a register that spells its fields in %s', (dracsNames) => {
  test('is read the same', async () => {
    const simulator = await startSimulator({ dracsNames })
    cleanups.push(() => simulator.close())
    simulator.registers.deaths.add(record)
    const result = await open(simulator.url).deathActsByName(question)
    expect(result).toMatchObject({ kind: 'answer', value: { unknownFields: [] } })
    const [act] = await actsOf(open(simulator.url))
    const instant = '2026-11-03T09:00:00.000Z'
    expect(act).toMatchObject({ ...record, key: '00042', ar_reg_date: instant, op_date: instant, street: null })
  })
})

test('unknown fields are reported by name, once per answer', async () => {
  const list = '<ArList><Ar><Name>Ія</Name><NewField>x</NewField></Ar></ArList>'
  const content = `<ResultCode>0</ResultCode><ResultData>${Buffer.from(list).toString('base64')}</ResultData>`
  const code = 'GetDeathArByFullNameAndBirthDate'
  const server = await startServer(({ id }, response) =>
    response.end(
      answer(id, `<${code}Response>${content}</${code}Response>`)
        .replace('>CheckPassportDMSStatus</i:serviceCode>', `>${code}</i:serviceCode>`)
        .replace('00032684', '00015622')
        .replace('20_EIS_prod', 'DRACS_demo'),
    ),
  )
  cleanups.push(() => server.close())
  const logged: unknown[] = []
  const onUnreadFields = unreadFields({ warn: (fields, message) => logged.push([fields, message]) })
  const registries = open(server.url, '1.1', { onUnreadFields })
  await registries.deathActsByName(question)
  await registries.deathActsByName(question)
  expect(logged).toEqual([[{ service: code, counts: { NewField: 1 } }, 'acts of death have fields that are not read']])
})

test('a hundred acts with sixty letters in every field are read with the settings as they are, and one more is too many', async () => {
  const simulator = await startSimulator()
  cleanups.push(() => simulator.close())
  const long = Object.fromEntries(ACT_TEXTS.map((name) => [name, 'Шевченківський район '.repeat(3)]))
  const { maxResponseBytes } = readSettings({}).trembita
  const registries = open(simulator.url, '1.1', {}, { maxResponseBytes })
  for (let number = 1; number <= 100; number += 1)
    simulator.registers.deaths.add({ ...long, ...record, ar_reg_number: `0001234567890${number}` })
  expect(await actsOf(registries)).toHaveLength(100)
  simulator.registers.deaths.add({ ...record, ar_reg_number: '99' })
  expect(await registries.deathActsByName(question)).toMatchObject({ kind: 'technical_error', code: 'too_many' })
})

describe('over SOAP', () => {
  describe.each(['1.1', '1.2'] as const)('%s', (soapVersion) => {
    let simulator: Simulator
    beforeAll(async () => {
      simulator = await startSimulator()
      simulator.registers.deaths.add(record)
    })
    afterAll(() => simulator.close())
    afterEach(() => simulator.clearFaults())

    const askUnder = async (...faults: Faults['faults']) => {
      await simulator.setFaults({ faults })
      return open(simulator.url, soapVersion).deathActsByName(question)
    }

    test('acts are found, or none', async () => {
      expect(await actsOf(open(simulator.url, soapVersion))).toHaveLength(1)
      expect(await actsOf(open(simulator.url, soapVersion), { ...question, onDate: '1961-04-06' })).toEqual([])
    })

    test.each([
      ['1', 'result_code_1', 'service'],
      ['2', 'result_code_2', 'service'],
      ['3', 'result_code_3', 'service'],
      ['4', 'result_code_4', 'subject'],
      ['5', 'result_code_5', 'subject'],
      ['77', 'result_code_unknown', 'subject'],
      ['', 'result_code_no_number', 'service'],
      ['ні', 'result_code_no_number', 'service'],
    ])('ResultCode %j is an error of the %s', async (status, code, whose) => {
      expect(await askUnder({ kind: 'status', status })).toMatchObject({ kind: 'technical_error', code, whose })
    })

    test.each([
      ['no_base64', 'result_data_no_base64', 'service'],
      ['no_xml', 'result_data_no_xml', 'service'],
      ['cut', 'result_data_no_xml', 'service'],
      ['too_many', 'too_many', 'subject'],
    ] as const)('ResultData with %s is the error %s of the %s', async (form, code, whose) => {
      expect(await askUnder({ kind: 'result_data', form })).toMatchObject({ kind: 'technical_error', code, whose })
    })

    test('empty ResultData means no acts', async () => {
      expect(await askUnder({ kind: 'result_data', form: 'empty' })).toMatchObject({ value: { acts: [] } })
    })

    test.each<[string, Faults['faults'][number], string]>([
      ['of 10 MB', { kind: 'oversize', bytes: 10_485_760 }, 'oversized'],
      ['whose XML is cut', { kind: 'truncate' }, 'malformed_xml'],
      ['with a DOCTYPE', { kind: 'doctype' }, 'doctype'],
      ['to another question', { kind: 'wrong_id' }, 'other_request'],
      ['that is a page', { kind: 'http', status: 503 }, 'http_503'],
      ['without a ResultCode', { kind: 'results', results: [] }, 'result_code_missing'],
    ])('an answer %s is a service error', async (_what, fault, code) => {
      expect(await askUnder(fault)).toMatchObject({ kind: 'technical_error', code, whose: 'service' })
    })

    test('a fault about the request is a subject error, another one a service error', async () => {
      expect(await askUnder({ kind: 'soap_fault', code: 'Client' })).toMatchObject({ whose: 'subject' })
      expect(await askUnder({ kind: 'soap_fault', code: 'Server' })).toMatchObject({ whose: 'service' })
    })
  })
})

describe('an act with other spellings', () => {
  const subject: ComparedSubject = {
    ...{ last_name: 'Лук’яненко', first_name: 'Наталія', second_name: 'Євгенівна', birth_date: '1961-04-05' },
    ...{ gender: 'FEMALE', tax_id: '2237512345', documents: [{ type: 'PASSPORT', number: 'АВ123456' }] },
  }
  const binsOf = async (changed: DeathRecord) => {
    const simulator = await startSimulator()
    cleanups.push(() => simulator.close())
    simulator.registers.deaths.add({ ...record, ...changed })
    const [act] = await actsOf(open(simulator.url))
    if (act === undefined) throw new Error('it was not found')
    return { bins: scorePair(subject, act).bins, isCompared: isCompared(act) }
  }

  test.each<[string, DeathRecord, object]>([
    ['a birth date as yyyy-mm-dd', { date_birth: '1961-04-05' }, { birth_date: 'equal' }],
    ['a birth date with a time', { date_birth: '1961-04-05T00:00:00' }, { birth_date: 'equal' }],
    ['a birth date with dots and a time', { date_birth: '05.04.1961 00:00:00' }, { birth_date: 'equal' }],
    [
      'Latin letters in a document',
      { doc_seizes: [{ series_numb: 'AB № 123456' }] },
      { document: 'equal', first_name: 'equal' },
    ],
    ['another apostrophe', { surname: 'ЛУК`ЯНЕНКО' }, { last_name: 'equal' }],
    ['no apostrophe', { surname: 'Лукяненко' }, { last_name: 'equal' }],
    ['a Russian name', { name: 'Наталия', patronymic: 'Евгенівна' }, { first_name: 'equal', patronymic: 'equal' }],
    ['a letter that differs', { name: 'Наталіа' }, { first_name: 'near' }],
  ])('with %s is compared as intended', async (_what, changed, bins) => {
    expect(await binsOf(changed)).toMatchObject({ bins, isCompared: true })
  })

  test('without a birth date is not compared', async () => {
    expect(await binsOf({ date_birth: null })).toMatchObject({ isCompared: false })
  })
})

test('neither question nor answer is in what is logged, counted or thrown', async () => {
  const simulator = await startSimulator()
  cleanups.push(() => simulator.close())
  simulator.registers.deaths.add(record)
  const said: unknown[] = []
  const registries = open(simulator.url, '1.1', {
    observe: (attempt) => said.push(attempt),
    log: { warn: (fields, message) => said.push(fields, message) },
  })
  const fates: Faults['faults'] = [
    { kind: 'status', status: '5' },
    { kind: 'result_data', form: 'cut' },
    { kind: 'result_data', form: 'too_many' },
    { kind: 'soap_fault', code: 'Client', message: 'Лук’яненко Наталія 1961-04-05' },
    { kind: 'truncate' },
  ]
  for (const fate of fates) {
    await simulator.setFaults({ faults: [fate] })
    said.push(await registries.deathActsByName(question))
  }
  expect(said.length).toBeGreaterThan(2 * fates.length)
  expect(JSON.stringify(said)).not.toMatch(/Лук|Натал|Євген|1961|2237512345|123456/)
})
