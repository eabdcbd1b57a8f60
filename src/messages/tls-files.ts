/** Problems of TLS files, and what to do about them. */
import { type MessageOf, plain, text } from './message.ts'

const FILE = { setting: 'TREMBITA_TLS_CERT', file: '/etc/zvirka/client.pem' }
const NAMED = { file: FILE.file }
type Named = Readonly<Record<keyof typeof FILE, string>>

/** A problem whose only parameter is the file. */
const file = (en: string, uk: string) =>
  text(
    FILE,
    (named: Named) => `${nameOf(named)} ${en}.`,
    (named: Named) => `${nameOf(named)} ${uk}.`,
  )
const nameOf = ({ setting, file: path }: Named) => `${setting} (${path})`

/** The texts by their codes. */
export const TLS_FILE_PROBLEMS = {
  tls_file_absent: file('does not exist', 'не існує'),
  tls_file_forbidden: file('may not be read by this user', 'цей користувач не має права читати'),
  tls_file_is_folder: file('is a folder, not a file', 'є текою, а не файлом'),
  tls_file_unreadable: text(
    { ...FILE, error: 'EIO' },
    ({ error, ...named }) => `${nameOf(named)} cannot be read: ${error}.`,
    ({ error, ...named }) => `${nameOf(named)} не вдалося прочитати: ${error}.`,
  ),
  tls_file_empty: file('is empty', 'порожній'),
  tls_file_der: file('is in DER, not PEM', 'у форматі DER, а не PEM'),
  tls_file_pkcs7: file('is a PKCS#7 file (.p7b), not PEM', 'у форматі PKCS#7 (.p7b), а не PEM'),
  tls_file_pkcs12: file('is a PKCS#12 file (.p12, .pfx), not PEM', 'у форматі PKCS#12 (.p12, .pfx), а не PEM'),
  tls_file_holds_nothing: file('contains neither a certificate nor a key', 'не містить ні сертифіката, ні ключа'),
  tls_file_holds_key: file('contains a private key and no certificate', 'містить особистий ключ, а не сертифікат'),
  tls_file_holds_no_certificate: file('contains no certificate', 'не містить сертифіката'),
  tls_file_holds_no_key: file('contains no private key', 'не містить особистого ключа'),
  tls_file_broken_certificate: text(
    { ...FILE, number: 2 },
    ({ number, ...named }) => `${nameOf(named)} contains a certificate that cannot be read (number ${number}).`,
    ({ number, ...named }) => `${nameOf(named)} містить сертифікат, який не вдалося прочитати (за порядком ${number}).`,
  ),
  tls_file_broken_key: file('contains a key that cannot be read', 'містить ключ, який не вдалося прочитати'),
  tls_file_encrypted: file('contains a key with a passphrase', 'містить ключ із паролем'),
  tls_file_wrong_passphrase: file('does not open with the passphrase', 'не відкривається цим паролем'),
  tls_file_not_first: file(
    'has our certificate after others, not first',
    'містить наш сертифікат після інших, а не першим',
  ),
  tls_file_other_key: file(
    'contains a certificate that does not belong to the key in TREMBITA_TLS_KEY',
    'містить сертифікат, який не відповідає ключу в TREMBITA_TLS_KEY',
  ),
  tls_file_rejected: text(
    { ...FILE, error: 'ERR_SSL_EE_KEY_TOO_SMALL' },
    ({ error, ...named }) => `${nameOf(named)} is rejected by OpenSSL (${error}).`,
    ({ error, ...named }) => `${nameOf(named)} відхилено OpenSSL (${error}).`,
  ),
  tls_file_not_yet_valid: text(
    { ...FILE, day: '2026-05-04' },
    ({ day, ...named }) => `${nameOf(named)} is valid only from ${day} on.`,
    ({ day, ...named }) => `${nameOf(named)} чинний лише з ${day}.`,
  ),
  tls_file_expired: text(
    { ...FILE, day: '2026-05-04' },
    ({ day, ...named }) => `${nameOf(named)} expired on ${day}.`,
    ({ day, ...named }) => `${nameOf(named)}: строк дії закінчився ${day}.`,
  ),
}

