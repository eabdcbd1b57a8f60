/** What to do about what `zvirka doctor` finds. */
import type { CallMessage } from './call-failures.ts'
import type { KeyAdvice } from './encryption-keys.ts'
import { type MessageOf, plain, text } from './message.ts'
import type { TlsFileAdvice } from './tls-files.ts'

const PROXY_EN =
  'set ZVIRKA_TRUSTED_PROXIES to the addresses from which the proxy connects, and to no others: X-Forwarded-For is trusted from them.'
const PROXY_UK =
  'задайте в ZVIRKA_TRUSTED_PROXIES лише адреси, з яких з’єднується проксі: заголовку X-Forwarded-For програма довіряє від них.'
const upper = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

/** The texts by their codes. */
export const DOCTOR_ADVICE = {
  use_newer_node: text(
    { least: 24 },
    ({ least }) => `Use ${least} or newer; npx zvirka includes one.`,
    ({ least }) => `Потрібна версія ${least} або новіша; npx zvirka містить потрібну.`,
  ),
  make_room: plain(
    'Free disk space before PostgreSQL can no longer write.',
    'Звільніть місце, доки PostgreSQL ще може писати.',
  ),
  see_configuration: plain(
    'See docs/configuration.md for every setting.',
    'Усі налаштування є в docs/configuration.md.',
  ),
  name_a_database: plain(
    'Start the embedded PostgreSQL with zvirka start, or name another database in DATABASE_URL.',
    'Запустіть вбудований PostgreSQL командою zvirka start або назвіть іншу базу даних у DATABASE_URL.',
  ),
  check_database_url: plain(
    'Check that the database runs, and that DATABASE_URL names it correctly.',
    'Перевірте, що база даних працює і що DATABASE_URL називає її правильно.',
  ),
  use_newer_postgresql: plain('Use PostgreSQL 15 or newer.', 'Потрібен PostgreSQL 15 або новіший.'),
  name_the_primary: plain('Add the primary server to DATABASE_URL.', 'Додайте до DATABASE_URL основний сервер.'),
  make_a_database_in_utf8: plain(
    "Create another one: CREATE DATABASE zvirka ENCODING 'UTF8' TEMPLATE template0, and name it in DATABASE_URL.",
    "Створіть іншу: CREATE DATABASE zvirka ENCODING 'UTF8' TEMPLATE template0, і назвіть її в DATABASE_URL.",
  ),
  see_status_for_holder: plain(
    'Run zvirka status or zvirka run list: they name the table and the session that locks it.',
    'Виконайте zvirka status або zvirka run list: вони називають таблицю й сеанс, який її блокує.',
  ),
  use_session_pooling: plain(
    'Set pool_mode = session in PgBouncer: roles, prepared statements and advisory locks belong to a session.',
    'Задайте pool_mode = session у PgBouncer: ролі, підготовлені запити й дорадчі блокування належать сеансові.',
  ),
  set_clocks: plain('Synchronise the clocks of both machines by NTP.', 'Синхронізуйте годинники обох машин за NTP.'),
  use_icu: plain(
    'Use a PostgreSQL built with ICU: the search for holders of a document needs it.',
    'Потрібен PostgreSQL, зібраний з ICU: без нього не можна шукати власників документа.',
  ),
  rebuild_indexes: plain(
    'As the owner: REINDEX the indexes of mpi and prm, then ALTER COLLATION "und-x-icu" REFRESH VERSION.',
    'Від імені власника: REINDEX для індексів схем mpi та prm, потім ALTER COLLATION "und-x-icu" REFRESH VERSION.',
  ),
  end_old_transactions: plain(
    'Find them in pg_stat_activity and pg_prepared_xacts by xact_start, and end those that nobody needs.',
    'Знайдіть їх у pg_stat_activity та pg_prepared_xacts за xact_start і завершіть непотрібні.',
  ),
  make_roles: text(
    { sql: 'create role zvirka_app;' },
    ({ sql }) =>
      `Run zvirka migrate, which creates what is missing. If its login has no right to, let an administrator run:\n${sql}`,
    ({ sql }) =>
      `Виконайте zvirka migrate: команда створить те, чого бракує. Якщо її обліковий запис не має на це права, адміністратор має виконати:\n${sql}`,
  ),
  divide_owner: text(
    { api: 'zvirka_app', work: 'zvirka_worker' },
    ({ api, work }) =>
      `Use it for zvirka migrate only; give the API a login with the roles ${api}, and workers one with ${work} (docs/operations.md).`,
    ({ api, work }) =>
      `Використовуйте його лише для zvirka migrate; для API створіть обліковий запис із ролями ${api}, для обробників – із ролями ${work} (docs/operations.md).`,
  ),
  divide_logins: text(
    { work: 'zvirka_worker' },
    ({ work }) =>
      `Create a login for workers with the roles ${work} only, and another for the API (docs/operations.md).`,
    ({ work }) =>
      `Створіть для обробників обліковий запис лише з ролями ${work}, а для API – інший (docs/operations.md).`,
  ),
  migrate: plain('Run zvirka migrate.', 'Виконайте zvirka migrate.'),
  migrates_itself: plain('The next command migrates it by itself.', 'Наступна команда оновить її сама.'),
  make_a_new_database: plain(
    'Create a new database and name it in DATABASE_URL (without DATABASE_URL stop everything and delete .zvirka/), run zvirka migrate, and import the records again; or use the version that created this one.',
    'Створіть нову базу даних і назвіть її в DATABASE_URL (без DATABASE_URL зупиніть усе й вилучіть .zvirka/), виконайте zvirka migrate та імпортуйте записи ще раз; або використовуйте версію, яка створила цю базу.',
  ),
  run_newer_version: plain(
    'Run the version of the program that migrated this database, or a newer one.',
    'Запустіть версію програми, яка оновила цю базу даних, або новішу.',
  ),
  use_another_database: plain(
    'For real people set DATABASE_URL to another database.',
    'Для даних справжніх людей назвіть у DATABASE_URL іншу базу.',
  ),
  use_a_database_without_demo: plain(
    'The commands api, worker and import refuse it: set DATABASE_URL to a database without demo data.',
    'Команди api, worker та import не працюють із нею: назвіть у DATABASE_URL базу без демонстраційних даних.',
  ),
  rotate_keys: plain(
    'When the file with it is on every machine, run zvirka keys rotate.',
    'Коли файл із ним буде на кожній машині, виконайте zvirka keys rotate.',
  ),
  start_a_worker: plain(
    'Run zvirka worker; zvirka start runs one as well.',
    'Запустіть zvirka worker; zvirka start теж запускає обробника.',
  ),
  start_a_worker_or_sync: plain('Run zvirka worker, or zvirka sync.', 'Запустіть zvirka worker або zvirka sync.'),
  see_worker_log: plain('See the log of the worker for the codes.', 'Коди помилок є в журналі обробника.'),
  resume_or_stop: text(
    { run: '5b0e7f5c-5f5f-4a7e-9a0f-3d8f6f1f2a10' },
    ({ run }) =>
      `zvirka run show ${run} says why; zvirka run resume ${run} lets it continue, zvirka run stop ${run} ends it.`,
    ({ run }) =>
      `Команда zvirka run show ${run} показує чому; zvirka run resume ${run} продовжує запуск, zvirka run stop ${run} завершує.`,
  ),
  set_trembita: plain(
    'Set it and the settings that belong to it, see docs/configuration.md.',
    'Задайте його й пов’язані налаштування, див. docs/configuration.md.',
  ),
  name_certificate_files: plain(
    'Set them to three PEM files: our certificate, its key, and the certificate of the security server or of its CA.',
    'Назвіть три файли PEM: наш сертифікат, його ключ і сертифікат шлюзу безпечного обміну або його центру сертифікації.',
  ),
  try_again: plain('Try again.', 'Спробуйте ще раз.'),
  check_trembita_urls: plain(
    'Check that TREMBITA_URLS is the address for information systems; zvirka call sends a real request.',
    'Перевірте, що TREMBITA_URLS є адресою для інформаційних систем; zvirka call надсилає справжній запит.',
  ),
  ask_server_administrator: plain(
    'Ask the administrators of the security server and of the proxies in front of it.',
    'Зверніться до адміністраторів шлюзу безпечного обміну та проксі перед ним.',
  ),
  put_a_new_certificate: plain(
    'Replace it; workers read the new one without a restart.',
    'Замініть його новим; обробники прочитають його без перезапуску.',
  ),
  set_mail: plain(
    'Set one of them and MAIL_FROM; failed e-mail jobs can then be retried.',
    'Задайте одне з них і MAIL_FROM; невдалі завдання з листами потім можна повторити.',
  ),
  mail_is_retried: text(
    { code: 'smtp_451' },
    ({ code }) => `The code is ${code}; e-mails are retried for about a day.`,
    ({ code }) => `Код ${code}; спроби надіслати листи тривають близько доби.`,
  ),
  check_smtp_reachable: plain(
    'Check the server and the port in SMTP_URL, and that it runs and can be reached from this machine.',
    'Перевірте сервер і порт у SMTP_URL, і що сервер працює й доступний із цієї машини.',
  ),
  check_smtp_host: plain(
    'Check the server name in SMTP_URL: DNS on this machine does not know it.',
    'Перевірте ім’я сервера в SMTP_URL: DNS цієї машини його не має.',
  ),
  check_smtp_port: plain(
    'The server does not answer: check its port (smtps:// for 465) and the firewalls in between.',
    'Сервер не відповідає: перевірте порт (smtps:// для 465) і мережеві екрани на шляху.',
  ),
  check_smtp_certificate: plain(
    'Its certificate must come from a CA that Node.js trusts; NODE_EXTRA_CA_CERTS adds another (PEM).',
    'Його сертифікат має бути від центру сертифікації, якому довіряє Node.js; NODE_EXTRA_CA_CERTS додає інший (PEM).',
  ),
  check_smtp_login: plain(
    'Check the user and password in SMTP_URL, with special characters as %XX.',
    'Перевірте ім’я користувача й пароль у SMTP_URL; спеціальні символи записують як %XX.',
  ),
  check_postmark_token: plain(
    'Use the token of a server of Postmark in POSTMARK_TOKEN.',
    'У POSTMARK_TOKEN має бути токен сервера Postmark.',
  ),
  reach_postmark: plain(
    'Make https://api.postmarkapp.com reachable from this machine.',
    'Адреса https://api.postmarkapp.com має бути доступна із цієї машини.',
  ),
  set_public_url: plain(
    'Set ZVIRKA_PUBLIC_URL to the https address by which people reach the API.',
    'Задайте ZVIRKA_PUBLIC_URL адресою https, за якою люди звертаються до API.',
  ),
  set_signed_content: plain(
    'Set it to http, with SIGNATURE_SERVICE_URL, or to off.',
    'Задайте http разом із SIGNATURE_SERVICE_URL або off.',
  ),
  check_signature_service: plain(
    'Check SIGNATURE_SERVICE_URL, and that the service runs and can be reached from this machine; until then signed requests get 503.',
    'Перевірте SIGNATURE_SERVICE_URL, і що служба працює й доступна із цієї машини; доти підписані запити отримують 503.',
  ),
  set_trusted_proxies: plain(upper(PROXY_EN), upper(PROXY_UK)),
  set_trusted_proxies_behind_one: plain(
    `Without a proxy do nothing; behind a proxy ${PROXY_EN}`,
    `Без проксі нічого не змінюйте; за проксі ${PROXY_UK}`,
  ),
}

/** What to do about it. */
export type DoctorAdvice = MessageOf<typeof DOCTOR_ADVICE> | CallMessage | KeyAdvice | TlsFileAdvice
