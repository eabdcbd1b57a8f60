// Rules: spec 2.1.1, 3.3.1, 7.2.1, 8.1.2, 8.2.1 to 8.2.3
import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { publicUrlOf } from '../../src/cli/public-url.ts'
import { declaration } from '../../src/config/declaration.ts'
import { settingsOf } from '../../src/config/setting.ts'
import { type Environment, readSettings, SettingsError } from '../../src/config/settings.ts'
import { demoTrembita, requireTrembita } from '../../src/config/trembita.ts'
import { sayCommand } from '../../src/messages/command-messages.ts'

function problemsOf(work: () => unknown): readonly string[] {
  try {
    work()
  } catch (error) {
    if (error instanceof SettingsError) return error.problems.map((problem) => sayCommand(problem).replace(/\.$/, ''))
    throw error
  }
  return []
}
const problems = (environment: Environment) => problemsOf(() => readSettings(environment))

const serviceDefaults = {
  version: undefined,
  soapVersion: '1.2',
  namespace: undefined,
  qualified: true,
  empty: 'omit',
} as const

const groupDefaults = (code: string | undefined, subsystemCode: string | undefined) => ({
  client: { memberClass: 'GOV', memberCode: undefined, subsystemCode: undefined },
  service: { memberClass: 'GOV', memberCode: code, subsystemCode },
  callHours: undefined,
})

const processDefaults = (batchSize: number, validationPeriodDays = 270) => ({
  schedule: '0 1 * * *',
  validationPeriodDays,
  batchSize,
  maxBatchesPerRun: 'unlimited',
})

const deathDefaults = (schedule: string) => ({ schedule, batchSize: 100, maxBatchesPerRun: 'unlimited' })

