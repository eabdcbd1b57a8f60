import { databaseUrl, smtpUrl } from './addresses.ts'
import { edrpou, groupSettings, serviceSettings } from './groups.ts'
import { networks } from './networks.ts'
import {
  codes,
  cron,
  host,
  integer,
  lineOfText,
  names,
  oneOf,
  onOff,
  or,
  path,
  pattern,
  publicUrl,
  sender,
  serverUrls,
  share,
  timeZone,
  tokenClaim,
  trustedUrl,
  uuidText,
} from './parsers.ts'

import { inherited, optional, secret, setting } from './setting.ts'

const days = or(integer(1, 36_500), 'never')
const taxId = pattern(/^(\d{10}|\d{9}|[А-ЯҐЄІЇ]{2}\d{6})$/u, 'tax_id')

/** The settings of one scheduled process (spec 2.1). Their names come from its parts, e.g. `DMS`, `PERSON`, `DMS_PASSPORT_PERSONS`. */
export function processSettings(stream: string, subject: string, batch: string, batchSize: number, days = 270) {
  return {
    schedule: setting(
      `${stream}_${subject}_SYNCHRONIZATION_SCHEDULE`,
      cron,
      '0 1 * * *',
      'When a run of the process starts, in the time zone `TZ_SCHEDULE`.',
    ),
    validationPeriodDays: setting(
      `${stream}_${subject}_VALIDATION_PERIOD_DAYS`,
      integer(1, 36_500),
      `${days}`,
      'After how many days a checked subject is due again.',
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
      'The number of batches, in the whole cluster, after which a run ends even if subjects are still due.',
    ),
  }
}

/** The settings of a process that asks about deaths: a subject is asked about once after each trigger, never again by age (spec 8.2). */
function deathProcessSettings(subject: string, subjects: string, schedule: string) {
  const name = (part: string) => `DRACS_DEATH_ACTS_${subjects}_ONLINE_VERIFICATION_${part}`
  const { batchSize, maxBatchesPerRun } = processSettings('DRACS_DEATH', subject, '', 100)
  return {
    schedule: setting(
      name('SCHEDULE'),
      cron,
      schedule,
      'When a run of the process starts, if somebody is due, in the time zone `TZ_SCHEDULE`.',
    ),
    batchSize: { ...batchSize, name: name('BATCH_SIZE') },
    maxBatchesPerRun,
  }
}

/** The scores from which an act of death becomes a candidate (spec 8.10). */
function deathScores(subject: string) {
  const name = (part: string) => `${subject}_DRACS_DEATH_ACT_${part}_MATCH_SCORE`
  return {
    full: setting(
      name('FULL'),
      share,
      '0.9',
      'The score from which an act of death counts as that of the subject until a person decides.',
    ),
    partial: setting(name('PARTIAL'), share, '0.7', 'The score from which a person must review an act of death.'),
  }
}