/** What is wrong with a file. */
export type TlsFileProblem = MessageOf<typeof TLS_FILE_PROBLEMS>

/** The code of a problem whose only parameter is the file. */
export type PlainTlsFileProblem = Exclude<
  TlsFileProblem['code'],
  | 'tls_file_unreadable'
  | 'tls_file_broken_certificate'
  | 'tls_file_rejected'
  | 'tls_file_not_yet_valid'
  | 'tls_file_expired'
>

const withoutPassphrase = (path: string) => `openssl pkey -in ${path} -out ${path}.plain`

/** The texts by their codes. */
export const TLS_FILE_ADVICE = {
  check_path_and_rights: plain('Check the path and its permissions.', 'Перевірте шлях і права доступу до нього.'),
  restore_whole_file: plain(
    'Put the whole file in place: it may have been cut off while it was copied.',
    'Скопіюйте файл іще раз повністю: можливо, під час копіювання його обрізано.',
  ),
  name_pem_file: plain(
    'Use a PEM file: it has lines such as -----BEGIN CERTIFICATE-----.',
    'Потрібен файл PEM: у ньому є рядки на зразок -----BEGIN CERTIFICATE-----.',
  ),
  convert_file: text(
    { command: 'openssl x509 -inform der -in client.cer -out client.pem' },
    ({ command }) => `Convert it: ${command}.`,
    ({ command }) => `Перетворіть його: ${command}.`,
  ),
  divide_pkcs12: text(
    NAMED,
    ({ file: path }) =>
      `Split it: openssl pkcs12 -in ${path} -nokeys -out client.pem, and openssl pkcs12 -in ${path} -nocerts -out client.key; if the key has a passphrase, set TREMBITA_TLS_KEY_PASSPHRASE.`,
    ({ file: path }) =>
      `Розділіть його: openssl pkcs12 -in ${path} -nokeys -out client.pem та openssl pkcs12 -in ${path} -nocerts -out client.key; якщо ключ має пароль, задайте TREMBITA_TLS_KEY_PASSPHRASE.`,
  ),
  name_certificate_file: plain('Name the file with the certificate (PEM).', 'Назвіть файл із сертифікатом (PEM).'),
  name_key_file: plain('Name the file with the key (PEM).', 'Назвіть файл із ключем (PEM).'),
  remove_passphrase: text(
    NAMED,
    ({ file: path }) => `Remove the passphrase: ${withoutPassphrase(path)}.`,
    ({ file: path }) => `Зніміть пароль: ${withoutPassphrase(path)}.`,
  ),
  set_or_remove_passphrase: text(
    NAMED,
    ({ file: path }) => `Set TREMBITA_TLS_KEY_PASSPHRASE, or remove the passphrase: ${withoutPassphrase(path)}.`,
    ({ file: path }) => `Задайте TREMBITA_TLS_KEY_PASSPHRASE або зніміть пароль: ${withoutPassphrase(path)}.`,
  ),
  check_passphrase: plain('Check TREMBITA_TLS_KEY_PASSPHRASE.', 'Перевірте TREMBITA_TLS_KEY_PASSPHRASE.'),
  put_our_certificate_first: plain(
    'Put our certificate first and those of authorities after it.',
    'Поставте наш сертифікат першим, а сертифікати центрів після нього.',
  ),
  put_certificate_with_its_key: plain(
    'Use the certificate and the key that were made together.',
    'Використайте сертифікат і ключ, створені разом.',
  ),
  order_stronger_certificate: plain(
    'Ask for a key of 2048 bits or more and a certificate signed with SHA-256.',
    'Замовте ключ не менше 2048 бітів і сертифікат, підписаний із SHA-256.',
  ),
  wait_or_check_clock: plain(
    'Put it in place on that day, or check the clock of this machine.',
    'Використайте його від цього дня або перевірте годинник цієї машини.',
  ),
  order_a_new_certificate: plain(
    'Order a new one; workers read it without a restart.',
    'Замовте новий; обробники прочитають його без перезапуску.',
  ),
}

/** What to do about it. */
export type TlsFileAdvice = MessageOf<typeof TLS_FILE_ADVICE>