describe('defaults', () => {
  test('an empty environment gives the defaults of the specification', () => {
    expect(readSettings({})).toEqual({
      database: { url: undefined },
      encryption: {},
      http: {
        ...{ host: '127.0.0.1', port: 4000, workerPort: 4001 },
        ...{ monitoringHost: '127.0.0.1', monitoringPort: 4002 },
      },
      log: { level: 'info' },
      systemUserId: '4261eacf-8008-4e62-899f-de1e2f7065f0',
      timeZone: 'Europe/Kyiv',
      worker: { leaseSeconds: 10, triggerDelaySeconds: 60, runGuard: true, newRunGuardPercent: 30, stopSeconds: 10 },
      unzrInfo: { maxAttempts: 3 },
      employeeRequests: {
        ...{ expirationSchedule: '0 1 * * *', knownParty: 'confirm', signedContent: 'off' },
        ...{ mailsPerRecipient: 3, mailsPerLegalEntity: 50 },
      },
      signatures: { url: undefined, timeoutSeconds: 10 },
      mail: { smtpUrl: undefined, postmarkToken: undefined, from: undefined },
      keep: { historyDays: 400, runsDays: 400, auditDays: 'never', unzrInfoDays: 30, eventsDays: 'never' },
      api: {
        maxBodyBytes: 1_048_576,
        rateLimitToken: 600,
        rateLimitAddress: 1200,
        sessionHours: 12,
        sessionIdleMinutes: 30,
        passwordSignIn: true,
        secondFactor: 'off',
        introspection: false,
        masking: 'scope',
        streams: { token: 8, process: 200 },
        work: { token: 100_000, process: 300_000 },
        maxAnswerBytes: 16_777_216,
        lookups: { missesPerHour: 20, perHour: 120, alike: 5 },
        trustedProxies: undefined,
      },
      oidc: { issuer: undefined, audience: undefined, scope: 'openid email', jwksUrl: undefined, linking: 'confirm' },
      processes: {
        unzr: { person: processDefaults(100) },
        mvs_passport: { person: processDefaults(100), party: processDefaults(50) },
        dms_passport: { person: processDefaults(100), party: processDefaults(50) },
        drfo: { person: processDefaults(100, 180), party: processDefaults(50, 120) },
        dracs_death: { person: deathDefaults('*/3 * * * *'), party: deathDefaults('*/5 * * * *') },
      },
      drfo: { notVerifiedResults: new Set([1, 3, 4, 42]), closedResults: new Set([2]) },
      dracsDeath: { person: { full: 0.9, partial: 0.7 }, party: { full: 0.9, partial: 0.7 } },
      trembita: {
        urls: undefined,
        timeoutMs: 30_000,
        maxResponseBytes: 1_048_576,
        maxConnections: 32,
        tls: { certificate: undefined, key: undefined, passphrase: undefined, authority: undefined },
        instance: undefined,
        userId: undefined,
        protocolVersion: '4.0',
        groups: {
          mvs: {
            ...groupDefaults('00032684', '20_EIS_prod'),
            ...{ rateLimit: 50, concurrency: 16 },
            services: Object.fromEntries(
              ['checkunzr', 'unzr', 'CheckPassportStatus', 'CheckPassportDMSStatus'].map((code) => [
                code,
                { ...serviceDefaults, code, action: `urn:${code}`, element: code, answerElement: `${code}Response` },
              ]),
            ),
          },
          drfo: {
            ...groupDefaults(undefined, undefined),
            ...{ rateLimit: 20, concurrency: 8 },
            executor: { edrpou: undefined, rnokpp: undefined, fullName: undefined },
            services: {
              InfoRNOKPPDRFO: {
                ...serviceDefaults,
                ...{ code: 'InfoRNOKPPDRFO', soapVersion: '1.1', qualified: false },
                ...{ namespace: 'http://www.talend.org/service/', element: 'InfoRNOKPPDRFORequest' },
                action: 'http://www.talend.org/service/InfoRNOKPPDRFO',
                answerElement: 'InfoRNOKPPDRFOResponse',
              },
            },
          },
          dracs: {
            ...groupDefaults('00015622', undefined),
            ...{ rateLimit: 20, concurrency: 8 },
            services: {
              GetDeathArByFullNameAndBirthDate: {
                ...serviceDefaults,
                ...{ code: 'GetDeathArByFullNameAndBirthDate', soapVersion: '1.1' },
                ...{ namespace: 'http://tempuri.org/', element: 'GetDeathArByFullNameAndBirthDate' },
                action: 'http://tempuri.org/IArDeathService/GetDeathArByFullNameAndBirthDate',
                answerElement: 'GetDeathArByFullNameAndBirthDateResponse',
              },
            },
          },
        },
      },
    })
  })

  test('an empty text counts as absent', () => {
    expect(readSettings({ PORT: '', DATABASE_URL: '' })).toEqual(readSettings({}))
  })

  test('values below the environment apply if the environment has none', () => {
    const below = { LOG_LEVEL: 'warn', PORT: '1' }
    const settings = readSettings({ PORT: '2', LOG_LEVEL: '' }, below)
    expect([settings.log.level, settings.http.port]).toEqual(['warn', 2])
  })

  test('the action of a service follows its code unless it is set', () => {
    const code = { TREMBITA_MVS_CHECKPASSPORTDMSSTATUS_CODE: 'Check2' }
    expect(readSettings(code).trembita.groups.mvs.services.CheckPassportDMSStatus.action).toBe('urn:Check2')
    const both = { ...code, TREMBITA_MVS_CHECKPASSPORTDMSSTATUS_ACTION: 'urn:other' }
    expect(readSettings(both).trembita.groups.mvs.services.CheckPassportDMSStatus.action).toBe('urn:other')
  })

  test.each(['checkunzr', 'unzr', 'CheckPassportStatus', 'CheckPassportDMSStatus'] as const)(
    '%s has a setting for everything that its publisher may decide, under its own names',
    (service) => {
      const prefix = `TREMBITA_MVS_${service.toUpperCase()}`
      const { services } = readSettings({
        [`${prefix}_CODE`]: 'Other',
        [`${prefix}_VERSION`]: 'v1',
        [`${prefix}_SOAP_VERSION`]: '1.1',
        [`${prefix}_NAMESPACE`]: 'urn:body',
        [`${prefix}_QUALIFIED`]: 'false',
        [`${prefix}_EMPTY`]: 'element',
      }).trembita.groups.mvs
      expect(services).toEqual({
        ...readSettings({}).trembita.groups.mvs.services,
        [service]: {
          code: 'Other',
          version: 'v1',
          soapVersion: '1.1',
          ...{ action: 'urn:Other', element: 'Other', answerElement: 'OtherResponse' },
          namespace: 'urn:body',
          qualified: false,
          empty: 'element',
        },
      })
    },
  )

  test('every default is valid for its own setting', () => {
    const defaults = settingsOf(declaration).flatMap(({ name, fallback }) =>
      typeof fallback === 'string' ? [[name, fallback] as const] : [],
    )
    expect(problems(Object.fromEntries(defaults))).toEqual([])
  })

  test('no two settings share a name', () => {
    const names = settingsOf(declaration).map(({ name }) => name)
    expect(new Set(names).size).toBe(names.length)
  })
})

