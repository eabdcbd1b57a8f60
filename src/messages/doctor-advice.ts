/** What to do about what `zvirka doctor` finds. */
import { type MessageOf, plain, text } from './message.ts'

const PROXY_EN =
  'set ZVIRKA_TRUSTED_PROXIES to the addresses from which the proxy connects, and to no others: from these X-Forwarded-For is trusted.'
const PROXY_UK =
  'задайте ZVIRKA_TRUSTED_PROXIES адресами, з яких з’єднується проксі, і жодними іншими: від них довіряють X-Forwarded-For.'
const upper = (words: string) => words.charAt(0).toUpperCase() + words.slice(1)

/** The texts by their codes. */
export const DOCTOR_ADVICE = {
  use_newer_node: text(
    { least: 24 },
    ({ least }) => `Use ${least} or newer; npx zvirka brings its own along.`,
    ({ least }) => `Потрібна версія ${least} або новіша; npx zvirka має власну.`,
  ),
  make_room: plain(
    'Make room before PostgreSQL can write no more.',
    'Звільніть місце, доки PostgreSQL ще може писати.',
  ),
  see_configuration: plain(
    'See docs/configuration.md for every setting.',
    'Усі налаштування є в docs/configuration.md.',
  ),
  name_a_database: plain(
    'The embedded PostgreSQL must run, or DATABASE_URL name another.',
    'Має працювати вбудований PostgreSQL, або DATABASE_URL має називати інший.',
  ),
  check_database_url: plain(
    'Check that the database runs, and that DATABASE_URL names it correctly.',
    'Перевірте, що база даних працює і що DATABASE_URL називає її правильно.',
  ),
  use_newer_postgresql: plain('Use PostgreSQL 15 or newer.', 'Потрібен PostgreSQL 15 або новіший.'),
  name_the_primary: plain('Name the primary in DATABASE_URL as well.', 'Назвіть у DATABASE_URL і основний сервер.'),
  make_a_database_in_utf8: plain(
    "Make another one: CREATE DATABASE zvirka ENCODING 'UTF8' TEMPLATE template0, and name it in DATABASE_URL.",
    "Створіть іншу: CREATE DATABASE zvirka ENCODING 'UTF8' TEMPLATE template0, і назвіть її в DATABASE_URL.",
  ),
  use_session_pooling: plain(
    'Set pool_mode = session in PgBouncer: roles, prepared statements and advisory locks belong to a session.',
    'Задайте pool_mode = session у PgBouncer: ролі, підготовлені запити й дорадчі блокування належать сеансові.',
  ),
  set_clocks: plain('Let NTP set the clocks of both machines.', 'Нехай годинники обох машин налаштовує NTP.'),
  use_icu: plain(
    'Use a PostgreSQL that was built with ICU: holders of a document are found by it.',
    'Потрібен PostgreSQL, зібраний з ICU: за ним знаходять власників документа.',
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
      `Run zvirka migrate, which makes what is missing where the login may. Where it may not, let an administrator run:\n${sql}`,
    ({ sql }) =>
      `Виконайте zvirka migrate: вона створить те, чого бракує, якщо логін має право. Якщо не має, нехай адміністратор виконає:\n${sql}`,
  ),
  divide_owner: text(
    { api: 'zvirka_app', work: 'zvirka_worker' },
    ({ api, work }) =>
      `Give it to zvirka migrate alone, to the API one that is granted ${api}, and to workers one that is granted ${work} (docs/operations.md).`,
    ({ api, work }) =>
      `Залиште його лише для zvirka migrate; API дайте логін із ролями ${api}, обробникам – із ролями ${work} (docs/operations.md).`,
  ),
  divide_logins: text(
    { work: 'zvirka_worker' },
    ({ work }) => `Have one for workers that is granted ${work} alone, and one for the API (docs/operations.md).`,
    ({ work }) => `Майте для обробників логін лише з ролями ${work}, а для API інший (docs/operations.md).`,
  ),
  migrate: plain('Run zvirka migrate.', 'Виконайте zvirka migrate.'),
  migrates_itself: plain('The next command brings it up to date by itself.', 'Наступна команда оновить її сама.'),
  make_a_new_database: plain(
    'Make a new database and name it in DATABASE_URL (without DATABASE_URL stop everything and delete .zvirka/), run zvirka migrate, and import the records again; or go on with the version that made this one.',
    'Створіть нову базу даних і назвіть її в DATABASE_URL (без DATABASE_URL зупиніть усе й вилучіть .zvirka/), виконайте zvirka migrate та імпортуйте записи ще раз; або працюйте з версією, яка створила цю.',
  ),
  run_newer_version: plain(
    'Run the version of the program that migrated this database, or a newer one.',
    'Запустіть версію програми, яка оновила цю базу даних, або новішу.',
  ),
  use_another_database: plain(
    'Set DATABASE_URL to another: real people belong there.',
    'Назвіть у DATABASE_URL іншу: дані справжніх людей мають бути там.',
  ),
  use_a_database_without_demo: plain(
    'The commands api, worker and import refuse it: set DATABASE_URL to a database that no demo has filled.',
    'Команди api, worker та import відмовляться від неї: назвіть у DATABASE_URL базу, якої демонстрація не заповнювала.',
  ),
  as_said: text(
    { hint: 'put the whole file in its place' },
    ({ hint }) => `${upper(hint)}.`,
    ({ hint }) => `${upper(hint)}.`,
  ),
  set_keys_file: plain(
    'Set it to the file of keys of this installation; zvirka keys add makes one.',
    'Задайте його файлом ключів цієї установки; zvirka keys add створить файл.',
  ),
  rotate_keys: plain(
    'When the file with it is on every machine: zvirka keys rotate.',
    'Коли файл із ним буде на кожній машині: zvirka keys rotate.',
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
      `The command zvirka run show ${run} says why; zvirka run resume ${run} lets it continue, zvirka run stop ${run} ends it.`,
    ({ run }) =>
      `Команда zvirka run show ${run} показує чому; zvirka run resume ${run} продовжує запуск, zvirka run stop ${run} завершує.`,
  ),
  set_trembita: plain(
    'Set it and its companions, see docs/configuration.md.',
    'Задайте його й пов’язані налаштування, див. docs/configuration.md.',
  ),
  name_certificate_files: plain(
    'Name three PEM files: our certificate, its key, and the certificate of the security server or of its authority.',
    'Назвіть три файли PEM: наш сертифікат, його ключ і сертифікат сервера безпеки або його центру.',
  ),
  try_again: plain('Try again.', 'Спробуйте ще раз.'),
  check_trembita_urls: plain(
    'Check that TREMBITA_URLS is the address for information systems; zvirka call asks a real question.',
    'Перевірте, що TREMBITA_URLS є адресою для інформаційних систем; zvirka call ставить справжнє запитання.',
  ),
  ask_server_administrator: plain(
    'Ask the administrator of the security server, and of the proxies before it.',
    'Зверніться до адміністратора сервера безпеки та проксі перед ним.',
  ),
  put_a_new_certificate: plain(
    'Put a new one in its place; a worker takes it up without a restart.',
    'Покладіть на його місце новий; обробник візьме його без перезапуску.',
  ),
  order_a_new_certificate: plain(
    'Order a new one; a worker takes it up without a restart.',
    'Замовте новий; обробник візьме його без перезапуску.',
  ),
  set_mail: plain(
    'Set one of them, and MAIL_FROM; jobs of mails that failed meanwhile can be retried.',
    'Задайте одне з них і MAIL_FROM; завдання листів, які тим часом не вдалися, можна повторити.',
  ),
  mail_is_retried: text(
    { code: 'smtp_451' },
    ({ code }) => `The code is ${code}; mails are retried for about a day.`,
    ({ code }) => `Код ${code}; листи надсилатимуть повторно близько доби.`,
  ),
  check_smtp_reachable: plain(
    'Check that SMTP_URL names the server and its port, and that it runs and can be reached from here.',
    'Перевірте, що SMTP_URL називає сервер і порт і що сервер працює й доступний звідси.',
  ),
  check_smtp_host: plain(
    'Check that SMTP_URL names the server correctly: its name is not known here.',
    'Перевірте ім’я сервера в SMTP_URL: тут воно невідоме.',
  ),
  check_smtp_port: plain(
    'The server does not answer: check that its port is right (smtps:// for 465) and no firewall is between.',
    'Сервер не відповідає: перевірте порт (smtps:// для 465) і чи немає між вами міжмережевого екрана.',
  ),
  check_smtp_certificate: plain(
    'Its certificate must be of an authority that Node.js trusts: NODE_EXTRA_CA_CERTS names another (PEM).',
    'Його сертифікат має бути від центру, якому довіряє Node.js: NODE_EXTRA_CA_CERTS називає інший (PEM).',
  ),
  check_smtp_login: plain(
    'Check that SMTP_URL holds the right user and password, with special characters as %XX.',
    'Перевірте ім’я й пароль у SMTP_URL; спеціальні символи мають вигляд %XX.',
  ),
  check_postmark_token: plain(
    'Use the token of a server of Postmark in POSTMARK_TOKEN.',
    'У POSTMARK_TOKEN має бути токен сервера Postmark.',
  ),
  reach_postmark: plain(
    'Make https://api.postmarkapp.com reachable from here.',
    'Адреса https://api.postmarkapp.com має бути доступна звідси.',
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
    'Check that SIGNATURE_SERVICE_URL names it correctly, that it runs and can be reached from here; signed requests are 503 until then.',
    'Перевірте SIGNATURE_SERVICE_URL і що служба працює й доступна звідси; доти підписані запити дістають 503.',
  ),
  set_trusted_proxies: plain(upper(PROXY_EN), upper(PROXY_UK)),
  set_trusted_proxies_behind_one: plain(
    `Without a proxy leave it; behind one, ${PROXY_EN}`,
    `Без проксі нічого не змінюйте; за проксі ${PROXY_UK}`,
  ),
}

/** What to do about it. */
export type DoctorAdvice = MessageOf<typeof DOCTOR_ADVICE>
