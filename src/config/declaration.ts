import { databaseUrl, smtpUrl } from './addresses.ts'
import { edrpou, groupSettings, serviceSettings } from './groups.ts'
import { networks } from './networks.ts'
import {
  claim,
  codes,
  cron,
  host,
  integer,
  names,
  oneOf,
  onOff,
  or,
  path,
  pattern,
  publicUrl,
  sender,
  serverUrls,
  text,
  timeZone,
  trustedUrl,
  uuid,
} from './parsers.ts'

import { inherited, optional, secret, setting } from './setting.ts'

const days = or(integer(1, 36_500), 'never')
const taxId = pattern(/^(\d{10}|\d{9}|[А-ЯҐЄІЇ]{2}\d{6})$/u, 'ten digits, or the number of a passport')

/** The settings of one scheduled process, whose names come from its parts (spec 2.1), e.g. `DMS`, `PERSON`, `DMS_PASSPORT_PERSONS`. */
export function processSettings(stream: string, subject: string, batch: string, batchSize: number, days = 270) {
  return {
    schedule: setting(
      `${stream}_${subject}_SYNCHRONIZATION_SCHEDULE`,
      cron,
      '0 1 * * *',
      'When a run of the process starts, by the clocks of `TZ_SCHEDULE`.',
    ),
    validationPeriodDays: setting(
      `${stream}_${subject}_VALIDATION_PERIOD_DAYS`,
      integer(1, 36_500),
      `${days}`,
      'After how many days a subject that was checked is due again.',
    ),
    batchSize: setting(
      `${batch}_SYNCHRONIZATION_BATCH_SIZE`,
      integer(1, 10_000),
      `${batchSize}`,
      'How many subjects a worker claims at once.',
    ),
    maxBatchesPerRun: setting(
      `${stream}_${subject}_MAX_BATCHES_PER_RUN`,
      or(integer(1), 'unlimited'),
      'unlimited',
      'After how many batches, in the whole cluster, a run ends though subjects are still due.',
    ),
  }
}

