/** What is wrong with a setting. */
import { type MessageOf, text } from './message.ts'

/** What a value must be, by name: in English, which docs/configuration.md has too, and in Ukrainian. */
export const SETTING_FORMS = {
  text: ['text without line ends', 'текст без переведення рядка'],
  uuid: ['a UUID', 'UUID'],
  path: ['a path', 'шлях'],
  element_name: ['a name of an XML element such as `checkunzr`', 'назва елемента XML, наприклад `checkunzr`'],
  header_text: [
    'ASCII without white space, quotes and backslashes',
    'знаки ASCII без пробілів, лапок і зворотних скісних рисок',
  ],
  host: ['an address or a name of a machine, without a port', 'адреса або ім’я машини без порту'],
  web_url: ['an http or https address', 'адреса http або https'],
  positive: ['a number above 0', 'число, більше за 0'],
  on_off: ['`on` or `off`', '`on` або `off`'],
  true_false: ['`true` or `false`', '`true` або `false`'],
  cron: [
    'a cron expression of five fields (minute hour day month weekday) that matches some day, such as `0 1 * * *`',
    'вираз cron із п’яти полів (хвилина година день місяць день тижня), який колись настає, наприклад `0 1 * * *`',
  ],
  time_zone: ['a time zone such as `Europe/Kyiv`', 'часовий пояс, наприклад `Europe/Kyiv`'],
  hours: ['hours such as `22:00-06:00`', 'години, наприклад `22:00-06:00`'],
  server_urls: [
    'one or several addresses such as https://server.example:8443, separated by commas, without path, user or query',
    'одна чи кілька адрес на зразок https://server.example:8443 через кому, без шляху, користувача й параметрів',
  ],
  sender: [
    'an address such as `eHealth <no-reply@clinic.example>`',
    'адреса, наприклад `eHealth <no-reply@clinic.example>`',
  ],
  trusted_url: [
    'an https address; http is accepted only on this machine',
    'адреса https; http дозволено лише на цій машині',
  ],
  names: ['names, separated by commas', 'назви через кому'],
  share: [
    'a number above 0 and at most 1, with at most two decimals',
    'число, більше за 0 і не більше за 1, щонайбільше з двома знаками після коми',
  ],
  ratio: ['a number from 0 to 1', 'число від 0 до 1'],
  codes: ['whole numbers from 1 to 9999, separated by commas', 'цілі числа від 1 до 9999 через кому'],
  claim: [
    'a claim and its value such as `token_use=access`',
    'твердження токена та його значення, наприклад `token_use=access`',
  ],
  public_url: [
    'an http or https address such as https://ehealth.example/zvirka, without query or user',
    'адреса http або https на зразок https://ehealth.example/zvirka, без параметрів і користувача',
  ],
  smtp_url: [
    'smtp://server or smtps://server, optionally with user, password and port; only ?starttls=optional may follow',
    'smtp://server або smtps://server, за потреби з користувачем, паролем і портом; після адреси може бути лише ?starttls=optional',
  ],
  networks: [
    'addresses or networks such as 10.0.0.5, 10.0.0.0/8 or fd00::/8, separated by commas',
    'адреси або мережі на зразок 10.0.0.5, 10.0.0.0/8 чи fd00::/8 через кому',
  ],
  edrpou: [
    'the eight digits of an EDRPOU code (or ten), leading zeros included',
    'вісім (або десять) цифр коду ЄДРПОУ з нулями на початку',
  ],
  member_class: ['a member class such as `GOV`', 'клас учасника, наприклад `GOV`'],
  tax_id: ['ten digits, or the number of a passport', 'десять цифр або номер паспорта'],
  protocol_version: ['a version such as `4.0`', 'версія, наприклад `4.0`'],
  pairs: ['pairs such as `key=value,other=value`', 'пари на зразок `key=value,other=value`'],
} as const satisfies Readonly<Record<string, readonly [en: string, uk: string]>>

/** The name of a form. */
export type SettingForm = keyof typeof SETTING_FORMS

const forms = new Map<string, readonly [en: string, uk: string]>(Object.entries(SETTING_FORMS))
const formOf = (name: string) => forms.get(name) ?? [name, name]