describe('values', () => {
  test.each([
    [
      'ZVIRKA_TRIGGER_DELAY_SECONDS',
      'off',
      'off',
      (s: ReturnType<typeof readSettings>) => s.worker.triggerDelaySeconds,
    ],
    ['ZVIRKA_LEASE_SECONDS', '3', 3, (s: ReturnType<typeof readSettings>) => s.worker.leaseSeconds],
    ['ZVIRKA_RUN_GUARD', 'off', false, (s: ReturnType<typeof readSettings>) => s.worker.runGuard],
    ['ZVIRKA_EVENTS_DAYS', '30', 30, (s: ReturnType<typeof readSettings>) => s.keep.eventsDays],
    ['TREMBITA_MVS_RATE_LIMIT', '0.5', 0.5, (s: ReturnType<typeof readSettings>) => s.trembita.groups.mvs.rateLimit],
    ['TREMBITA_MVS_RATE_LIMIT', 'off', 'off', (s: ReturnType<typeof readSettings>) => s.trembita.groups.mvs.rateLimit],
    [
      'TREMBITA_MVS_CALL_HOURS',
      '22:00-06:30',
      { from: 22 * 60, until: 6 * 60 + 30 },
      (s: ReturnType<typeof readSettings>) => s.trembita.groups.mvs.callHours,
    ],
    [
      'TREMBITA_URLS',
      'http://one.example:8080, https://two.example/',
      ['http://one.example:8080', 'https://two.example'],
      (s: ReturnType<typeof readSettings>) => s.trembita.urls,
    ],
    [
      'ZVIRKA_TRUSTED_PROXIES',
      '10.0.0.0/8, 2001:db8::1,::ffff:192.0.2.7,::ffff:172.16.0.0/108',
      ['10.0.0.0/8', '2001:db8::1', '192.0.2.7', '172.16.0.0/12'],
      (s: ReturnType<typeof readSettings>) => s.api.trustedProxies,
    ],
    [
      'DATABASE_URL',
      'postgres://zvirka:pass@one:5432,two:5433/zvirka',
      'postgres://zvirka:pass@one:5432,two:5433/zvirka',
      (s: ReturnType<typeof readSettings>) => s.database.url,
    ],
    [
      'DMS_PERSON_MAX_BATCHES_PER_RUN',
      '1',
      1,
      (s: ReturnType<typeof readSettings>) => s.processes.dms_passport.person.maxBatchesPerRun,
    ],
    [
      'TREMBITA_MVS_CLIENT_MEMBER_CODE',
      '00032684',
      '00032684',
      (s: ReturnType<typeof readSettings>) => s.trembita.groups.mvs.client.memberCode,
    ],
  ])('%s accepts %s', (name, raw, expected, pick) => {
    expect(pick(readSettings({ [name]: raw }))).toEqual(expected)
  })

  test.each([
    ['PORT', '65536'],
    ['PORT', '4e3'],
    ['PORT', ' 4000'],
    ['ZVIRKA_LEASE_SECONDS', '2'],
    ['ZVIRKA_LEASE_SECONDS', '10.5'],
    ['ZVIRKA_TRIGGER_DELAY_SECONDS', '-1'],
    ['ZVIRKA_RUN_GUARD', 'yes'],
    ['ZVIRKA_HISTORY_DAYS', '0'],
    ['ZVIRKA_TRUSTED_PROXIES', 'proxy.example'],
    ['OIDC_ISSUER', 'http://id.example'],
    ['OIDC_JWKS_URL', 'http://127.0.0.1.example/jwks'],
    ['OIDC_ACCESS_TOKEN_CLAIM', 'token_use'],
    ['ZVIRKA_TRUSTED_PROXIES', '10.0.0.0/33'],
    ['ZVIRKA_TRUSTED_PROXIES', '0.0.0.0/0'],
    ['LOG_LEVEL', 'INFO'],
    ['SYSTEM_USER_ID', '4261eacf'],
    ['TZ_SCHEDULE', 'Europe/Nowhere'],
    ['DMS_PERSON_SYNCHRONIZATION_SCHEDULE', '0 25 * * *'],
    ['DMS_PERSON_SYNCHRONIZATION_SCHEDULE', '0 0 1 * * *'],
    ['DMS_PERSON_SYNCHRONIZATION_SCHEDULE', '0 0 30 2 *'],
    ['HOST', '0.0.0.0:4000'],
    ['HOST', 'http://localhost'],
    ['OIDC_ISSUER', 'id.example'],
    ['OIDC_JWKS_URL', 'https://'],
    ['TREMBITA_MVS_UNZR_CODE', 'two words'],
    ['TREMBITA_MVS_UNZR_ACTION', 'urn:"x"'],
    ['TREMBITA_SEVDEIR_USERID', 'one\ntwo'],
    ['TREMBITA_TLS_CA', '/a\0b'],
    ['DMS_PASSPORT_PERSONS_SYNCHRONIZATION_BATCH_SIZE', '0'],
    ['PERSON_DRACS_DEATH_ACT_FULL_MATCH_SCORE', '0'],
    ['PERSON_DRACS_DEATH_ACT_FULL_MATCH_SCORE', '1.01'],
    ['PARTY_DRACS_DEATH_ACT_PARTIAL_MATCH_SCORE', '0.701'],
    ['TREMBITA_URLS', 'ftp://server.example'],
    ['TREMBITA_URLS', 'https://server.example/path'],
    ['TREMBITA_URLS', 'https://one.example,'],
    ['TREMBITA_MVS_RATE_LIMIT', '0'],
    ['TREMBITA_MVS_CALL_HOURS', '22:00-24:00'],
    ['TREMBITA_MVS_CALL_HOURS', '22:00-22:00'],
    ['TREMBITA_SEVDEIR_INSTANCE', 'SEVDEIR-PROD'],
    ['TREMBITA_MVS_CLIENT_MEMBER_CODE', '32684'],
    ['TREMBITA_MVS_CHECKPASSPORTDMSSTATUS_SOAP_VERSION', '1.3'],
  ])('%s refuses %j and names itself and the value', (name, raw) => {
    const [problem, ...others] = problems({ [name]: raw })
    expect(others).toEqual([])
    expect(problem).toMatch(new RegExp(`^${name} `))
    expect(problem).toContain(JSON.stringify(raw))
  })

  test.each([
    ['2027-12-01T00:00:00', 'it has one field'],
    ['2027-12-01 00:00:00', 'it has 2 fields'],
    ['0 0 1 * * *', 'it has 6 fields'],
    ['0 1 * *', 'it has 4 fields'],
    ['@daily', 'names such as @daily are not supported'],
    ['? 1 * * *', 'its field 1 is wrong'],
    ['0 1 * * +MON', 'its field 5 is wrong'],
    ['0 1 ? * ?', 'its field 3 is wrong'],
    ['0 25 * * *', ''],
    ['0 0 31 2 *', ''],
  ])('%s is no cron expression of five fields', (expression, words) => {
    const must =
      'must be a cron expression of five fields (minute hour day month weekday) that matches some day, such as `0 1 * * *`'
    const about = `DMS_PERSON_SYNCHRONIZATION_SCHEDULE ${must}, not "${expression}"`
    expect(problems({ DMS_PERSON_SYNCHRONIZATION_SCHEDULE: expression })).toEqual([
      words === '' ? about : `${about}; ${words}`,
    ])
  })

  test.each(['*/15 8-18 * * 1-5', '0,30 0 1,15 jan-MAR *', '0 1 L * *', '5  4 * * SUN'])('%s is one', (expression) => {
    expect(problems({ EMPLOYEE_REQUEST_EXPIRATION_SCHEDULE: expression })).toEqual([])
  })

  test.each([
    ['#', '%23'],
    ['/', '%2F'],
    ['?', '%3F'],
    ['@', '%40'],
    ['%', '%25'],
  ])('a raw %s in a password is reported with its encoding, without the password', (sign, encoded) => {
    const words = `has a raw ${sign} in its user or password, where it must be ${encoded} (% as %25, # as %23, / as %2F, ? as %3F, @ as %40)`
    for (const password of [`topsecret${sign}`, `topsecret${sign}topsecret`, `1${sign}topsecret`, `${sign}topsecret`]) {
      const DATABASE_URL = `postgres://zvirka:${password}@db1:5432,db2/zvirka?sslmode=require`
      expect(problems({ DATABASE_URL })).toEqual([`DATABASE_URL ${words}`])
      const SMTP_URL = `smtp://zvirka:${password}@mail.example:587`
      expect(problems({ SMTP_URL, MAIL_FROM: 'a@x.ua' })).toEqual([`SMTP_URL ${words}`])
    }
    const good = `zvirka:topsecret${encoded}`
    expect(
      problems({ DATABASE_URL: `postgres://${good}@db/x`, SMTP_URL: `smtp://${good}@mail`, MAIL_FROM: 'a@x.ua' }),
    ).toEqual([])
  })

  test.each([
    'postgres://db',
    'postgresql:///zvirka?host=/run/postgresql&user=me@corp',
    'postgres://u:p:q@[::1]:5432/zvirka?sslmode=verify-full&sslrootcert=/etc/ca.pem',
    'postgres://u@%2Frun%2Fpostgresql/zvirka',
  ])('DATABASE_URL accepts %s', (DATABASE_URL) => {
    expect(problems({ DATABASE_URL })).toEqual([])
  })

  test.each([
    ['postgres://u:topsecret@db:port/zvirka', 'must name hosts such as'],
    ['postgres://u:topsecret@db:70000/zvirka', 'must name hosts such as'],
    ['postgres://u:topsecret@db/zvirka/more', 'must name one database'],
    ['postgres://u:topsecret@db/zvirka?sslmode', 'may have only parameters such as'],
    ['postgres://u:topsecret@db/zvirka topsecret', 'must begin with postgres://'],
  ])('DATABASE_URL refuses %s', (DATABASE_URL, words) => {
    const [problem = '', ...others] = problems({ DATABASE_URL })
    expect(problem).toMatch(new RegExp(`^DATABASE_URL ${words}`))
    expect([problem.includes('topsecret'), others]).toEqual([false, []])
  })

  test('any value is accepted, or refused with the setting’s name and requirement', () => {
    const hostile = [
      ' x',
      '\n',
      'a\nb',
      '\0',
      '-1',
      '1e9',
      '0x10',
      '٣',
      '://',
      'http://',
      '%',
      '#',
      '"',
      '\ud800',
      '{}',
    ]
    const settings = settingsOf(declaration)
    for (const raw of [...hostile, 'a'.repeat(100_000), '9'.repeat(400)]) {
      const told = problems(Object.fromEntries(settings.map(({ name }) => [name, raw])))
      expect(told.length).toBeGreaterThan(settings.length / 2)
      for (const { name, isSecret } of settings) {
        const about = told.find((problem) => problem.startsWith(`${name} `))
        if (about === undefined) continue
        expect(about).toMatch(/^\S+ (must (be|begin|name|have|hold)|has (a raw|white space))/)
        expect(about.length).toBeLessThan(700)
        if (isSecret && raw.length > 3) expect(about).not.toContain(raw)
      }
    }
  })

  test.each([
    ['DATABASE_URL', 'mysql://zvirka:hunter2@db/zvirka'],
    ['TREMBITA_TLS_KEY_PASSPHRASE', ' hunter2'],
  ])('the value of the secret %s is not in the message', (name, raw) => {
    const message = problems({ [name]: raw }).join('\n')
    expect(message).toContain(name)
    expect(message).not.toContain('hunter2')
  })
})

