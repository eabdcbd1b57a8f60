/** What `zvirka doctor` finds. What to do about it is in `doctor-advice.ts`. */
import { meaningOf } from './call-failures.ts'
import type { KeyProblem } from './encryption-keys.ts'
import { type MessageOf, plain, text } from './message.ts'
import type { SettingProblem } from './settings.ts'
import type { TlsFileProblem } from './tls-files.ts'

const POSTGRES = { version: '18.1' }
const KEY = { key: '2026-03-02' }
const DAY = { day: '2026-05-04', days: 20 }
const RUN = { run: '5b0e7f5c-5f5f-4a7e-9a0f-3d8f6f1f2a10', process: 'unzr/person' }
const SERVER = { server: 'https://security-server.internal' }
const FAILURE = { ...SERVER, code: 'http_502', failure: 'http_5xx' }

/** The texts by their codes. */
export const DOCTOR_FINDINGS = {
  node_ok: text(
    { version: '24.1.0' },
    ({ version }) => `Node.js ${version}.`,
    ({ version }) => `Node.js ${version}.`,
  ),
  node_too_old: text(
    { version: '22.0.0' },
    ({ version }) => `Node.js ${version} is too old.`,
    ({ version }) => `Node.js ${version} застарий.`,
  ),
  disk_free: text(
    { folder: '/var/lib/zvirka', free: '4.2', total: '20.0' },
    ({ folder, free, total }) => `There are ${free} of ${total} GiB free at ${folder}.`,
    ({ folder, free, total }) => `У каталозі ${folder} вільно ${free} з ${total} ГіБ.`,
  ),
  settings_ok: plain('The settings are valid.', 'Налаштування правильні.'),
  stream_served: text(
    { stream: 'drfo' },
    ({ stream }) => `Workers ask the registry of ${stream}.`,
    ({ stream }) => `Обробники запитують реєстр потоку ${stream}.`,
  ),
  stream_not_served: text(
    { stream: 'drfo', setting: 'TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE' },
    ({ stream, setting }) => `Workers do not ask the registry of ${stream}: ${setting} is not set.`,
    ({ stream, setting }) => `Обробники не запитують реєстр потоку ${stream}: ${setting} не задано.`,
  ),
  database_unreachable: text(
    { error: 'ECONNREFUSED' },
    ({ error }) => `The database cannot be reached: ${error}.`,
    ({ error }) => `База даних недоступна: ${error}.`,
  ),
  database_locked: text(
    { seconds: 5 },
    ({ seconds }) => `A table was locked for more than ${seconds} s.`,
    ({ seconds }) => `Таблиця була заблокована понад ${seconds} с.`,
  ),
  database_answers: text(
    POSTGRES,
    ({ version }) => `PostgreSQL ${version} answers.`,
    ({ version }) => `PostgreSQL ${version} відповідає.`,
  ),
  postgresql_too_old: text(
    POSTGRES,
    ({ version }) => `PostgreSQL ${version} is too old.`,
    ({ version }) => `PostgreSQL ${version} застарий.`,
  ),
  database_is_standby: text(
    POSTGRES,
    ({ version }) => `PostgreSQL ${version} is a standby and accepts no writes.`,
    ({ version }) => `PostgreSQL ${version} є резервним сервером і не приймає записів.`,
  ),
  encoding_ok: plain('The encoding of the database is UTF8.', 'Кодування бази даних – UTF8.'),
  encoding_wrong: text(
    { encoding: 'WIN1251' },
    ({ encoding }) => `The encoding of the database is ${encoding}, not UTF8.`,
    ({ encoding }) => `Кодування бази даних – ${encoding}, а не UTF8.`,
  ),
  sessions_own: plain('Each connection has its own session.', 'Кожне з’єднання має власний сеанс.'),
  sessions_shared: plain(
    'Connections share sessions: a connection pooler assigns a session to each transaction.',
    'З’єднання мають спільні сеанси: менеджер з’єднань дає кожній транзакції інший сеанс.',
  ),
  clock_agrees: plain(
    "The database's clock agrees with this machine's.",
    'Годинник бази даних збігається з годинником цієї машини.',
  ),
  clock_ahead: text(
    { seconds: '2.5' },
    ({ seconds }) => `The database's clock is ${seconds} s ahead of this machine's.`,
    ({ seconds }) => `Годинник бази даних поспішає проти годинника цієї машини на ${seconds} с.`,
  ),
  clock_behind: text(
    { seconds: '2.5' },
    ({ seconds }) => `The database's clock is ${seconds} s behind this machine's.`,
    ({ seconds }) => `Годинник бази даних відстає від годинника цієї машини на ${seconds} с.`,
  ),
  collation_ok: plain(
    'The collation und-x-icu compares Ukrainian letters without case.',
    'Правило сортування und-x-icu порівнює українські літери без урахування регістру.',
  ),
  collation_missing: plain(
    'The collation und-x-icu is missing or does not compare Ukrainian letters without case.',
    'Правила сортування und-x-icu немає, або воно порівнює українські літери з урахуванням регістру.',
  ),
  collation_changed: plain(
    'The ICU library has changed since the collation und-x-icu was created; indexes may be corrupt.',
    'Бібліотека ICU змінилася після створення правила сортування und-x-icu; індекси можуть бути пошкоджені.',
  ),
  snapshots_ok: plain('No transaction is older than an hour.', 'Транзакцій, старших за годину, немає.'),
  snapshots_ok_as_far_as_seen: plain(
    'No transaction that this login can see is older than an hour.',
    'Серед транзакцій, видимих цьому обліковому запису, старших за годину немає.',
  ),
  snapshots_old: text(
    { count: 2, hours: '3.5' },
    ({ count, hours }) =>
      `Transactions open for more than an hour: ${count}, one of them for ${hours} h. They prevent vacuum from removing dead rows.`,
    ({ count, hours }) =>
      `Транзакцій, відкритих понад годину: ${count}, одна з них ${hours} год. Вони не дають вилучити застарілі версії рядків.`,
  ),
  roles_missing: text(
    { roles: 'zvirka_app' },
    ({ roles }) => `Roles are missing: ${roles}.`,
    ({ roles }) => `Немає ролей: ${roles}.`,
  ),
  roles_withheld: text(
    { roles: 'zvirka_app' },
    ({ roles }) => `The login does not have these roles: ${roles}.`,
    ({ roles }) => `Обліковий запис бази даних не має ролей: ${roles}.`,
  ),
  owner_may_not_create: plain(
    'The role zvirka_owner has no right to create schemas in this database.',
    'Роль zvirka_owner не має права створювати схеми в цій базі даних.',
  ),
  roles_ok: plain('The roles exist, and the login has them.', 'Ролі є, і обліковий запис бази даних їх має.'),
  login_is_owner: plain(
    'This login has the role zvirka_owner: with it the audit and the history can be changed and deleted.',
    'Цей обліковий запис має роль zvirka_owner: він дає змогу змінювати й вилучати журнал аудиту та історію.',
  ),
  login_is_app: plain(
    'This login has the role zvirka_app: on the machine of a worker it gives access to password hashes and to granting roles.',
    'Цей обліковий запис має роль zvirka_app: на машині обробника він дає доступ до гешів паролів і надання ролей.',
  ),
  login_of_api: plain(
    'The login has the roles that the API needs, and not zvirka_owner.',
    'Обліковий запис має ролі, потрібні API, і не має ролі zvirka_owner.',
  ),
  login_of_worker: plain(
    'The login has the roles that workers need, and neither zvirka_owner nor zvirka_app.',
    'Обліковий запис має ролі, потрібні обробникам, і не має ролей zvirka_owner і zvirka_app.',
  ),
  schema_none: plain(
    'No migration was applied to this database.',
    'До цієї бази даних не застосовано жодної міграції.',
  ),
  schema_pending: text(
    { count: 2 },
    ({ count }) => `Migrations to apply: ${count}.`,
    ({ count }) => `Незастосованих міграцій: ${count}.`,
  ),
  schema_ok: text(
    { version: '0024' },
    ({ version }) => `The schema is up to date (${version}).`,
    ({ version }) => `Схема відповідає цій версії (${version}).`,
  ),
  schema_of_earlier_version: text(
    { migration: '0006_runs_and_workers.sql' },
    ({ migration }) =>
      `Migration ${migration} of this database differs from the one of this version: the database was created before the first release, or the file was edited. It cannot be brought up to date.`,
    ({ migration }) =>
      `Міграція ${migration} цієї бази даних відрізняється від міграції цієї версії: базу створено до першого випуску, або файл змінено. Оновити її не можна.`,
  ),
  schema_of_later_version: text(
    { migration: '0099_later.sql' },
    ({ migration }) =>
      `The database has migration ${migration}, which this version of the program does not have: it was migrated by a newer one.`,
    ({ migration }) =>
      `База даних має міграцію ${migration}, якої в цій версії програми немає: її застосувала новіша версія.`,
  ),
  engine_schema_none: plain('The schema pgboss of the job engine is missing.', 'Немає схеми pgboss рушія завдань.'),
  engine_schema_earlier: text(
    { version: 45 },
    ({ version }) =>
      `The schema pgboss of the job engine has version ${version}, which is earlier than this program's.`,
    ({ version }) => `Схема pgboss рушія завдань має версію ${version}, старішу за потрібну цій програмі.`,
  ),
  engine_schema_later: text(
    { version: 99 },
    ({ version }) =>
      `The schema pgboss of the job engine has version ${version}, which this program does not have: a newer one migrated it.`,
    ({ version }) =>
      `Схема pgboss рушія завдань має версію ${version}, якої в цій програмі немає: її застосувала новіша програма.`,
  ),
  engine_queues_missing: text(
    { queues: 'invitation_mail' },
    ({ queues }) => `Queues of the job engine are missing: ${queues}.`,
    ({ queues }) => `Немає черг рушія завдань: ${queues}.`,
  ),
  engine_schema_ok: text(
    { version: 46 },
    ({ version }) => `The schema and the queues of the job engine are up to date (${version}).`,
    ({ version }) => `Схема й черги рушія завдань відповідають цій версії (${version}).`,
  ),
  demo_absent: plain('The database has no demo data.', 'У базі даних немає демонстраційних даних.'),
  demo_present: plain(
    'The database has demo data: made-up people, and users whose tokens and passwords are known.',
    'База даних містить демонстраційні дані: вигаданих людей і користувачів, чиї токени й паролі відомі.',
  ),
  keys_not_set: plain(
    'ZVIRKA_ENCRYPTION_KEYS_FILE is not set: the UNZR register is not asked, since its answers could not be encrypted, and nobody can have a second factor.',
    'ZVIRKA_ENCRYPTION_KEYS_FILE не задано: реєстр УНЗР не запитується, бо його відповіді нічим зашифрувати, і другий чинник недоступний.',
  ),
  keys_to_come: text(
    { file: '/etc/zvirka/keys' },
    ({ file }) => `The file ${file} is created when it is needed.`,
    ({ file }) => `Файл ${file} буде створено, коли він знадобиться.`,
  ),
  keys_not_in_use: text(
    { ...KEY, active: '2025-03-02' },
    ({ key, active }) => `The newest key of the file, ${key}, is not in use: ${active} encrypts.`,
    ({ key, active }) => `Найновіший ключ файлу, ${key}, не використовується: дані шифруються ключем ${active}.`,
  ),
  keys_ok: text(
    { ...KEY, known: 2 },
    ({ key, known }) => `Key ${key} encrypts, and the file has all keys of the database (${known}).`,
    ({ key, known }) => `Дані шифруються ключем ${key}; у файлі є всі ключі бази даних (${known}).`,
  ),
  workers_none: plain(
    'No worker is running: no run starts by itself.',
    'Не працює жоден обробник: запуски за розкладом не виконуються.',
  ),
  workers_alive: text(
    { count: 2 },
    ({ count }) => `Workers alive: ${count}.`,
    ({ count }) => `Працює обробників: ${count}.`,
  ),
  workers_died: text(
    { count: 1 },
    ({ count }) => `Dead workers: ${count}; their claims wait until another worker releases them.`,
    ({ count }) => `Обробників, що перестали працювати: ${count}; узяті ними записи чекають на іншого обробника.`,
  ),
  breaker_is_open: text(
    { service: 'checkunzr' },
    ({ service }) => `The circuit breaker of service ${service} is open: workers send it single probes only.`,
    ({ service }) => `Запобіжник сервісу ${service} розімкнено: обробники надсилають йому лише пробні запити.`,
  ),
  run_is_paused: text(
    RUN,
    ({ run, process }) => `Run ${run} of ${process} is paused.`,
    ({ run, process }) => `Запуск ${run} процесу ${process} призупинено.`,
  ),
  run_is_paused_because: text(
    { ...RUN, reason: 'the registry is being repaired' },
    ({ run, process, reason }) => `Run ${run} of ${process} is paused (${reason}).`,
    ({ run, process, reason }) => `Запуск ${run} процесу ${process} призупинено (${reason}).`,
  ),
  run_is_held_by_guard: text(
    RUN,
    ({ run, process }) => `The guard paused run ${run} of ${process}.`,
    ({ run, process }) => `Запуск ${run} процесу ${process} призупинив сторож.`,
  ),
  trembita_not_set: plain(
    'TREMBITA_URLS is not set: only the simulator of zvirka start can be asked.',
    'TREMBITA_URLS не задано: запитати можна лише симулятор команди zvirka start.',
  ),
  certificate_files_not_set: plain(
    'An https address in TREMBITA_URLS needs TREMBITA_TLS_CERT, TREMBITA_TLS_KEY and TREMBITA_TLS_CA.',
    'Адреса https у TREMBITA_URLS потребує TREMBITA_TLS_CERT, TREMBITA_TLS_KEY і TREMBITA_TLS_CA.',
  ),
  security_server_not_asked: text(
    SERVER,
    ({ server }) => `The security server ${server} was not asked.`,
    ({ server }) => `Шлюз безпечного обміну ${server} не запитано.`,
  ),
  security_server_reached: text(
    SERVER,
    ({ server }) => `The security server ${server} accepts our certificate.`,
    ({ server }) => `Шлюз безпечного обміну ${server} приймає наш сертифікат.`,
  ),
  security_server_reached_without_tls: text(
    SERVER,
    ({ server }) => `The security server ${server} answers without TLS.`,
    ({ server }) => `Шлюз безпечного обміну ${server} відповідає без TLS.`,
  ),
  security_server_fault: text(
    { ...SERVER, fault: 'Server.ClientProxy.UnknownMember', words: "Client 'SUBSYSTEM:X' not found" },
    ({ server, fault, words }) => `The security server ${server} answers with the fault ${fault}: ${words}.`,
    ({ server, fault, words }) => `Шлюз безпечного обміну ${server} відповідає помилкою ${fault}: ${words}.`,
  ),
  security_server_answers_wrongly: text(
    FAILURE,
    ({ server, code, failure }) => `The security server ${server} answers with ${code}: ${meaningOf(failure)[0]}.`,
    ({ server, code, failure }) => `Шлюз безпечного обміну ${server} відповідає ${code}: ${meaningOf(failure)[1]}.`,
  ),
  security_server_is_another: text(
    { ...SERVER, code: 'http_200' },
    ({ server, code }) => `The address ${server} answers a GET with ${code}: it is not a security server.`,
    ({ server, code }) => `Адреса ${server} відповідає на GET ${code}: це не шлюз безпечного обміну.`,
  ),
  security_server_silent: text(
    { ...SERVER, seconds: 5 },
    ({ server, seconds }) =>
      `The security server ${server} accepts the connection and does not answer within ${seconds} s.`,
    ({ server, seconds }) =>
      `Шлюз безпечного обміну ${server} приймає з’єднання, але не відповідає протягом ${seconds} с.`,
  ),
  security_server_unreachable: text(
    { ...FAILURE, code: 'connection_refused', failure: 'connection_refused' },
    ({ server, code, failure }) =>
      `The security server ${server} cannot be reached: ${code}, ${meaningOf(failure)[0]}.`,
    ({ server, code, failure }) => `Шлюз безпечного обміну ${server} недоступний: ${code}, ${meaningOf(failure)[1]}.`,
  ),
  security_server_unreachable_by: text(
    { ...FAILURE, code: 'tls_error', failure: 'tls_error', error: 'ERR_SSL_BAD_RECORD_TYPE' },
    ({ server, code, failure, error }) =>
      `The security server ${server} cannot be reached: ${code} (${error}), ${meaningOf(failure)[0]}.`,
    ({ server, code, failure, error }) =>
      `Шлюз безпечного обміну ${server} недоступний: ${code} (${error}), ${meaningOf(failure)[1]}.`,
  ),
  our_certificate_good: text(
    DAY,
    ({ day, days }) => `Our certificate is valid until ${day}, for ${days} days.`,
    ({ day, days }) => `Наш сертифікат чинний до ${day} (днів: ${days}).`,
  ),
  our_certificate_expires: text(
    DAY,
    ({ day, days }) => `Our certificate expires on ${day}, in ${days} days.`,
    ({ day, days }) => `Строк дії нашого сертифіката закінчується ${day} (днів: ${days}).`,
  ),
  our_certificate_expired: text(
    { day: DAY.day },
    ({ day }) => `Our certificate expired on ${day}.`,
    ({ day }) => `Строк дії нашого сертифіката закінчився ${day}.`,
  ),
  trusted_certificate_good: text(
    DAY,
    ({ day, days }) => `The trusted certificate is valid until ${day}, for ${days} days.`,
    ({ day, days }) => `Довірений сертифікат чинний до ${day} (днів: ${days}).`,
  ),
  trusted_certificate_expires: text(
    DAY,
    ({ day, days }) => `The trusted certificate expires on ${day}, in ${days} days.`,
    ({ day, days }) => `Строк дії довіреного сертифіката закінчується ${day} (днів: ${days}).`,
  ),
  trusted_certificate_expired: text(
    { day: DAY.day },
    ({ day }) => `The trusted certificate expired on ${day}.`,
    ({ day }) => `Строк дії довіреного сертифіката закінчився ${day}.`,
  ),
  mail_not_set: plain(
    'Neither SMTP_URL nor POSTMARK_TOKEN is set: no invitations and no e-mails about approvals are sent.',
    'Не задано ні SMTP_URL, ні POSTMARK_TOKEN: запрошення й листи про схвалення не надсилаються.',
  ),
  mail_fails: text(
    { transport: 'smtp', code: 'smtp_login' },
    ({ transport, code }) => `E-mail cannot be sent by ${transport}: ${code}.`,
    ({ transport, code }) => `Листи через ${transport} не надсилаються: ${code}.`,
  ),
  mail_ok: text(
    { transport: 'smtp' },
    ({ transport }) => `E-mail is sent by ${transport}.`,
    ({ transport }) => `Листи надсилаються через ${transport}.`,
  ),
  links_without_public_url: plain(
    'ZVIRKA_PUBLIC_URL is not set: links in e-mails lead to the address on which the API listens.',
    'ZVIRKA_PUBLIC_URL не задано: посилання в листах ведуть на адресу, на якій API приймає з’єднання.',
  ),
  links_without_https: plain(
    'ZVIRKA_PUBLIC_URL is not https: secrets and passwords would be sent unencrypted.',
    'Адреса в ZVIRKA_PUBLIC_URL не https: секрети й паролі передавалися б незашифрованими.',
  ),
  signatures_off: plain(
    'Signed content is not accepted (EMPLOYEE_REQUEST_SIGNED_CONTENT is off).',
    'Підписаний вміст не приймається (EMPLOYEE_REQUEST_SIGNED_CONTENT має значення off).',
  ),
  signatures_structure_only: plain(
    'EMPLOYEE_REQUEST_SIGNED_CONTENT is structure-only: the API does not start with it outside a demo.',
    'EMPLOYEE_REQUEST_SIGNED_CONTENT має значення structure-only: поза демонстрацією API з ним не запускається.',
  ),
  signatures_ok: plain('The signature service answers.', 'Служба підписів відповідає.'),
  signatures_fail: text(
    { code: 'timeout' },
    ({ code }) => `The signature service does not answer correctly: ${code}.`,
    ({ code }) => `Служба підписів відповідає неправильно: ${code}.`,
  ),
  proxies_trusted: text(
    { addresses: '10.0.0.5' },
    ({ addresses }) => `The header X-Forwarded-For is trusted only from ${addresses}.`,
    ({ addresses }) => `Заголовку X-Forwarded-For програма довіряє лише від ${addresses}.`,
  ),
  proxies_none: plain(
    'The header X-Forwarded-For is not trusted; only this machine can reach the API.',
    'Заголовку X-Forwarded-For програма не довіряє; API доступний лише з цієї машини.',
  ),
  proxies_not_set: plain(
    'ZVIRKA_PUBLIC_URL is set and ZVIRKA_TRUSTED_PROXIES is not: behind a proxy all clients have one address in rate limits and in the audit.',
    'ZVIRKA_PUBLIC_URL задано, а ZVIRKA_TRUSTED_PROXIES ні: за проксі всі клієнти мають одну адресу в обмеженнях частоти та в журналі аудиту.',
  ),
  proxies_unknown: text(
    { host: '0.0.0.0' },
    ({ host }) => `The API listens on ${host}, and ZVIRKA_TRUSTED_PROXIES is not set.`,
    ({ host }) => `API приймає з’єднання на ${host}, а ZVIRKA_TRUSTED_PROXIES не задано.`,
  ),
}

/** What the doctor found. */
export type DoctorFinding = MessageOf<typeof DOCTOR_FINDINGS> | SettingProblem | KeyProblem | TlsFileProblem