/** Every setting there is, grouped as the code reads them. A new process or service is one more line here. */
export const declaration = {
  database: {
    url: secret('DATABASE_URL', databaseUrl, 'The PostgreSQL to use, several hosts allowed; absent: one of our own.'),
  },
  encryption: {
    keysFile: optional(
      'ZVIRKA_ENCRYPTION_KEYS_FILE',
      path,
      'The file of keys with which is sealed what must not be readable in the database, see [operations](operations.md#keys); absent: there is none, the register of UNZR is not asked, and nobody has a second factor. The embedded database and the demo have one of their own.',
    ),
  },
  http: {
    host: setting('HOST', host, '127.0.0.1', 'The address on which `zvirka start` and `zvirka api` listen.'),
    port: setting('PORT', integer(0, 65_535), '4000', 'The port of `zvirka start` and `zvirka api`.'),
    publicUrl: optional(
      'ZVIRKA_PUBLIC_URL',
      publicUrl,
      'The address by which people reach the API, its pages and the links in its mails; with a path where what stands before the API shows it below one, and takes that path off. Absent: the address of the API itself.',
    ),
    monitoringHost: setting(
      'ZVIRKA_MONITORING_HOST',
      host,
      '127.0.0.1',
      'The address on which health and metrics of workers and of the API are served, apart from the API itself.',
    ),
    monitoringPort: setting(
      'ZVIRKA_MONITORING_PORT',
      integer(0, 65_535),
      '4002',
      'The port of the health and metrics of `zvirka api`; where it is taken, or `0`: any free one, which is logged.',
    ),
    workerPort: setting(
      'ZVIRKA_WORKER_PORT',
      integer(0, 65_535),
      '4001',
      'The port of the health and metrics of a worker; where it is taken, or `0`: any free one, which is printed.',
    ),
  },
  api: {
    maxBodyBytes: setting(
      'ZVIRKA_MAX_BODY_BYTES',
      integer(1024, 1_073_741_824),
      '1048576',
      'The largest body of a request to the API.',
    ),
    rateLimitToken: setting(
      'ZVIRKA_RATE_LIMIT_TOKEN',
      or(integer(1), 'off'),
      '600',
      'How many requests a minute a token may make of one process of the API.',
    ),
    rateLimitAddress: setting(
      'ZVIRKA_RATE_LIMIT_ADDRESS',
      or(integer(1), 'off'),
      '1200',
      'How many requests a minute may come from one address to one process of the API.',
    ),
    trustedProxies: optional(
      'ZVIRKA_TRUSTED_PROXIES',
      networks,
      'The reverse proxies before the API: from these `X-Forwarded-For`, `-Proto` and `-Host` are believed; absent: from nobody.',
    ),
    sessionHours: setting(
      'ZVIRKA_SESSION_HOURS',
      integer(1, 24),
      '12',
      'After how many hours a session ends, whatever happens in it.',
    ),
    sessionIdleMinutes: setting(
      'ZVIRKA_SESSION_IDLE_MINUTES',
      or(integer(1, 1440), 'off'),
      '30',
      'After how many minutes without activity a session of the admin page or of an invitation ends; `off`: it does not end so.',
    ),
    masking: setting(
      'ZVIRKA_MASKING',
      oneOf('scope', 'token'),
      'scope',
      'Who of the NHS sees numbers masked: `scope`: whoever has not `person:personal_data` (of parties `party:personal_data`), and tokens that mask; `token`: these alone.',
    ),
    lookups: {
      missesPerHour: setting(
        'ZVIRKA_LOOKUP_MISSES_PER_HOUR',
        or(integer(1, 1_000_000), 'off'),
        '20',
        'How many numbers that nobody has a user who sees numbers masked may look for in an hour; see [access](access.md#looking-for-a-number).',
      ),
      perHour: setting(
        'ZVIRKA_LOOKUPS_PER_HOUR',
        or(integer(1, 1_000_000), 'off'),
        '120',
        'How many different numbers such a user may look for in an hour, whatever is found.',
      ),
      alike: setting(
        'ZVIRKA_LOOKUPS_ALIKE',
        or(integer(1, 1_000_000), 'off'),
        '5',
        "How many different numbers that may be one person's such a user may look for in 30 days.",
      ),
    },
    passwordSignIn: setting(
      'ZVIRKA_PASSWORD_SIGN_IN',
      onOff,
      'on',
      'Whether users sign in with a password; `off`: at the OpenID provider alone, which `OIDC_ISSUER` must name then.',
    ),
    secondFactor: setting(
      'ZVIRKA_SECOND_FACTOR',
      oneOf('off', 'nhs', 'all'),
      'off',
      'Who must have a [second factor](access.md#a-second-factor) to sign in with a password: `nhs`: whoever has a role in a client of the NHS; `all`: every user. Anybody may have one. It takes keys to seal with.',
    ),
    work: {
      token: setting(
        'ZVIRKA_GRAPHQL_TOKEN_WORK',
        integer(50_000, 100_000_000),
        '100000',
        'How much GraphQL work of one token one process of the API has under way at once, in values that answers may hold; an operation counts as 1,000 at least.',
      ),
      process: setting(
        'ZVIRKA_GRAPHQL_PROCESS_WORK',
        integer(50_000, 100_000_000),
        '300000',
        'The same of all tokens together.',
      ),
    },
    streams: {
      token: setting(
        'ZVIRKA_STREAMS_PER_TOKEN',
        integer(1, 10_000),
        '8',
        'How many streams of progress a token has open at once.',
      ),
      process: setting(
        'ZVIRKA_STREAMS_PER_PROCESS',
        integer(1, 100_000),
        '200',
        'How many streams of progress one process of the API has open at once.',
      ),
    },
    maxAnswerBytes: setting(
      'ZVIRKA_MAX_ANSWER_BYTES',
      integer(65_536, 1_073_741_824),
      '16777216',
      'The largest answer of GraphQL.',
    ),
    introspection: setting(
      'ZVIRKA_GRAPHQL_INTROSPECTION',
      onOff,
      'off',
      'Whether the GraphQL schema may be read, and the page to try queries is there; on in the demo.',
    ),
  },
  mail: {
    smtpUrl: secret(
      'SMTP_URL',
      smtpUrl,
      'The mail server; to another machine mails go encrypted, unless `?starttls=optional` is added.',
    ),
    postmarkToken: secret('POSTMARK_TOKEN', text, "The token of a Postmark server, in `SMTP_URL`'s place."),
    from: optional('MAIL_FROM', sender, 'From whom mails are; needed with either of them.'),
  },
  oidc: {
    issuer: optional(
      'OIDC_ISSUER',
      trustedUrl,
      'The OpenID provider whose tokens are accepted beside our own; absent: none.',
    ),
    audience: optional('OIDC_AUDIENCE', text, "The audience that the provider's tokens must be made for."),
    clientId: optional(
      'OIDC_CLIENT_ID',
      text,
      'The public client with which the admin page signs in at the provider; absent: the page does not offer it.',
    ),
    scope: setting(
      'OIDC_SCOPE',
      text,
      'openid email',
      'What the admin page asks the provider for, with spaces between; the token must come to have the scopes of the role.',
    ),
    jwksUrl: optional(
      'OIDC_JWKS_URL',
      trustedUrl,
      "Where the provider's keys are; absent: where its discovery document says.",
    ),
    accessTokenClaim: optional(
      'OIDC_ACCESS_TOKEN_CLAIM',
      claim,
      'By which claim access tokens are told from other tokens of the provider; absent: by the type `at+jwt` (RFC 9068).',
    ),
    authorizedParties: optional(
      'OIDC_AUTHORIZED_PARTIES',
      names,
      'To whom tokens may be issued (`azp`) besides their own `client_id` and `OIDC_CLIENT_ID`; absent: to nobody.',
    ),
    linking: setting(
      'OIDC_LINKING',
      oneOf('confirm', 'automatic'),
      'confirm',
      'Whether a verified e-mail of the provider links to the user who has it by itself, or once `zvirka user link` confirms it.',
    ),
  },
  log: {
    level: setting(
      'LOG_LEVEL',
      oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
      'info',
      'The least important lines that are still logged.',
    ),
  },
  systemUserId: setting(
    'SYSTEM_USER_ID',
    uuid,
    '4261eacf-8008-4e62-899f-de1e2f7065f0',
    'The user in whose name jobs and imports write.',
  ),
  timeZone: setting('TZ_SCHEDULE', timeZone, 'Europe/Kyiv', 'The time zone in which schedules are read.'),
  employeeRequests: {
    expirationSchedule: setting(
      'EMPLOYEE_REQUEST_EXPIRATION_SCHEDULE',
      cron,
      '0 1 * * *',
      'When employee requests expire that nobody answered in time, by the clocks of `TZ_SCHEDULE`.',
    ),
    knownParty: setting(
      'EMPLOYEE_REQUEST_KNOWN_PARTY',
      oneOf('confirm', 'seed'),
      'confirm',
      'What it takes to change a party that has users: `confirm`, that one of them approves or that the NHS has confirmed the request; `seed`, no more than that the one whom it invites approves.',
    ),
    signedContent: setting(
      'EMPLOYEE_REQUEST_SIGNED_CONTENT',
      oneOf('off', 'http', 'structure-only'),
      'off',
      'Whether requests may come as signed content: `off`; `http`, opened and verified by the service at `SIGNATURE_SERVICE_URL`; `structure-only`, opened and not verified at all, which only a demo may.',
    ),
    mailsPerRecipient: setting(
      'EMPLOYEE_REQUEST_MAILS_PER_RECIPIENT',
      integer(1, 10_000),
      '3',
      'How many mails requests may cause to one e-mail within a day.',
    ),
    mailsPerLegalEntity: setting(
      'EMPLOYEE_REQUEST_MAILS_PER_LEGAL_ENTITY',
      integer(1, 1_000_000),
      '50',
      'How many invitations one legal entity may cause within an hour.',
    ),
  },
  signatures: {
    url: optional(
      'SIGNATURE_SERVICE_URL',
      trustedUrl,
      'The service that opens signed content and verifies signatures ([api.md](api.md#signed-content)).',
    ),
    timeoutSeconds: setting(
      'SIGNATURE_SERVICE_TIMEOUT_SECONDS',
      integer(1, 50),
      '10',
      'How long it has for one document.',
    ),
  },
  unzrInfo: {
    maxAttempts: setting(
      'UNZR_INFO_MAX_ATTEMPTS',
      integer(1, 100),
      '3',
      'How often UNZR info is asked for before its job has failed.',
    ),
  },
  worker: {
    leaseSeconds: setting(
      'ZVIRKA_LEASE_SECONDS',
      integer(3, 3600),
      '10',
      'How long after its last sign of life a worker counts as dead and its subjects are given to others.',
    ),
    triggerDelaySeconds: setting(
      'ZVIRKA_TRIGGER_DELAY_SECONDS',
      or(integer(0, 86_400), 'off'),
      '60',
      'How long after a change of a subject a run for triggered subjects alone may start.',
    ),
    runGuard: setting(
      'ZVIRKA_RUN_GUARD',
      onOff,
      'on',
      'Whether a run stops by itself when its answers are unusually unfavourable or most of its subjects fail.',
    ),
    newRunGuardPercent: setting(
      'ZVIRKA_NEW_RUN_GUARD_PERCENT',
      integer(1, 100),
      '30',
      'At which share of unfavourable answers, in percent, a run of a process stops whose codes are settings (DRFO), until 5,000 of its answers are known.',
    ),
    stopSeconds: setting(
      'ZVIRKA_STOP_SECONDS',
      integer(0, 3600),
      '10',
      'How long calls under way may still take when a worker is told to stop.',
    ),
  },
  keep: {
    historyDays: setting(
      'ZVIRKA_HISTORY_DAYS',
      days,
      '400',
      'How long the history of verification is kept; the newest entry of a subject and stream stays.',
    ),
    runsDays: setting('ZVIRKA_RUNS_DAYS', days, '400', 'How long finished runs are kept.'),
    auditDays: setting('ZVIRKA_AUDIT_DAYS', days, 'never', 'How long the audit is kept; `never`: it is not pruned.'),
    unzrInfoDays: setting(
      'ZVIRKA_UNZR_INFO_DAYS',
      days,
      '30',
      'How long what the register of UNZR answered is kept; that it was asked stays.',
    ),
    eventsDays: setting('ZVIRKA_EVENTS_DAYS', days, 'never', 'How long events are kept; `never`: they are not pruned.'),
  },
  processes: {
    unzr: { person: processSettings('UNZR', 'PERSON', 'UNZR_PERSONS', 100) },
    mvs_passport: {
      person: processSettings('MVS', 'PERSON', 'MVS_PASSPORT_PERSONS', 100),
      party: processSettings('MVS', 'PARTY', 'MVS_PASSPORT_PARTIES', 50),
    },
    dms_passport: {
      person: processSettings('DMS', 'PERSON', 'DMS_PASSPORT_PERSONS', 100),
      party: processSettings('DMS', 'PARTY', 'DMS_PASSPORT_PARTIES', 50),
    },
    drfo: {
      person: processSettings('DRFO', 'PERSON', 'PERSONS', 100, 180),
      party: processSettings('DRFO', 'PARTY', 'DRFO_PARTIES', 50, 120),
    },
  },
  drfo: {
    notVerifiedResults: setting(
      'DRFO_NOT_VERIFIED_RESULTS',
      codes,
      '1,3,4,42',
      'Which Results of the tax register mean that it does not know the person so; see [the first run of a stream](operations.md#the-first-run-of-a-stream).',
    ),
    closedResults: setting(
      'DRFO_CLOSED_RESULTS',
      codes,
      '2',
      'Which mean that the number was removed from the account. Any other Result but 0 is a technical error.',
    ),
  },
  trembita: {
    urls: optional('TREMBITA_URLS', serverUrls, "Our organisation's security servers."),
    timeoutMs: setting(
      'TREMBITA_TIMEOUT_MS',
      integer(1, 3_600_000),
      '30000',
      'How many milliseconds one attempt of a call may take in all.',
    ),
    maxResponseBytes: setting(
      'TREMBITA_MAX_RESPONSE_BYTES',
      integer(1024, 1_073_741_824),
      '262144',
      'The largest answer that is read.',
    ),
    maxConnections: setting(
      'TREMBITA_MAX_CONNECTIONS',
      integer(1, 10_000),
      '32',
      'How many connections to each security server there may be.',
    ),
    tls: {
      certificate: optional(
        'TREMBITA_TLS_CERT',
        path,
        'The file with our client certificate (PEM), after it those of the authorities that signed it.',
      ),
      key: optional('TREMBITA_TLS_KEY', path, 'The file with the key of our client certificate (PEM).'),
      passphrase: secret('TREMBITA_TLS_KEY_PASSPHRASE', text, 'The passphrase of the key, where it has one.'),
      authority: optional('TREMBITA_TLS_CA', path, "The file with the security servers' certificate (PEM)."),
    },
    instance: optional(
      'TREMBITA_SEVDEIR_INSTANCE',
      oneOf('SEVDEIR', 'SEVDEIR-TEST'),
      'The instance of Trembita: the real one or the test one.',
    ),
    userId: optional('TREMBITA_SEVDEIR_USERID', text, 'The userId that every message carries.'),
    protocolVersion: setting(
      'TREMBITA_SEVDEIR_PROTOCOL_VERSION',
      pattern(/^4\.\d+$/, 'a version such as `4.0`'),
      '4.0',
      'The version of the message protocol.',
    ),
    groups: {
      mvs: groupSettings('MVS', {
        memberCode: '00032684',
        subsystemCode: '20_EIS_prod',
        rateLimit: '50',
        concurrency: '16',
        services: {
          checkunzr: serviceSettings('MVS', 'checkunzr'),
          unzr: serviceSettings('MVS', 'unzr'),
          CheckPassportStatus: serviceSettings('MVS', 'CheckPassportStatus'),
          CheckPassportDMSStatus: serviceSettings('MVS', 'CheckPassportDMSStatus'),
        },
      }),
      drfo: {
        ...groupSettings('DRFO', {
          client: 'MVS',
          rateLimit: '20',
          concurrency: '8',
          services: {
            InfoRNOKPPDRFO: serviceSettings('DRFO', 'InfoRNOKPPDRFO', {
              soapVersion: '1.1',
              action: 'http://www.talend.org/service/InfoRNOKPPDRFO',
              namespace: 'http://www.talend.org/service/',
              qualified: 'false',
              element: 'InfoRNOKPPDRFORequest',
            }),
          },
        }),
        executor: {
          edrpou: inherited(
            'TREMBITA_DRFO_EXECUTOR_EDRPOU',
            edrpou,
            ['TREMBITA_DRFO_CLIENT_MEMBER_CODE', 'TREMBITA_MVS_CLIENT_MEMBER_CODE'],
            'The EDRPOU code of the organisation for which the official asks.',
          ),
          rnokpp: secret(
            'TREMBITA_DRFO_EXECUTOR_RNOKPP',
            taxId,
            'The tax id of the official in whose name the organisation asks; needed where DRFO is served.',
          ),
          fullName: secret('TREMBITA_DRFO_EXECUTOR_FULL_NAME', text, 'The full name of that official.'),
        },
      },
      dracs: groupSettings('DRACS', {
        client: 'MVS',
        memberCode: '00015622',
        rateLimit: '20',
        concurrency: '8',
        services: {
          GetDeathArByFullNameAndBirthDate: serviceSettings('DRACS', 'GetDeathArByFullNameAndBirthDate', {
            soapVersion: '1.1',
            action: 'http://tempuri.org/IArDeathService/GetDeathArByFullNameAndBirthDate',
            namespace: 'http://tempuri.org/',
          }),
        },
      }),
    },
  },
}