describe('names', () => {
  test('an unknown name with our prefix is refused with the nearest known one', () => {
    expect(problems({ ZVIRKA_LEASE_SECOND: '10', DMS_PERSON_SYNCHRONISATION_SCHEDULE: '0 1 * * *' })).toEqual([
      'DMS_PERSON_SYNCHRONISATION_SCHEDULE is not a zvirka setting; did you mean DMS_PERSON_SYNCHRONIZATION_SCHEDULE?',
      'ZVIRKA_LEASE_SECOND is not a zvirka setting; did you mean ZVIRKA_LEASE_SECONDS?',
    ])
  })

  test('a name without a similar one is refused without a suggestion', () => {
    expect(problems({ ZVIRKA_X: '1' })).toEqual(['ZVIRKA_X is not a zvirka setting'])
  })

  test("other programs' names are ignored", () => {
    expect(problems({ PATH: '/bin', OTEL_SERVICE_NAME: 'x', PGHOST: 'y' })).toEqual([])
  })

  test.each([
    'UNZR_PERSON_SYNCHRONIZATION_SCHEDULE',
    'UNZR_PERSONS_SYNCHRONIZATION_BATCH_SIZE',
    'MVS_PERSON_SYNCHRONIZATION_SCHEDULE',
    'MVS_PARTY_VALIDATION_PERIOD_DAYS',
    'MVS_PASSPORT_PERSONS_SYNCHRONIZATION_BATCH_SIZE',
    'MVS_PASSPORT_PARTIES_SYNCHRONIZATION_BATCH_SIZE',
    'DMS_PARTY_MAX_BATCHES_PER_RUN',
    'DMS_PASSPORT_PARTIES_SYNCHRONIZATION_BATCH_SIZE',
    'DRACS_DEATH_ACTS_PERSONS_ONLINE_VERIFICATION_SCHEDULE',
    'DRACS_DEATH_ACTS_PARTIES_ONLINE_VERIFICATION_BATCH_SIZE',
    'DRACS_DEATH_PARTY_MAX_BATCHES_PER_RUN',
    'PERSON_DRACS_DEATH_ACT_FULL_MATCH_SCORE',
    'PARTY_DRACS_DEATH_ACT_PARTIAL_MATCH_SCORE',
    'UNZR_INFO_MAX_ATTEMPTS',
  ])('%s, by its name in the specification, is read and checked', (name) => {
    expect(problems({ [name]: 'anything' })).toEqual([expect.stringContaining(name)])
  })

  test('ZVIRKA_PUBLIC_URL ends without a slash, with or without a path, and is only an address', () => {
    const read = (url: string) => readSettings({ ZVIRKA_PUBLIC_URL: url }).http.publicUrl
    expect(read('https://zvirka.example')).toBe('https://zvirka.example')
    expect(read('https://example.org/zvirka')).toBe('https://example.org/zvirka')
    for (const wrong of ['zvirka.example', 'https://user@zvirka.example', 'https://zvirka.example/?a=b'])
      expect(problems({ ZVIRKA_PUBLIC_URL: wrong })).toEqual([expect.stringContaining('ZVIRKA_PUBLIC_URL')])
  })

  test('the white score of an act of death is higher than the candidate score', () => {
    const scores = (full: string, partial: string) =>
      problems({ PARTY_DRACS_DEATH_ACT_FULL_MATCH_SCORE: full, PARTY_DRACS_DEATH_ACT_PARTIAL_MATCH_SCORE: partial })
    expect(scores('0.8', '0.8')).toEqual([expect.stringContaining('PARTY_DRACS_DEATH_ACT_PARTIAL_MATCH_SCORE')])
    expect(scores('1', '0.99')).toEqual([])
  })

  test('all problems are reported at once', () => {
    const environment = { PORT: 'x', ZVIRKA_FOO_BAR: '1', TREMBITA_TLS_CERT: '/cert.pem' }
    expect(problems(environment)).toHaveLength(3)
    expect(() => readSettings(environment)).toThrow(/wrong in 3 places:\n {2}PORT .*\n {2}TREMBITA_TLS_KEY is missing/)
  })
})