/** The setting, what it was given, and the word that is accepted too. Both may be empty: the value of a secret is never shown. */
export type Told = Readonly<Record<'setting' | 'given' | 'or', string>>

const TOLD: Told = { setting: 'ZVIRKA_LEASE_SECONDS', given: 'ten', or: '' }
const SETTING = { setting: 'DATABASE_URL' }
const SECRET = { setting: 'SMTP_URL' }

function mustBe({ setting, given, or }: Told, en: string): string {
  return `${setting} must be ${en}${or === '' ? '' : `, or \`${or}\``}${given === '' ? '' : `, not ${JSON.stringify(given)}`}`
}

function wrong({ setting, given, or }: Told, uk: string): string {
  const value = given === '' ? '' : ` (${JSON.stringify(given)})`
  return `Неправильне значення ${setting}${value}. Потрібно: ${uk}${or === '' ? '' : ` або \`${or}\``}`
}

const cron = (told: Told) => [mustBe(told, SETTING_FORMS.cron[0]), wrong(told, SETTING_FORMS.cron[1])]
const quoted = (choices: string) => choices.split(', ').map((word) => `\`${word}\``)
const DATABASE_FILE = { ...SETTING, parameter: 'sslrootcert', file: '/etc/zvirka/ca.pem' }
const databaseFile = ({ setting, parameter, file }: Readonly<Record<keyof typeof DATABASE_FILE, string>>) =>
  `${setting}: ${parameter} (${file})`
const isOpen = (to: number) => to === Number.MAX_SAFE_INTEGER

/** The signs that mean something else in an address, and how they are written in a user or a password. */
export const URL_SIGNS = { '%': '%25', '#': '%23', '/': '%2F', '?': '%3F', '@': '%40' } as const

function signs(as: string): string {
  return Object.entries(URL_SIGNS)
    .map(([sign, encoded]) => `${sign} ${as} ${encoded}`)
    .join(', ')
}

