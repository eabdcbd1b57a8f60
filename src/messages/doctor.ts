/** What `zvirka doctor` finds. What to do about it is in `doctor-advice.ts`. */
import { type MessageOf, plain, text } from './message.ts'

const POSTGRES = { version: '18.1' }
const KEY = { key: '2026-03-02' }
const DAY = { day: '2026-05-04', days: 20 }
const RUN = { run: '5b0e7f5c-5f5f-4a7e-9a0f-3d8f6f1f2a10', process: 'unzr/person' }
const SERVER = { server: 'https://security-server.internal' }
const FAILURE = { ...SERVER, code: 'connection_refused', means: 'nobody listens there' }

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
    ({ folder, free, total }) => `У теці ${folder} вільно ${free} з ${total} ГіБ.`,
  ),
  settings_ok: plain('The environment can be read.', 'Середовище прочитано.'),
  setting_wrong: text(
    { problem: 'ZVIRKA_BATCH_SIZE must be a whole number' },
    ({ problem }) => `A setting is wrong: ${problem}.`,
    ({ problem }) => `Хибне налаштування: ${problem}.`,
  ),
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
    ({ version }) => `PostgreSQL ${version} is a standby and takes no writes.`,
    ({ version }) => `PostgreSQL ${version} є резервним сервером і не приймає записів.`,
  ),
  encoding_ok: plain('The database is in UTF8.', 'База даних у кодуванні UTF8.'),
  encoding_wrong: text(
    { encoding: 'WIN1251' },
    ({ encoding }) => `The database is in ${encoding}, not UTF8.`,
    ({ encoding }) => `База даних у кодуванні ${encoding}, а не UTF8.`,
  ),
  sessions_own: plain('Each connection has a session of its own.', 'Кожне з’єднання має власний сеанс.'),
  sessions_shared: plain(
    'Connections share sessions: a pooler gives each transaction another one.',
    'З’єднання ділять сеанси: пулер дає кожній транзакції інший.',
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
    'The collation und-x-icu folds Ukrainian letters.',
    'Правило und-x-icu зводить українські літери.',
  ),
  collation_missing: plain(
    'The collation und-x-icu is missing or does not fold Ukrainian letters.',
    'Правила und-x-icu немає, або воно не зводить українських літер.',
  ),
  collation_changed: plain(
    'The ICU library has changed since the collation und-x-icu was made; indexes may be out of order.',
    'Бібліотека ICU змінилася після створення правила und-x-icu; порядок в індексах може бути порушено.',
  ),
  snapshots_ok: plain('No transaction is older than an hour.', 'Транзакцій, старших за годину, немає.'),
  snapshots_ok_as_far_as_seen: plain(
    'No transaction that this login may see is older than an hour.',
    'Серед транзакцій, які може бачити цей логін, старших за годину немає.',
  ),
  snapshots_old: text(
    { count: 2, hours: '3.5' },
    ({ count, hours }) =>
      `Transactions open for more than an hour: ${count}, one of them for ${hours} h. They keep dead rows from being vacuumed.`,
    ({ count, hours }) =>
      `Транзакцій, відкритих понад годину: ${count}, одна з них ${hours} год. Вони не дають очистити мертві рядки.`,
  ),
  roles_missing: text(
    { roles: 'zvirka_app' },
    ({ roles }) => `Roles are missing: ${roles}.`,
    ({ roles }) => `Немає ролей: ${roles}.`,
  ),
  roles_withheld: text(
    { roles: 'zvirka_app' },
    ({ roles }) => `The login may not take on: ${roles}.`,
    ({ roles }) => `Логін не має права набувати ролей: ${roles}.`,
  ),
  owner_may_not_create: plain(
    'The role zvirka_owner may not create schemas in this database.',
    'Роль zvirka_owner не має права створювати схеми в цій базі даних.',
  ),
  roles_ok: plain('The roles exist, and the login may take them on.', 'Ролі є, і логін може їх набувати.'),
  login_is_owner: plain(
    'This login may become zvirka_owner: whoever has it can change and delete the audit and the history.',
    'Цей логін може стати zvirka_owner: хто його має, може змінити й вилучити журнал та історію.',
  ),
  login_is_app: plain(
    'This login may become zvirka_app: whoever has it from the machine of a worker reads password hashes and grants roles.',
    'Цей логін може стати zvirka_app: хто має його з машини обробника, читає геші паролів і надає ролі.',
  ),
  login_of_api: plain(
    'The login may take on what the API needs, and not become zvirka_owner.',
    'Логін може набувати того, що потрібно API, і не може стати zvirka_owner.',
  ),
  login_of_worker: plain(
    'The login may take on what workers need, and become neither zvirka_owner nor zvirka_app.',
    'Логін може набувати того, що потрібно обробникам, і не може стати ні zvirka_owner, ні zvirka_app.',
  ),
  schema_none: plain(
    'No migration was applied to this database.',
    'До цієї бази даних не застосовано жодної міграції.',
  ),
  schema_pending: text(
    { count: 2 },
    ({ count }) => `Migrations that are missing: ${count}.`,
    ({ count }) => `Бракує міграцій: ${count}.`,
  ),
  schema_ok: text(
    { version: '0024' },
    ({ version }) => `The schema is up to date (${version}).`,
    ({ version }) => `Схема відповідає цій версії (${version}).`,
  ),
  schema_of_earlier_version: text(
    { migration: '0006_runs_and_workers.sql' },
    ({ migration }) =>
      `The migration ${migration} of this database is not the one of this version: a version before the first release made the database, or the file was edited. It cannot be brought up to date.`,
    ({ migration }) =>
      `Міграція ${migration} цієї бази даних не та, що в цій версії: базу створила версія до першого випуску, або файл змінено. Оновити її не можна.`,
  ),
  schema_of_later_version: text(
    { migration: '0099_later.sql' },
    ({ migration }) =>
      `The database has the migration ${migration}, which this version of the program does not know: it was migrated by a newer one.`,
    ({ migration }) => `У базі даних є міграція ${migration}, якої ця версія програми не знає: її застосувала новіша.`,
  ),
  demo_absent: plain('No demo has filled the database.', 'Демонстрація не заповнювала цієї бази даних.'),
  demo_present: plain(
    'A demo has filled the database: with made-up people, and users whose tokens and passwords are known.',
    'Базу даних заповнила демонстрація: вигаданими людьми й користувачами, чиї токени й паролі відомі.',
  ),
  keys_wrong: text(
    { problem: 'the file cannot be read' },
    ({ problem }) => `The encryption keys cannot be used: ${problem}.`,
    ({ problem }) => `Ключами шифрування не можна скористатися: ${problem}.`,
  ),
  keys_not_set: plain(
    'ZVIRKA_ENCRYPTION_KEYS_FILE is not set: the register of UNZR is not asked, since its answers could not be sealed, and nobody has a second factor.',
    'ZVIRKA_ENCRYPTION_KEYS_FILE не задано: реєстр УНЗР не запитують, бо його відповіді нічим запечатати, і другого чинника немає ні в кого.',
  ),
  keys_to_come: text(
    { file: '/etc/zvirka/keys' },
    ({ file }) => `The file ${file} is made when it is needed.`,
    ({ file }) => `Файл ${file} буде створено, коли він знадобиться.`,
  ),
  keys_not_in_use: text(
    { ...KEY, active: '2025-03-02' },
    ({ key, active }) => `The newest key of the file, ${key}, is not in use: ${active} seals.`,
    ({ key, active }) => `Найновіший ключ файлу, ${key}, не використовують: запечатують ключем ${active}.`,
  ),
  keys_ok: text(
    { ...KEY, known: 2 },
    ({ key, known }) => `The key ${key} seals, and the file has all keys that the database knows (${known}).`,
    ({ key, known }) => `Запечатують ключем ${key}; у файлі є всі ключі, які знає база даних (${known}).`,
  ),
  workers_none: plain(
    'No worker is running, so nothing runs by itself.',
    'Не працює жоден обробник, тому нічого не запускається само.',
  ),
  workers_alive: text(
    { count: 2 },
    ({ count }) => `Workers alive: ${count}.`,
    ({ count }) => `Працює обробників: ${count}.`,
  ),
  workers_died: text(
    { count: 1 },
    ({ count }) => `Workers that died: ${count}; their claims wait for a living one.`,
    ({ count }) => `Зникло обробників: ${count}; узяте ними чекає на того, хто працює.`,
  ),
  breaker_is_open: text(
    { service: 'checkunzr' },
    ({ service }) => `The service ${service} fails: a worker sends it single probes only.`,
    ({ service }) => `Сервіс ${service} не відповідає: обробник надсилає йому лише пробні запити.`,
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
    ({ run, process }) => `The guard holds run ${run} of ${process}.`,
    ({ run, process }) => `Сторож тримає запуск ${run} процесу ${process}.`,
  ),
  trembita_not_set: plain(
    'TREMBITA_URLS is not set, so no registry can be asked but the simulator of a zvirka start.',
    'TREMBITA_URLS не задано, тому запитати можна лише симулятор команди zvirka start.',
  ),
  certificate_files_not_set: plain(
    'An https address in TREMBITA_URLS needs TREMBITA_TLS_CERT, TREMBITA_TLS_KEY and TREMBITA_TLS_CA.',
    'Адреса https у TREMBITA_URLS потребує TREMBITA_TLS_CERT, TREMBITA_TLS_KEY і TREMBITA_TLS_CA.',
  ),
  certificate_file_wrong: text(
    { problem: 'TREMBITA_TLS_CERT is empty' },
    ({ problem }) => `A file of a certificate or key cannot be used: ${problem}.`,
    ({ problem }) => `Файлом сертифіката чи ключа не можна скористатися: ${problem}.`,
  ),
  security_server_not_asked: text(
    SERVER,
    ({ server }) => `The security server ${server} was not asked.`,
    ({ server }) => `Сервер безпеки ${server} не запитано.`,
  ),
  security_server_reached: text(
    SERVER,
    ({ server }) => `The security server ${server} is reached with our certificate.`,
    ({ server }) => `Сервер безпеки ${server} доступний із нашим сертифікатом.`,
  ),
  security_server_reached_without_tls: text(
    SERVER,
    ({ server }) => `The security server ${server} is reached without TLS.`,
    ({ server }) => `Сервер безпеки ${server} доступний без TLS.`,
  ),
  security_server_fault: text(
    { ...SERVER, fault: 'Server.ClientProxy.UnknownMember', words: "Client 'SUBSYSTEM:X' not found" },
    ({ server, fault, words }) => `The security server ${server} answers with the fault ${fault}: ${words}.`,
    ({ server, fault, words }) => `Сервер безпеки ${server} відповідає помилкою ${fault}: ${words}.`,
  ),
  security_server_answers_wrongly: text(
    FAILURE,
    ({ server, code, means }) => `The security server ${server} answers with ${code}: ${means}.`,
    ({ server, code, means }) => `Сервер безпеки ${server} відповідає ${code}: ${means}.`,
  ),
  security_server_is_another: text(
    { ...SERVER, code: 'http_200' },
    ({ server, code }) =>
      `The address ${server} is reached, but answers a GET with ${code}, as no security server does.`,
    ({ server, code }) => `Адреса ${server} доступна, але на GET відповідає ${code}; сервер безпеки відповідає інакше.`,
  ),
  security_server_silent: text(
    { ...SERVER, seconds: 5 },
    ({ server, seconds }) =>
      `The security server ${server} takes the connection and does not answer within ${seconds} s.`,
    ({ server, seconds }) => `Сервер безпеки ${server} приймає з’єднання й не відповідає за ${seconds} с.`,
  ),
  security_server_unreachable: text(
    FAILURE,
    ({ server, code, means }) => `The security server ${server} is not reached: ${code}, ${means}.`,
    ({ server, code, means }) => `Сервер безпеки ${server} недоступний: ${code}, ${means}.`,
  ),
  our_certificate_good: text(
    DAY,
    ({ day, days }) => `Our certificate is good until ${day}, ${days} days.`,
    ({ day, days }) => `Наш сертифікат чинний до ${day}, днів: ${days}.`,
  ),
  our_certificate_expires: text(
    DAY,
    ({ day, days }) => `Our certificate expires on ${day}, in ${days} days.`,
    ({ day, days }) => `Строк нашого сертифіката спливає ${day}, за ${days} дн.`,
  ),
  our_certificate_expired: text(
    { day: DAY.day },
    ({ day }) => `Our certificate expired on ${day}.`,
    ({ day }) => `Строк нашого сертифіката сплив ${day}.`,
  ),
  trusted_certificate_good: text(
    DAY,
    ({ day, days }) => `The certificate that we trust is good until ${day}, ${days} days.`,
    ({ day, days }) => `Сертифікат, якому ми довіряємо, чинний до ${day}, днів: ${days}.`,
  ),
  trusted_certificate_expires: text(
    DAY,
    ({ day, days }) => `The certificate that we trust expires on ${day}, in ${days} days.`,
    ({ day, days }) => `Строк сертифіката, якому ми довіряємо, спливає ${day}, за ${days} дн.`,
  ),
  trusted_certificate_expired: text(
    { day: DAY.day },
    ({ day }) => `The certificate that we trust expired on ${day}.`,
    ({ day }) => `Строк сертифіката, якому ми довіряємо, сплив ${day}.`,
  ),
  mail_not_set: plain(
    'Neither SMTP_URL nor POSTMARK_TOKEN is set: nobody is invited, and nobody gets a mail about an approval.',
    'Не задано ні SMTP_URL, ні POSTMARK_TOKEN: нікого не запрошують, і листів про підтвердження немає.',
  ),
  mail_fails: text(
    { transport: 'smtp', code: 'smtp_login' },
    ({ transport, code }) => `No mail goes out by ${transport}: ${code}.`,
    ({ transport, code }) => `Листи через ${transport} не надсилаються: ${code}.`,
  ),
  mail_ok: text(
    { transport: 'smtp' },
    ({ transport }) => `Mails go out by ${transport}.`,
    ({ transport }) => `Листи надсилаються через ${transport}.`,
  ),
  links_without_public_url: plain(
    'ZVIRKA_PUBLIC_URL is not set: links in mails lead to the address on which the API listens.',
    'ZVIRKA_PUBLIC_URL не задано: посилання в листах ведуть на адресу, на якій слухає API.',
  ),
  links_without_https: plain(
    'ZVIRKA_PUBLIC_URL is not https: secrets and passwords would travel unencrypted.',
    'ZVIRKA_PUBLIC_URL не https: таємниці й паролі передавалися б незашифрованими.',
  ),
  signatures_off: plain(
    'Signed content is not accepted (EMPLOYEE_REQUEST_SIGNED_CONTENT is off).',
    'Підписаного вмісту не приймають (EMPLOYEE_REQUEST_SIGNED_CONTENT має значення off).',
  ),
  signatures_structure_only: plain(
    'EMPLOYEE_REQUEST_SIGNED_CONTENT is structure-only: the API does not start with it outside a demo.',
    'EMPLOYEE_REQUEST_SIGNED_CONTENT має значення structure-only: поза демонстрацією API з ним не запускається.',
  ),
  signatures_ok: plain('The signature service answers.', 'Служба підписів відповідає.'),
  signatures_fail: text(
    { code: 'timeout' },
    ({ code }) => `The signature service does not answer as it should: ${code}.`,
    ({ code }) => `Служба підписів не відповідає належно: ${code}.`,
  ),
  proxies_trusted: text(
    { addresses: '10.0.0.5' },
    ({ addresses }) => `The header X-Forwarded-For is trusted from ${addresses}, and from nobody else.`,
    ({ addresses }) => `Заголовку X-Forwarded-For довіряють від ${addresses} і більше ні від кого.`,
  ),
  proxies_none: plain(
    'The header X-Forwarded-For is trusted from nobody; only this machine reaches the API.',
    'Заголовку X-Forwarded-For не довіряють ні від кого; API доступний лише з цієї машини.',
  ),
  proxies_not_set: plain(
    'ZVIRKA_PUBLIC_URL is set and ZVIRKA_TRUSTED_PROXIES is not: behind a proxy all clients count as one address, in limits and in the audit.',
    'ZVIRKA_PUBLIC_URL задано, а ZVIRKA_TRUSTED_PROXIES ні: за проксі всі клієнти вважаються однією адресою, в обмеженнях і в журналі.',
  ),
  proxies_unknown: text(
    { host: '0.0.0.0' },
    ({ host }) => `The API listens on ${host}, and ZVIRKA_TRUSTED_PROXIES is not set.`,
    ({ host }) => `API слухає на ${host}, а ZVIRKA_TRUSTED_PROXIES не задано.`,
  ),
}

/** What the doctor found. */
export type DoctorFinding = MessageOf<typeof DOCTOR_FINDINGS>