describe('mail', () => {
  test('somebody must be able to sign in: without passwords a provider is required', () => {
    expect(() => readSettings({ ZVIRKA_PASSWORD_SIGN_IN: 'off' })).toThrow(
      'OIDC_ISSUER is missing: ZVIRKA_PASSWORD_SIGN_IN is off, and nobody could sign in without an OpenID provider',
    )
    const provider = { OIDC_ISSUER: 'https://id.example', OIDC_AUDIENCE: 'zvirka' }
    expect(readSettings({ ZVIRKA_PASSWORD_SIGN_IN: 'off', ...provider }).api.passwordSignIn).toBe(false)
  })

  const MAIL_FROM = 'eHealth <no-reply@ehealth.example>'

  test.each(['smtp://mail', 'smtps://us%40er:pass@mail.example:465', 'smtp://10.0.0.1:587?starttls=optional'])(
    'is sent through %s',
    (SMTP_URL) => {
      expect(readSettings({ SMTP_URL, MAIL_FROM }).mail).toMatchObject({ smtpUrl: SMTP_URL, from: MAIL_FROM })
    },
  )

  test.each(['http://mail', 'smtp://', 'smtp://mail/box', 'smtp://mail?secure=no', 'smtp://topsecret@ mail'])(
    'is not sent through %s, which is not quoted, because it may contain a password',
    (SMTP_URL) => {
      const [problem = '', ...more] = problems({ SMTP_URL, MAIL_FROM })
      expect(more).toEqual([])
      expect(problem).toMatch(/^SMTP_URL must be smtp:/)
      expect(problem).not.toContain('topsecret')
    },
  )

  test('has one transport: two are refused', () => {
    expect(problems({ SMTP_URL: 'smtp://mail', POSTMARK_TOKEN: 'topsecret', MAIL_FROM })).toEqual([
      'SMTP_URL and POSTMARK_TOKEN are both set: unset one of them',
    ])
  })

  test.each([{ SMTP_URL: 'smtp://mail' }, { POSTMARK_TOKEN: 'topsecret' }])('with %o needs a sender', (way) => {
    const [name = ''] = Object.keys(way)
    expect(problems(way)).toEqual([`MAIL_FROM is missing: ${name} is set, and e-mails need a sender`])
  })

  test.each(['nobody', 'a@b@c', 'a@x.ua, b@x.ua', '<a@x.ua>'])('%s is no sender', (from) => {
    expect(problems({ MAIL_FROM: from })).toEqual([expect.stringContaining('MAIL_FROM must be an address')])
  })

  test('has links to the public address, including its path', () => {
    const publicUrl = (ZVIRKA_PUBLIC_URL: string) => readSettings({ ZVIRKA_PUBLIC_URL }).http.publicUrl
    expect(publicUrl('https://ehealth.example/')).toBe('https://ehealth.example')
    expect(publicUrl('https://EHEALTH.example/zvirka/')).toBe('https://ehealth.example/zvirka')
    expect(readSettings({}).http.publicUrl).toBeUndefined()
  })

  test.each<[string, Environment, string | undefined, string]>([
    [
      'the public address',
      { ZVIRKA_PUBLIC_URL: 'https://x.ua/a', PORT: '0' },
      'http://127.0.0.1:4999',
      'https://x.ua/a',
    ],
    [
      'the address at which this process serves the API',
      { PORT: '0' },
      'http://127.0.0.1:4999',
      'http://127.0.0.1:4999',
    ],
    ['that at which another would', { HOST: '::1', PORT: '4001' }, undefined, 'http://[::1]:4001'],
  ])('has links to %s', (_words, environment, apiUrl, expected) => {
    expect(publicUrlOf(readSettings(environment), apiUrl)).toBe(expected)
  })

  test.each(['ehealth.example', 'ftp://x.ua', 'https://x.ua/?a=1', 'https://user@x.ua/'])(
    'has no links to %s',
    (url) => {
      expect(problems({ ZVIRKA_PUBLIC_URL: url })).toEqual([expect.stringContaining('ZVIRKA_PUBLIC_URL must be')])
    },
  )
})