/** Every setting, grouped as the code reads them. A new process or service is one more line here. */
export const declaration = {
  database: {
    url: secret(
      'DATABASE_URL',
      databaseUrl,
      'The PostgreSQL database, several hosts allowed; absent: the embedded one.',
    ),
  },
  encryption: {
    keysFile: optional(
      'ZVIRKA_ENCRYPTION_KEYS_FILE',
      path,
      'The file with the [encryption keys](operations.md#keys) for values that must not be readable in the database; absent: the UNZR register is not asked, and nobody can have a second factor. The embedded database and the demo have their own file.',
    ),
  },
  http: {
    host: setting('HOST', host, '127.0.0.1', 'The address on which `zvirka start` and `zvirka api` listen.'),
    port: setting('PORT', integer(0, 65_535), '4000', 'The port of `zvirka start` and `zvirka api`.'),
    publicUrl: optional(
      'ZVIRKA_PUBLIC_URL',
      publicUrl,
      'The public address of the API, its pages and the links in mails. It includes a path if a reverse proxy serves the API below one and removes it. Absent: the address of the API itself.',
    ),
    monitoringHost: setting(
      'ZVIRKA_MONITORING_HOST',
      host,
      '127.0.0.1',
      'The address for health and metrics of workers and of the API, separate from the API itself.',
    ),
    monitoringPort: setting(
      'ZVIRKA_MONITORING_PORT',
      integer(0, 65_535),
      '4002',
      'The port for health and metrics of `zvirka api`; if it is in use, or `0`: any free port, which is logged.',
    ),
    workerPort: setting(
      'ZVIRKA_WORKER_PORT',
      integer(0, 65_535),
      '4001',
      'The port for health and metrics of a worker; if it is in use, or `0`: any free port, which is logged.',
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
      'How many requests per minute a token may make to one API process.',
    ),
    rateLimitAddress: setting(
      'ZVIRKA_RATE_LIMIT_ADDRESS',
      or(integer(1), 'off'),
      '1200',
      'How many requests per minute one address may make to one API process.',
    ),
    trustedProxies: optional(
      'ZVIRKA_TRUSTED_PROXIES',
      networks,
      'The reverse proxies in front of the API, whose `X-Forwarded-For`, `-Proto` and `-Host` are trusted; absent: none.',
    ),
    sessionHours: setting(
      'ZVIRKA_SESSION_HOURS',
      integer(1, 24),
      '12',
      'After how many hours a session ends, even if it is in use.',
    ),
    sessionIdleMinutes: setting(
      'ZVIRKA_SESSION_IDLE_MINUTES',
      or(integer(1, 1440), 'off'),
      '30',
      'After how many minutes without activity a session of the admin page or of an invitation ends; `off`: never.',
    ),
    masking: setting(
      'ZVIRKA_MASKING',
      oneOf('scope', 'token'),
      'scope',
      'Which tokens of the NHS see numbers masked. `scope`: masked tokens, and tokens without `person:personal_data` (for parties `party:personal_data`); `token`: only masked tokens.',
    ),
    lookups: {
      missesPerHour: setting(
        'ZVIRKA_LOOKUP_MISSES_PER_HOUR',
        or(integer(1, 1_000_000), 'off'),
        '20',
        'How many numbers that nobody has a user with masked numbers may search for per hour; see [access](access.md#looking-for-a-number).',
      ),
      perHour: setting(
        'ZVIRKA_LOOKUPS_PER_HOUR',
        or(integer(1, 1_000_000), 'off'),
        '120',
        'How many different numbers such a user may search for per hour in total.',
      ),
      alike: setting(
        'ZVIRKA_LOOKUPS_ALIKE',
        or(integer(1, 1_000_000), 'off'),
        '5',
        'How many different numbers that could belong to the same person such a user may search for in 30 days.',
      ),
    },
    passwordSignIn: setting(
      'ZVIRKA_PASSWORD_SIGN_IN',
      onOff,
      'on',
      'Whether users can sign in with a password; `off`: only at the OpenID provider, so `OIDC_ISSUER` is required.',
    ),
    secondFactor: setting(
      'ZVIRKA_SECOND_FACTOR',
      oneOf('off', 'nhs', 'all'),
      'off',
      'Who must have a [second factor](access.md#a-second-factor) to sign in with a password. `nhs`: users with a role in a client of the NHS; `all`: every user. Others may have one. It needs encryption keys.',
    ),
    work: {
      token: setting(
        'ZVIRKA_GRAPHQL_TOKEN_WORK',
        integer(50_000, 100_000_000),
        '100000',
        'How much GraphQL work of one token an API process executes at a time, counted in values of the answers; an operation counts at least 1,000.',
      ),
      process: setting(
        'ZVIRKA_GRAPHQL_PROCESS_WORK',
        integer(50_000, 100_000_000),
        '300000',
        'The same for all tokens together.',
      ),
    },
    streams: {
      token: setting(
        'ZVIRKA_STREAMS_PER_TOKEN',
        integer(1, 10_000),
        '8',
        'How many progress streams a token may have open at a time.',
      ),
      process: setting(
        'ZVIRKA_STREAMS_PER_PROCESS',
        integer(1, 100_000),
        '200',
        'How many progress streams an API process may have open at a time.',
      ),
    },
    maxAnswerBytes: setting(
      'ZVIRKA_MAX_ANSWER_BYTES',
      integer(65_536, 1_073_741_824),
      '16777216',
      'The largest GraphQL answer.',
    ),
    introspection: setting(
      'ZVIRKA_GRAPHQL_INTROSPECTION',
      onOff,
      'off',
      'Whether introspection of the GraphQL schema and the page to try queries are available; on in the demo.',
    ),
  },
  mail: {
    smtpUrl: secret(
      'SMTP_URL',
      smtpUrl,
      'The mail server; the connection to another machine is encrypted, unless `?starttls=optional` is added.',
    ),
    postmarkToken: secret('POSTMARK_TOKEN', lineOfText, 'The token of a Postmark server, instead of `SMTP_URL`.'),
    from: optional('MAIL_FROM', sender, 'The sender of mails; required with either of them.'),
  },
  oidc: {
    issuer: optional(
      'OIDC_ISSUER',
      trustedUrl,
      'The OpenID provider whose tokens are accepted in addition to our own; absent: none.',
    ),
    audience: optional('OIDC_AUDIENCE', lineOfText, "The audience that the provider's tokens must have."),
    clientId: optional(
      'OIDC_CLIENT_ID',
      lineOfText,
      'The public client with which the admin page signs in at the provider; absent: the page does not offer this.',
    ),
    scope: setting(
      'OIDC_SCOPE',
      lineOfText,
      'openid email',
      'The scopes that the admin page requests from the provider, separated by spaces; the token must have the scopes of the role.',
    ),
    jwksUrl: optional(
      'OIDC_JWKS_URL',
      trustedUrl,
      "The address of the provider's keys; absent: from its discovery document.",
    ),
    accessTokenClaim: optional(
      'OIDC_ACCESS_TOKEN_CLAIM',
      tokenClaim,
      'The claim that distinguishes access tokens from other tokens of the provider; absent: the type `at+jwt` (RFC 9068).',
    ),
    authorizedParties: optional(
      'OIDC_AUTHORIZED_PARTIES',
      names,
      "Allowed values of `azp` besides the token's own `client_id` and `OIDC_CLIENT_ID`; absent: none.",
    ),
    linking: setting(
      'OIDC_LINKING',
      oneOf('confirm', 'automatic'),
      'confirm',
      'Whether an account of the provider is linked to the user with the same verified e-mail automatically, or only after `zvirka user link`.',
    ),
  },
  log: {
    level: setting(
      'LOG_LEVEL',
      oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
      'info',
      'The lowest level that is logged.',
    ),
  },
  systemUserId: setting(
    'SYSTEM_USER_ID',
    uuidText,
    '4261eacf-8008-4e62-899f-de1e2f7065f0',
    'The user id with which jobs and imports write.',
  ),
  timeZone: setting('TZ_SCHEDULE', timeZone, 'Europe/Kyiv', 'The time zone of all schedules.'),
  employeeRequests: {
    expirationSchedule: setting(
      'EMPLOYEE_REQUEST_EXPIRATION_SCHEDULE',
      cron,
      '0 1 * * *',
      'When unanswered employee requests expire, in the time zone `TZ_SCHEDULE`.',
    ),
    knownParty: setting(
      'EMPLOYEE_REQUEST_KNOWN_PARTY',
      oneOf('confirm', 'seed'),
      'confirm',
      'Who may approve a change of a party that already has users. `confirm`: one of these users, or the invited user after a confirmation by the NHS; `seed`: the invited user.',
    ),
    signedContent: setting(
      'EMPLOYEE_REQUEST_SIGNED_CONTENT',
      oneOf('off', 'http', 'structure-only'),
      'off',
      'Whether signed content is accepted. `off`: no; `http`: opened and verified by the service at `SIGNATURE_SERVICE_URL`; `structure-only`: opened without verification, for a demo only.',
    ),
    mailsPerRecipient: setting(
      'EMPLOYEE_REQUEST_MAILS_PER_RECIPIENT',
      integer(1, 10_000),
      '3',
      'How many mails requests may cause to one e-mail per day.',
    ),
    mailsPerLegalEntity: setting(
      'EMPLOYEE_REQUEST_MAILS_PER_LEGAL_ENTITY',
      integer(1, 1_000_000),
      '50',
      'How many invitations one legal entity may cause per hour.',
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
      'The time limit for one document.',
    ),
  },
  unzrInfo: {
    maxAttempts: setting(
      'UNZR_INFO_MAX_ATTEMPTS',
      integer(1, 100),
      '3',
      'The number of attempts before a job for UNZR info fails.',
    ),
  },
  worker: {
    leaseSeconds: setting(
      'ZVIRKA_LEASE_SECONDS',
      integer(3, 3600),
      '10',
      "How long after its last renewal a worker's lease expires, so that others take over its subjects.",
    ),
    triggerDelaySeconds: setting(
      'ZVIRKA_TRIGGER_DELAY_SECONDS',
      or(integer(0, 86_400), 'off'),
      '60',
      'How long after a change of a subject a run for triggered subjects starts.',
    ),
    runGuard: setting(
      'ZVIRKA_RUN_GUARD',
      onOff,
      'on',
      'Whether the guard pauses a run if its answers are unusually unfavourable or most of its subjects fail.',
    ),
    newRunGuardPercent: setting(
      'ZVIRKA_NEW_RUN_GUARD_PERCENT',
      integer(1, 100),
      '30',
      'The percentage of unfavourable answers at which the guard pauses a run of a new process whose codes are settings (DRFO), until 5,000 of its answers are known.',
    ),
    stopSeconds: setting(
      'ZVIRKA_STOP_SECONDS',
      integer(0, 3600),
      '10',
      'How long calls in progress may still take when a process is asked to stop.',
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
      'How long answers of the UNZR register are kept; the record of the request stays.',
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
    dracs_death: {
      person: deathProcessSettings('PERSON', 'PERSONS', '*/3 * * * *'),
      party: deathProcessSettings('PARTY', 'PARTIES', '*/5 * * * *'),
    },
  },
  dracsDeath: {
    person: deathScores('PERSON'),
    party: deathScores('PARTY'),
  },
  drfo: {
    notVerifiedResults: setting(
      'DRFO_NOT_VERIFIED_RESULTS',
      codes,
      '1,3,4,42',
      'The Result codes of the tax register that mean *not verified*; see [the first run of a stream](first-run.md).',
    ),
    closedResults: setting(
      'DRFO_CLOSED_RESULTS',
      codes,
      '2',
      'The codes that mean *closed*: the number was removed from the register. Any other code except 0 is a technical error.',
    ),
  },
  trembita: {
    urls: optional('TREMBITA_URLS', serverUrls, "Our organisation's security servers."),
    timeoutMs: setting(
      'TREMBITA_TIMEOUT_MS',
      integer(1, 3_600_000),
      '30000',
      'The total time limit of one call attempt, in milliseconds.',
    ),
    maxResponseBytes: setting(
      'TREMBITA_MAX_RESPONSE_BYTES',
      integer(1024, 1_073_741_824),
      // The largest useful answer: a hundred acts of death with every field filled, base64 included.
      '1048576',
      'The largest answer that is accepted, in bytes.',
    ),
    maxConnections: setting(
      'TREMBITA_MAX_CONNECTIONS',
      integer(1, 10_000),
      '32',
      'The maximum number of connections to each security server.',
    ),
    tls: {
      certificate: optional(
        'TREMBITA_TLS_CERT',
        path,
        'The file with our client certificate (PEM), followed by the CA certificates that signed it.',
      ),
      key: optional('TREMBITA_TLS_KEY', path, 'The file with the key of our client certificate (PEM).'),
      passphrase: secret('TREMBITA_TLS_KEY_PASSPHRASE', lineOfText, 'The passphrase of the key, if it has one.'),
      authority: optional('TREMBITA_TLS_CA', path, "The file with the security servers' certificate (PEM)."),
    },
    instance: optional(
      'TREMBITA_SEVDEIR_INSTANCE',
      oneOf('SEVDEIR', 'SEVDEIR-TEST'),
      'The instance of Trembita: the real one or the test one.',
    ),
    userId: optional('TREMBITA_SEVDEIR_USERID', lineOfText, 'The userId in every message.'),
    protocolVersion: setting(
      'TREMBITA_SEVDEIR_PROTOCOL_VERSION',
      pattern(/^4\.\d+$/, 'protocol_version'),
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
            'The tax id of the official in whose name the organisation asks; required if DRFO is served.',
          ),
          fullName: secret('TREMBITA_DRFO_EXECUTOR_FULL_NAME', lineOfText, 'The full name of that official.'),
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