/** The texts by their codes. */
export const SETTING_PROBLEMS = {
  setting_wrong: text(
    { ...TOLD, form: 'positive' },
    ({ form, ...told }) => `${mustBe(told, formOf(form)[0])}.`,
    ({ form, ...told }) => `${wrong(told, formOf(form)[1])}.`,
  ),
  setting_not_a_whole_number: text(
    { ...TOLD, from: 1, to: 3600 },
    ({ from, to, ...told }) =>
      `${mustBe(told, `a whole number${isOpen(to) ? `, at least ${from}` : ` from ${from} to ${to}`}`)}.`,
    ({ from, to, ...told }) =>
      `${wrong(told, `ціле число ${isOpen(to) ? `не менше ${from}` : `від ${from} до ${to}`}`)}.`,
  ),
  setting_not_a_choice: text(
    { ...TOLD, setting: 'LOG_LEVEL', choices: 'debug, info' },
    ({ choices, ...told }) => `${mustBe(told, quoted(choices).join(' or '))}.`,
    ({ choices, ...told }) => `${wrong(told, quoted(choices).join(' або '))}.`,
  ),
  setting_in_white_space: text(
    TOLD,
    ({ setting, given }) => `${setting} has white space around it${given === '' ? '' : `: ${JSON.stringify(given)}`}.`,
    ({ setting, given }) => `Значення ${setting} має зайві пробіли${given === '' ? '' : `: ${JSON.stringify(given)}`}.`,
  ),
  setting_cron_by_name: text(
    TOLD,
    (told) => `${cron(told)[0]}; names such as @daily are not supported.`,
    (told) => `${cron(told)[1]}; назв на зразок @daily не передбачено.`,
  ),
  setting_cron_fields: text(
    { ...TOLD, fields: 4 },
    ({ fields, ...told }) => `${cron(told)[0]}; it has ${fields === 1 ? 'one field' : `${fields} fields`}.`,
    ({ fields, ...told }) => `${cron(told)[1]}; полів у виразі: ${fields}.`,
  ),
  setting_cron_field: text(
    { ...TOLD, field: 2 },
    ({ field, ...told }) => `${cron(told)[0]}; its field ${field} is wrong.`,
    ({ field, ...told }) => `${cron(told)[1]}; неправильне поле ${field}.`,
  ),
  setting_url_sign: text(
    { ...SETTING, sign: '@', encoded: '%40' },
    ({ setting, sign, encoded }) =>
      `${setting} has a raw ${sign} in its user or password, where it must be ${encoded} (${signs('as')}).`,
    ({ setting, sign, encoded }) =>
      `${setting} містить у користувачі або паролі знак ${sign}, який слід записати як ${encoded} (${signs('як')}).`,
  ),
  setting_database_url: text(
    SETTING,
    ({ setting }) => `${setting} must begin with postgres:// or postgresql:// and contain no white space.`,
    ({ setting }) => `${setting} має починатися з postgres:// або postgresql:// і не містити пробілів.`,
  ),
  setting_database_hosts: text(
    SETTING,
    ({ setting }) =>
      `${setting} must name hosts such as db1:5432,db2:5432 after the user, each port a number up to 65535.`,
    ({ setting }) =>
      `${setting} має називати після користувача хости на зразок db1:5432,db2:5432; кожен порт є числом до 65535.`,
  ),
  setting_database_name: text(
    SETTING,
    ({ setting }) => `${setting} must name one database after the hosts.`,
    ({ setting }) => `${setting} має називати після хостів одну базу даних.`,
  ),
  setting_database_parameters: text(
    SETTING,
    ({ setting }) =>
      `${setting} may have only parameters such as ?sslmode=verify-full&sslrootcert=/path after the database.`,
    ({ setting }) =>
      `${setting} може мати після бази даних лише параметри на зразок ?sslmode=verify-full&sslrootcert=/path.`,
  ),
  database_file_unreadable: text(
    { ...DATABASE_FILE, error: 'ENOENT' },
    ({ error, ...named }) => `${databaseFile(named)} cannot be read: ${error}.`,
    ({ error, ...named }) => `${databaseFile(named)} не вдалося прочитати: ${error}.`,
  ),
  database_file_holds_no_certificate: text(
    DATABASE_FILE,
    (named) => `${databaseFile(named)} contains no certificate that can be read (PEM).`,
    (named) => `${databaseFile(named)} не містить сертифіката, який можна прочитати (PEM).`,
  ),
  database_file_holds_no_key: text(
    { ...DATABASE_FILE, parameter: 'sslkey' },
    (named) => `${databaseFile(named)} contains no key that can be read (PEM, without a passphrase).`,
    (named) => `${databaseFile(named)} не містить ключа, який можна прочитати (PEM, без пароля).`,
  ),
  setting_unknown: text(
    { setting: 'ZVIRKA_X' },
    ({ setting }) => `${setting} is not a zvirka setting.`,
    ({ setting }) => `Програма не має налаштування ${setting}.`,
  ),
  setting_misspelt: text(
    { setting: 'ZVIRKA_LEASE_SECOND', nearest: 'ZVIRKA_LEASE_SECONDS' },
    ({ setting, nearest }) => `${setting} is not a zvirka setting; did you mean ${nearest}?`,
    ({ setting, nearest }) => `Програма не має налаштування ${setting}; можливо, це ${nearest}?`,
  ),
  setting_set_twice: text(
    SECRET,
    ({ setting }) => `${setting} and ${setting}_FILE are both set: unset one of them.`,
    ({ setting }) => `Задано і ${setting}, і ${setting}_FILE: залиште одне з двох.`,
  ),
  setting_file_empty: text(
    SECRET,
    ({ setting }) => `${setting}_FILE names an empty file.`,
    ({ setting }) => `${setting}_FILE називає порожній файл.`,
  ),
  setting_file_unreadable: text(
    { ...SECRET, error: 'ENOENT' },
    ({ setting, error }) => `${setting}_FILE names a file that cannot be read (${error}).`,
    ({ setting, error }) => `${setting}_FILE називає файл, який не вдалося прочитати (${error}).`,
  ),
  setting_needed_by_registries: text(
    { setting: 'TREMBITA_URLS' },
    ({ setting }) => `${setting} is not set; without it no registry can be called.`,
    ({ setting }) => `${setting} не задано; без нього не можна запитати жодного реєстру.`,
  ),
  setting_needed_by_registry: text(
    { setting: 'TREMBITA_DRFO_EXECUTOR_RNOKPP', since: 'TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE' },
    ({ setting, since }) => `${setting} is not set; ${since} is set, and the registry needs it.`,
    ({ setting, since }) => `${setting} не задано, а реєстр його потребує, бо задано ${since}.`,
  ),
  setting_needed_by_https: text(
    { setting: 'TREMBITA_TLS_CERT' },
    ({ setting }) => `${setting} is not set; an https address in TREMBITA_URLS needs it.`,
    ({ setting }) => `${setting} не задано; його потребує адреса https у TREMBITA_URLS.`,
  ),
  tls_setting_without_pair: text(
    { setting: 'TREMBITA_TLS_KEY', since: 'TREMBITA_TLS_CERT' },
    ({ setting, since }) => `${setting} is missing: ${since} is set, and both are needed.`,
    ({ setting, since }) => `${setting} не задано, а ${since} задано: потрібні обидва.`,
  ),
  result_codes_overlap: text(
    { setting: 'DRFO_CLOSED_RESULTS', codes: '42' },
    ({ codes }) =>
      `DRFO_NOT_VERIFIED_RESULTS and DRFO_CLOSED_RESULTS both have ${codes}: a code can be in only one of them.`,
    ({ codes }) =>
      `DRFO_NOT_VERIFIED_RESULTS і DRFO_CLOSED_RESULTS містять однакові коди ${codes}: код може належати лише одному переліку.`,
  ),
  partial_score_not_below: text(
    { setting: 'PERSON_DRACS_DEATH_ACT_PARTIAL_MATCH_SCORE', full: 'PERSON_DRACS_DEATH_ACT_FULL_MATCH_SCORE' },
    ({ setting, full }) => `${setting} is not below ${full}.`,
    ({ setting, full }) => `${setting} має бути меншим за ${full}.`,
  ),
  oidc_issuer_missing: text(
    { setting: 'OIDC_ISSUER' },
    ({ setting }) =>
      `${setting} is missing: ZVIRKA_PASSWORD_SIGN_IN is off, and nobody could sign in without an OpenID provider.`,
    ({ setting }) =>
      `${setting} не задано, а ZVIRKA_PASSWORD_SIGN_IN має значення off: без постачальника OpenID ніхто не зміг би ввійти.`,
  ),
  oidc_audience_missing: text(
    { setting: 'OIDC_AUDIENCE' },
    ({ setting }) =>
      `${setting} is missing: OIDC_ISSUER is set, and tokens issued to other applications must be refused.`,
    ({ setting }) =>
      `${setting} не задано, а OIDC_ISSUER задано: токен, виданий для інших систем, не має давати доступу до цієї.`,
  ),
  signature_service_missing: text(
    { setting: 'SIGNATURE_SERVICE_URL' },
    ({ setting }) =>
      `${setting} is missing: EMPLOYEE_REQUEST_SIGNED_CONTENT is http, and a service must verify signatures.`,
    ({ setting }) =>
      `${setting} не задано, а EMPLOYEE_REQUEST_SIGNED_CONTENT має значення http: потрібна служба, яка перевіряє підписи.`,
  ),
  mail_set_twice: text(
    { setting: 'POSTMARK_TOKEN' },
    ({ setting }) => `SMTP_URL and ${setting} are both set: unset one of them.`,
    ({ setting }) => `Задано і SMTP_URL, і ${setting}: залиште одне з двох.`,
  ),
  mail_sender_missing: text(
    { setting: 'MAIL_FROM', since: 'SMTP_URL' },
    ({ setting, since }) => `${setting} is missing: ${since} is set, and e-mails need a sender.`,
    ({ setting, since }) => `${setting} не задано, а ${since} задано: лист потребує відправника.`,
  ),
}

/** What is wrong with a setting. */
export type SettingProblem = Extract<
  MessageOf<typeof SETTING_PROBLEMS>,
  { readonly params: { readonly setting: string } }
>