test('an OpenID provider needs an audience', () => {
  expect(problems({ OIDC_ISSUER: 'https://id.example' })).toEqual([
    'OIDC_AUDIENCE is missing: OIDC_ISSUER is set, and tokens issued to other applications must be refused',
  ])
})

describe('the settings that calls need', () => {
  const complete = { ...demoTrembita, TREMBITA_URLS: 'http://server.example' }

  test('everything without a default is named', () => {
    const named = problemsOf(() => requireTrembita(readSettings({}))).map((problem) => problem.split(' ')[0])
    expect(named).toEqual([
      'TREMBITA_URLS',
      'TREMBITA_SEVDEIR_INSTANCE',
      'TREMBITA_SEVDEIR_USERID',
      'TREMBITA_MVS_CLIENT_MEMBER_CODE',
      'TREMBITA_MVS_CLIENT_SUBSYSTEM_CODE',
    ])
  })

  test('a disabled group needs nothing, and is undefined', () => {
    const { TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE: _, ...without } = complete
    expect(requireTrembita(readSettings(without)).groups.drfo).toBeUndefined()
    const noDracs = { ...complete, TREMBITA_DRACS_SERVICE_SUBSYSTEM_CODE: '' }
    expect(requireTrembita(readSettings(noDracs)).groups).toMatchObject({ dracs: undefined, drfo: {} })
  })

  test('an enabled group names what it lacks, and takes the client from MVS', () => {
    const { TREMBITA_DRFO_EXECUTOR_RNOKPP: _, TREMBITA_DRFO_SERVICE_MEMBER_CODE: __, ...without } = complete
    expect(problemsOf(() => requireTrembita(readSettings(without)))).toEqual([
      'TREMBITA_DRFO_SERVICE_MEMBER_CODE is not set; TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE is set, and the registry needs it',
      'TREMBITA_DRFO_EXECUTOR_RNOKPP is not set; TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE is set, and the registry needs it',
    ])
    const { drfo } = requireTrembita(readSettings(complete)).groups
    expect(drfo?.client).toEqual({ memberClass: 'GOV', memberCode: '42032422', subsystemCode: 'zvirka_demo' })
    expect(drfo?.executor.edrpou).toBe('42032422')
    const { dracs } = requireTrembita(readSettings(complete)).groups
    expect(dracs).toMatchObject({ client: drfo?.client, service: { memberCode: '00015622' } })
    const own = { ...complete, TREMBITA_DRFO_CLIENT_MEMBER_CODE: '11111111' }
    expect(requireTrembita(readSettings(own)).groups.drfo).toMatchObject({
      client: { memberCode: '11111111' },
      executor: { edrpou: '11111111' },
    })
  })

  test('the official who asks the tax register is not repeated in an error', () => {
    const wrong = { ...complete, TREMBITA_DRFO_EXECUTOR_RNOKPP: 'Таємниця 12345' }
    expect(problems(wrong)).toEqual(['TREMBITA_DRFO_EXECUTOR_RNOKPP must be ten digits, or the number of a passport'])
  })

  test('the demo lacks only an address', () => {
    expect(requireTrembita(readSettings(complete)).groups.mvs.client.memberCode).toBe('42032422')
  })

  test('an https address needs certificate, key and the CA', () => {
    const https = { ...complete, TREMBITA_URLS: 'https://server.example' }
    expect(problemsOf(() => requireTrembita(readSettings(https)))).toHaveLength(3)
    const files = { TREMBITA_TLS_CERT: '/cert.pem', TREMBITA_TLS_KEY: '/key.pem', TREMBITA_TLS_CA: '/ca.pem' }
    expect(requireTrembita(readSettings({ ...https, ...files })).tls.authority).toBe('/ca.pem')
  })
})

