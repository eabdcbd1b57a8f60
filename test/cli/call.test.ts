/** `zvirka call` as people use it, against the simulator: each command is its own process. */
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { demoTrembita } from '../../src/config/trembita.ts'
import { createTestDatabase } from '../support/database.ts'
import { bareEnvironment, type Ended, zvirka } from './zvirka.ts'

let simulator: Simulator
let environment: Record<string, string>

beforeAll(async () => {
  simulator = await startSimulator()
  simulator.registers.invalidPassports.add({ passType: '0101', pasSerial: 'АА', pasNumber: '123456' })
  simulator.registers.stolenPassports.add({ passType: '0101', pasSerial: '', pasNumber: '000000001' })
  simulator.registers.unzr.add({
    unzr: '19900101-12345',
    family_name: 'Шевченко',
    given_name: 'Тарас',
    patronymic_name: 'Григорович',
    date_birth: '1990-01-01',
    documents: [{ type: 'NATIONAL_ID', number: '000000001' }],
  })
  simulator.registers.drfo.add({
    rnokpp: '3184710691',
    ...{ last_name: 'Шевченко', first_name: 'Тарас', middle_name: null, date_birth: '1990-01-01' },
  })
  simulator.registers.drfo.add({
    rnokpp: '3184710692',
    ...{ last_name: 'Шевченко', first_name: 'Тарас', middle_name: null, date_birth: '1990-01-01' },
    ...{ result: 2, error_message: 'Знято з обліку' },
  })
  simulator.registers.deaths.add({
    ...{ ar_reg_number: '77', ar_op_name: '1', surname: 'Шевченко', name: 'Тарас', date_birth: '01.01.1990' },
    doc_seizes: [{ Series_Numb: 'АА123456' }],
  })
  simulator.registers.deaths.add({ ar_reg_number: '78', ar_op_name: '9', surname: 'Шевченко', name: 'Тарас' })
  environment = {
    ...demoTrembita,
    TREMBITA_MVS_RATE_LIMIT: '',
    TREMBITA_DRFO_RATE_LIMIT: '',
    TREMBITA_DRACS_RATE_LIMIT: '',
    TREMBITA_URLS: simulator.url,
    TREMBITA_SEVDEIR_INSTANCE: 'SEVDEIR-TEST',
    TREMBITA_SEVDEIR_USERID: 'tester',
    TREMBITA_MVS_CLIENT_MEMBER_CODE: '42032422',
    TREMBITA_MVS_CLIENT_SUBSYSTEM_CODE: 'zvirka',
  }
})
afterEach(() => simulator.clearFaults())
afterAll(() => simulator.close())

/** Without a database nothing can be recorded. */
const UNRECORDED = 'note: DATABASE_URL is not set, so this call is not in the audit\n'

const call = (...args: string[]) => zvirka(['call', ...args], environment)

/** Runs a command with standard input. */
async function callWithInput(input: string, ...args: string[]): Promise<Ended> {
  const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))
  const child = spawn(process.execPath, [main, 'call', ...args], { env: bareEnvironment(environment) })
  const said = { out: '', err: '' }
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.err += text))
  child.stdin.end(input)
  return { code: await new Promise((resolve) => child.on('close', resolve)), ...said }
}

const person = [
  '--unzr',
  '19900101-12345',
  '--family-name',
  'Шевченко',
  '--given-name',
  'Тарас',
  '--birth-date',
  '1990-01-01',
]

test('zvirka call does not print the official who asks the tax register', async () => {
  const args = ['InfoRNOKPPDRFO', '--rnokpp', '3184710691', ...person.slice(2), '--dry-run']
  const { code, out } = await call(...args)
  expect([code, out]).toEqual([0, expect.stringContaining('<ExecutorRNOKPP>***</ExecutorRNOKPP>')])
  expect(out).not.toContain(demoTrembita.TREMBITA_DRFO_EXECUTOR_FULL_NAME)
})

test.each([
  [['InfoRNOKPPDRFO', '--rnokpp', '3184710691'], 'TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE'],
  [['GetDeathArByFullNameAndBirthDate'], 'TREMBITA_DRACS_SERVICE_SUBSYSTEM_CODE'],
])('zvirka call %j of a disabled group is a usage error, and names the setting', async (args, setting) => {
  const { code, err } = await zvirka(['call', ...args, ...person.slice(2)], { ...environment, [setting]: '' })
  expect(code).toBe(2)
  expect(err).toContain(setting)
})

