/** Why an attempt of a job failed, and why an action on a job was refused. */
import { bare, type MessageOf, plain, text } from './message.ts'

/** The texts by their codes. */
export const JOB_ERRORS = {
  registry_timeout: plain('The registry did not answer in time.', 'Реєстр не встиг відповісти.'),
  registry_unreachable: plain(
    'The security server of Trembita could not be reached.',
    'Не вдалося з’єднатися зі шлюзом безпечного обміну Трембіти.',
  ),
  answer_unreadable: plain('The answer of the registry could not be read.', 'Відповідь реєстру не вдалося прочитати.'),
  registry_unavailable: plain(
    'The registry has been unavailable for some time and was not asked.',
    'Реєстр уже довго не відповідає, тому його не запитували.',
  ),
  request_refused: plain(
    'The registry or Trembita refused the request: it is wrong, or there is no access.',
    'Реєстр або Трембіта відхилили запит: він хибний, або немає доступу.',
  ),
  registry_error: plain('The registry or Trembita answered with an error.', 'Реєстр або Трембіта відповіли помилкою.'),
  unzr_unsendable: plain(
    'This UNZR cannot be sent: it contains characters that are not allowed.',
    'Такий УНЗР неможливо надіслати: у ньому є неприпустимі символи.',
  ),
  encryption_key_absent: plain(
    'The registry was not asked: there is no key to encrypt its answers.',
    'Реєстр не запитували: немає ключа, яким шифрувати його відповіді.',
  ),
  job_was_cancelled: plain('The job was cancelled by hand.', 'Завдання скасовано вручну.'),
  job_worker_died: plain('The worker process died.', 'Процес обробника перестав працювати.'),
  job_took_too_long: plain('The job took too long.', 'Завдання тривало задовго.'),
  mail_not_configured: plain('E-mail is not configured.', 'Надсилання листів не налаштовано.'),
  mail_recipient_invalid: plain('E-mail cannot be sent to this address.', 'На цю адресу лист надіслати не можна.'),
  smtp_unreachable: plain('The mail server cannot be reached.', 'Поштовий сервер недоступний.'),
  smtp_timeout: plain('The mail server did not answer in time.', 'Поштовий сервер не відповів вчасно.'),
  smtp_host_unknown: plain('There is no mail server with this name.', 'Поштового сервера з таким іменем немає.'),
  smtp_tls: plain(
    'A secure connection to the mail server could not be made.',
    'Не вдалося безпечно з’єднатися з поштовим сервером.',
  ),
  smtp_login: plain(
    'The mail server rejected the user or the password.',
    'Поштовий сервер відхилив ім’я користувача або пароль.',
  ),
  smtp_failed: plain(
    'The e-mail could not be passed to the mail server.',
    'Лист не вдалося передати поштовому серверу.',
  ),
  smtp_refused: text(
    { reply: 550 },
    ({ reply }) => `The mail server refused the e-mail (${reply}).`,
    ({ reply }) => `Поштовий сервер відхилив лист (${reply}).`,
  ),
  postmark_unreachable: plain('The mail service cannot be reached.', 'Служба листів недоступна.'),
  postmark_timeout: plain('The mail service did not answer in time.', 'Служба листів не відповіла вчасно.'),
  postmark_refused: text(
    { reply: 406 },
    ({ reply }) => `The mail service refused the e-mail (${reply}).`,
    ({ reply }) => `Служба листів відхилила лист (${reply}).`,
  ),
  job_failed: plain(
    'The job failed; the log of the service has the cause.',
    'Завдання не виконано; причину записано в журналі служби.',
  ),
}

/** The texts by their codes. */
export const JOB_REFUSALS = {
  job_missing: plain('This job no longer exists.', 'Такого завдання вже немає.'),
  job_not_over: plain('The job has not ended yet, or it succeeded.', 'Завдання ще не закінчено або вже виконано.'),
  job_over: plain('The job has already ended.', 'Завдання вже закінчено.'),
  job_joined: plain(
    'Another job for the same subject is in progress.',
    'Для цього запису вже виконується інше завдання.',
  ),
}

/** Why an attempt failed. */
export type JobError = MessageOf<typeof JOB_ERRORS>

const KNOWN: Readonly<Record<string, JobError>> = {
  timeout: bare('registry_timeout'),
  breaker_open: bare('registry_unavailable'),
  not_asked: bare('registry_unavailable'),
  cancelled: bare('job_was_cancelled'),
  worker_died: bare('job_worker_died'),
  timed_out: bare('job_took_too_long'),
  unsendable: bare('unzr_unsendable'),
  no_encryption_key: bare('encryption_key_absent'),
  mail_not_configured: bare('mail_not_configured'),
  mail_recipient_invalid: bare('mail_recipient_invalid'),
  smtp_unreachable: bare('smtp_unreachable'),
  smtp_timeout: bare('smtp_timeout'),
  smtp_host_unknown: bare('smtp_host_unknown'),
  smtp_tls: bare('smtp_tls'),
  smtp_login: bare('smtp_login'),
  smtp_failed: bare('smtp_failed'),
  postmark_unreachable: bare('postmark_unreachable'),
  postmark_timeout: bare('postmark_timeout'),
}
const BY_CODE = new Map(Object.entries(KNOWN))

/** Calls have many codes, and other systems define those of faults: codes of one form have one meaning here. */
const FAMILIES: readonly (readonly [RegExp, JobError])[] = [
  [
    /^(connect|connection|network|tls)_|^(name_not_resolved|local_limit|queue_full|malformed_http|headers_too_large|length_unclear)$/,
    bare('registry_unreachable'),
  ],
  [/^(client|sender)(\.|$)|^(version_?mismatch|must_?understand|data_?encoding_?unknown)$/i, bare('request_refused')],
  [/^(server|receiver)(\.|$)|^(http|status)_/i, bare('registry_error')],
  [
    /^(oversized|compressed|unknown_encoding|empty|malformed_(xml|multipart)|not_utf8|doctype|processing_instruction|too_|not_|info_|result_|other_|fault_without_)/,
    bare('answer_unreadable'),
  ],
]
const REPLY = /^(smtp|postmark)_(?:http_)?(\d+)$/

/** What the code of a failed attempt means. */
export function jobError(code: string): JobError {
  const known = BY_CODE.get(code)
  if (known !== undefined) return known
  const [, family, reply] = REPLY.exec(code) ?? []
  if (family !== undefined)
    return { code: family === 'smtp' ? 'smtp_refused' : 'postmark_refused', params: { reply: Number(reply) } }
  return FAMILIES.find(([form]) => form.test(code))?.[1] ?? bare('job_failed')
}