test('a Result of the tax register has one meaning', () => {
  expect(problems({ DRFO_CLOSED_RESULTS: '2,42' })).toEqual([
    'DRFO_NOT_VERIFIED_RESULTS and DRFO_CLOSED_RESULTS both have 42: a code can be in only one of them',
  ])
  expect(problems({ DRFO_CLOSED_RESULTS: '0' })).toHaveLength(1)
})

describe('a secret in a file', () => {
  const write = async (text: string) => {
    const path = join(await mkdtemp(join(tmpdir(), 'zvirka-secret-')), 'secret')
    await writeFile(path, text)
    return path
  }

  test('is read from the file named by _FILE, without the final newline', async () => {
    const path = await write('postgres://me:topsecret@db/x\n')
    expect(readSettings({ DATABASE_URL_FILE: path }).database.url).toBe('postgres://me:topsecret@db/x')
  })

  test.each(['DATABASE_URL', 'SMTP_URL', 'POSTMARK_TOKEN', 'TREMBITA_TLS_KEY_PASSPHRASE'])(
    '%s_FILE that cannot be read is reported by name, without content',
    async (name) => {
      expect(problems({ [`${name}_FILE`]: '/nowhere/at/all' })).toContain(
        `${name}_FILE names a file that cannot be read (ENOENT)`,
      )
      expect(problems({ [`${name}_FILE`]: await write('\n') })).toContain(`${name}_FILE names an empty file`)
      const both = problems({ [`${name}_FILE`]: await write('topsecret'), [name]: 'topsecret' })
      expect(both).toContain(`${name} and ${name}_FILE are both set: unset one of them`)
      expect(both.join()).not.toContain('topsecret')
    },
  )

  test('is not supported for settings that are no secrets', () => {
    expect(problems({ ZVIRKA_LEASE_SECONDS_FILE: '/x' })).toHaveLength(1)
  })
})

test('signed content needs a service that verifies signatures, over https', () => {
  const http = { EMPLOYEE_REQUEST_SIGNED_CONTENT: 'http' }
  expect(problems(http)).toEqual([expect.stringContaining('SIGNATURE_SERVICE_URL is missing')])
  expect(problems({ ...http, SIGNATURE_SERVICE_URL: 'https://ds.example/digital_signatures' })).toEqual([])
  expect(problems({ ...http, SIGNATURE_SERVICE_URL: 'http://ds.example/' })).toEqual([
    expect.stringContaining('SIGNATURE_SERVICE_URL must be an https address'),
    expect.anything(),
  ])
})