describe('zvirka call', () => {
  test.each<[string[], RegExp]>([
    [
      ['CheckPassportDMSStatus', '--serial', 'АА', '--number', '123456'],
      /^found \(1\): the document is registered as invalid/,
    ],
    [
      ['CheckPassportDMSStatus', '--number', '000000001'],
      /^not found \(0\): the document is not registered as invalid/,
    ],
    [['CheckPassportStatus', '--number', '000000001'], /^found \(1\): the document is registered as stolen or lost/],
    [
      ['checkunzr', ...person, '--patronymic-name', 'Григорович'],
      /^found \(1\): this UNZR belongs to this person\n {2}description/,
    ],
    [['checkunzr', ...person], /^not found \(0\): this UNZR does not belong/],
    [['unzr', '--unzr', '19900101-12345'], /^found: .*\n {2}firstName: Тарас\n(.*\n)* {6}type: NATIONAL_ID/],
    [['unzr', '--unzr', '1'], /^not found: the registry has no record/],
    [['InfoRNOKPPDRFO', '--rnokpp', '3184710691', ...person.slice(2)], /^result 0: the tax register knows this number/],
    [
      ['InfoRNOKPPDRFO', '--rnokpp', '3184710692', ...person.slice(2)],
      /^result 2: a code of the tax register's dictionary.*\n {2}message {7}Знято з обліку/,
    ],
    [
      ['GetDeathArByFullNameAndBirthDate', ...person.slice(2)],
      /^acts of death: 2\n {2}1\. registered\n {4}ar_reg_number: 77\n(.*\n)* {8}Series_Numb: АА123456\n {2}2\. of an operation that is not known.*, without a surname, name or birth date.*\n/,
    ],
    [
      ['GetDeathArByFullNameAndBirthDate', ...person.slice(2), '--patronymic-name', 'Григорович'].with(
        -3,
        '1990-01-02',
      ),
      /^acts of death: 1\n/,
    ],
  ])('%j is answered in words, with the duration of the attempt', async (args, words) => {
    const { code, out, err } = await call(...args)
    expect([code, err]).toEqual([0, UNRECORDED])
    expect(out).toMatch(words)
    const last = simulator.calls().at(-1)
    expect(out.trimEnd().split('\n').at(-1)).toMatch(
      new RegExp(`^ +1  ${new URL(simulator.url).origin}  +[\\d,]+  answer +${last?.messageId}$`),
    )
  })

  test('reads the question from standard input, and prints one JSON object', async () => {
    const { code, out, err } = await callWithInput(
      '{"serial":"АА","number":"123456"}',
      'CheckPassportDMSStatus',
      '--stdin',
      '--json',
    )
    expect([code, err]).toEqual([0, UNRECORDED])
    expect(JSON.parse(out)).toMatchObject({
      service: 'CheckPassportDMSStatus',
      outcome: 'answer',
      answer: { status: 1, description: '' },
      attempts: [{ outcome: 'answer', message_id: simulator.calls().at(-1)?.messageId }],
    })
  })

  test('a failure explains its meaning, what to do and each attempt, and exits with 3', async () => {
    await simulator.setFaults({ faults: [{ kind: 'soap_fault', code: 'Server.ClientProxy.NetworkError' }] })
    const { code, out } = await call('CheckPassportStatus', '--number', '000000001')
    expect(code).toBe(3)
    expect(out).toMatch(
      /^no answer: Server\.ClientProxy\.NetworkError\n {2}it says .+\n {2}it means .*reach the registry's\n {2}what to do .+/,
    )
    expect(out).not.toContain('zvirka doctor')
    expect(
      out.match(/Server\.ClientProxy\.NetworkError +[0-9a-f-]{36} +HTTP 200 [0-9a-f-]{36} [0-9a-f-]{36}$/gm),
    ).toHaveLength(2)
  })

  test('shows the security server’s text, which the log does not, and points to doctor for connection problems', async () => {
    const other = { ...environment, TREMBITA_MVS_CLIENT_SUBSYSTEM_CODE: 'x', LOG_LEVEL: 'trace' }
    await simulator.setFaults({ faults: [{ kind: 'soap_fault', code: 'Server.ClientProxy.UnknownMember' }] })
    const asked = await zvirka(['call', 'unzr', '--unzr', '1', '--json'], other)
    const { attempts, ...failure } = JSON.parse(asked.out)
    const params = { failure: 'Server.ClientProxy.UnknownMember' }
    expect(failure).toMatchObject({
      means: { code: 'call_failed', params, text: expect.stringMatching(/registered/) },
      what_to_do: { code: 'call_failure_advice', params, text: expect.stringMatching(/SEVDEIR_INSTANCE/) },
    })
    expect(attempts).toMatchObject([
      { code: 'Server.ClientProxy.UnknownMember', fault_text: expect.stringMatching(/./) },
    ])
    expect(asked.err).toContain('Server.ClientProxy.UnknownMember')
    expect(asked.err).not.toContain(attempts[0].fault_text)
    const away = await zvirka(['call', 'unzr', '--unzr', '1'], { ...environment, TREMBITA_URLS: 'http://127.0.0.1:1' })
    expect(away.out).toMatch(/^no answer: connection_refused\n(.*\n)* {2}next {10}zvirka doctor/)
  })

  test('logs nothing personal, even on failures at the most verbose level', async () => {
    await simulator.setFaults({ faults: [{ kind: 'status', status: -1 }] })
    const { code, out, err } = await zvirka(['call', 'checkunzr', ...person], { ...environment, LOG_LEVEL: 'trace' })
    expect(code).toBe(3)
    expect(err).toContain('status_-1')
    expect(out + err).not.toMatch(/19900101|Шевченко|Тарас|1990-01-01/)
  })

  test('respects the organisation’s rate if there is a database', async () => {
    const db = await createTestDatabase()
    try {
      const asked = await zvirka(['call', 'unzr', '--unzr', '1'], { ...environment, DATABASE_URL: db.url })
      expect([asked.code, asked.err]).toEqual([0, ''])
      const rows = await db.database.query({ text: 'select service from zvirka.rate_limits' })
      expect(rows).toEqual([{ service: 'unzr' }])
      const records = await db.database.query({ text: 'select action, operation, operator, fields from zvirka.audit' })
      const operator = expect.stringMatching(/^.+@.+$/)
      expect(records).toEqual([{ action: 'read', operation: 'call unzr', operator, fields: ['unzr'] }])
      const dry = await zvirka(['call', 'checkunzr', ...person, '--dry-run'], { ...environment, DATABASE_URL: db.url })
      expect(dry.code).toBe(0)
      expect(await db.database.query({ text: 'select service from zvirka.rate_limits' })).toHaveLength(1)
    } finally {
      await db.drop()
    }
  })

  test('needs only the address, no database', async () => {
    const { err } = await zvirka(['call', 'unzr', '--unzr', '1'], { ...environment, LOG_LEVEL: 'trace' })
    expect(err).not.toMatch(/postgres/i)
  })
})

describe('--dry-run', () => {
  test('prints the message that would be sent, and sends nothing', async () => {
    simulator.resetCalls()
    const { code, out } = await call('checkunzr', ...person, '--dry-run')
    expect([code, simulator.calls()]).toEqual([0, []])
    const [line, type, empty, body] = out.split('\n')
    expect([line, type, empty]).toEqual([
      `POST ${simulator.url}`,
      'content-type: application/soap+xml;charset=UTF-8;action="urn:checkunzr"',
      '',
    ])
    expect(body).toMatch(/<checkunzr><UNZR>19900101-12345<\/UNZR>.*<dateBirth>1990-01-01<\/dateBirth><\/checkunzr>/)
    const answer = await fetch(simulator.url, {
      method: 'POST',
      headers: { 'content-type': type?.slice(14) ?? '' },
      body: body ?? '',
    })
    expect(await answer.text()).toContain('<Status>0</Status>')
  })

  test('uses the service’s settings, and needs no server', async () => {
    const settings = { TREMBITA_MVS_UNZR_SOAP_VERSION: '1.1', TREMBITA_MVS_UNZR_NAMESPACE: 'urn:body' }
    const { code, out, err } = await zvirka(['call', 'unzr', '--unzr', 'x&y', '--dry-run', '--json'], settings)
    expect(code).toBe(0)
    expect(err).toContain('TREMBITA_URLS is not set')
    const { url, headers, body } = JSON.parse(out)
    expect([url, headers]).toEqual([null, { 'content-type': 'text/xml; charset=utf-8', SOAPAction: '"urn:unzr"' }])
    expect(body).toContain('<ns:unzr xmlns:ns="urn:body"><ns:unzr>x&amp;y</ns:unzr></ns:unzr>')
  })
})

describe('usage errors of zvirka call exit with 2 and repeat nothing personal', () => {
  test.each<[string[], string | undefined, RegExp]>([
    [['nope'], undefined, /Allowed choices are checkunzr, unzr/],
    [['checkunzr', '--unzr', '19900101-12345'], undefined, /needs --family-name, --given-name, --birth-date/],
    [['unzr', '--unzr', '19900101-12345', '--number', '123456'], undefined, /does not take --number/],
    [['CheckPassportStatus', 'АА123456'], undefined, /too many arguments/],
    [['unzr', '--unzr', '19900101-12345', '--stdin'], '', /--stdin takes the whole question/],
    [['unzr', '--stdin'], '19900101-12345', /is not JSON/],
    [['unzr', '--stdin'], '["19900101-12345"]', /not a JSON object/],
    [['unzr', '--stdin'], '{"19900101-12345":"x"}', /an unknown field/],
    [['CheckPassportStatus', '--stdin'], '{"number":123456}', /number must be a string/],
  ])('%j', async (args, input, words) => {
    const { code, out, err } = await (input === undefined ? call(...args) : callWithInput(input, ...args))
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(words)
    expect(err).not.toMatch(/19900101|123456/)
  })
})
