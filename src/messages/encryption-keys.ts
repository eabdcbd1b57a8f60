/** Why encryption keys cannot be used, and what to do about it. */
import { type MessageOf, plain, text } from './message.ts'

const FILE = { file: '/etc/zvirka/keys' }
const LINE = { ...FILE, line: 2 }
const KEY = { key: '2026-03-02' }
type Line = { readonly file: string; readonly line: number }

/** A problem of one line of the file. */
const line = (en: string, uk: string) =>
  text(
    LINE,
    ({ file, line: number }: Line) => `Line ${number} of the keys file ${file} ${en}.`,
    ({ file, line: number }: Line) => `Рядок ${number} файлу ключів ${file} ${uk}.`,
  )

/** The texts by their codes. */
export const KEY_PROBLEMS = {
  keys_file_unreadable: text(
    { ...FILE, error: 'ENOENT' },
    ({ file, error }) => `The keys file ${file} cannot be read: ${error}.`,
    ({ file, error }) => `Файл ключів ${file} не вдалося прочитати: ${error}.`,
  ),
  keys_file_open_to_others: text(
    { ...FILE, mode: '0644' },
    ({ file, mode }) => `Other users can read the keys file ${file}: its mode is ${mode}.`,
    ({ file, mode }) => `Файл ключів ${file} можуть читати інші користувачі: його права ${mode}.`,
  ),
  keys_file_too_large: text(
    FILE,
    ({ file }) => `The keys file ${file} is too large.`,
    ({ file }) => `Файл ключів ${file} завеликий.`,
  ),
  keys_file_empty: text(
    FILE,
    ({ file }) => `The keys file ${file} has no key.`,
    ({ file }) => `У файлі ключів ${file} немає жодного ключа.`,
  ),
  keys_line_without_id: line('does not begin with a key id', 'не починається з ідентифікатора ключа'),
  keys_line_malformed: line('is not an id and a key', 'не складається з ідентифікатора та ключа'),
  keys_line_of_wrong_length: line('does not have a key of 32 bytes', 'не містить ключа завдовжки 32 байти'),
  keys_line_repeats_id: line('repeats the id of another line', 'повторює ідентифікатор з іншого рядка'),
  keys_line_repeats_key: line('repeats the key of another line', 'повторює ключ з іншого рядка'),
  key_not_set: plain(
    'There is no encryption key: ZVIRKA_ENCRYPTION_KEYS_FILE is not set.',
    'Немає ключа шифрування: ZVIRKA_ENCRYPTION_KEYS_FILE не задано.',
  ),
  key_needed: text(
    KEY,
    ({ key }) => `This database has values encrypted with key ${key}, and ZVIRKA_ENCRYPTION_KEYS_FILE is not set.`,
    ({ key }) => `У цій базі даних є значення, зашифровані ключем ${key}, а ZVIRKA_ENCRYPTION_KEYS_FILE не задано.`,
  ),
  key_missing: text(
    KEY,
    ({ key }) => `Key ${key}, which encrypted values of this database, is not in the keys file.`,
    ({ key }) => `Ключа ${key}, яким зашифровано значення цієї бази даних, немає у файлі ключів.`,
  ),
  key_differs: text(
    KEY,
    ({ key }) => `Key ${key} of the keys file differs from the key ${key} that encrypted values of this database.`,
    ({ key }) => `Ключ ${key} у файлі ключів не той ключ ${key}, яким зашифровано значення цієї бази даних.`,
  ),
  value_not_decrypted: text(
    KEY,
    ({ key }) => `A value cannot be decrypted with key ${key}: the key differs, or the bytes belong to another row.`,
    ({ key }) => `Значення не вдалося розшифрувати ключем ${key}: ключ інший, або байти належать іншому рядку таблиці.`,
  ),
  value_of_unknown_format: plain(
    'An encrypted value has a format that this version does not know.',
    'Зашифроване значення має формат, якого ця версія не знає.',
  ),
}

/** Why the keys cannot be used. */
export type KeyProblem = MessageOf<typeof KEY_PROBLEMS>

/** The texts by their codes. */
export const KEY_ADVICE = {
  set_keys_file: plain(
    'Set ZVIRKA_ENCRYPTION_KEYS_FILE to the keys file of this installation; zvirka keys add creates one.',
    'Задайте в ZVIRKA_ENCRYPTION_KEYS_FILE файл ключів цієї установки; zvirka keys add створить файл.',
  ),
  restore_or_add_keys: plain(
    'Restore the keys file from its backup; zvirka keys add creates the first one.',
    'Відновіть файл ключів із резервної копії; zvirka keys add створює перший.',
  ),
  protect_keys_file: text(
    FILE,
    ({ file }) => `Run chmod 600 ${file}.`,
    ({ file }) => `Виконайте chmod 600 ${file}.`,
  ),
  correct_keys_file: plain(
    'Write each line as `id base64key`, the newest key first; a key has 32 bytes; zvirka keys add writes one.',
    'Кожен рядок має вигляд `id base64key`, найновіший ключ перший; ключ має 32 байти; zvirka keys add записує ключ.',
  ),
  restore_keys_file: plain(
    'Restore the keys file from the backup that belongs to this database: without it the encrypted values are lost.',
    'Відновіть файл ключів із резервної копії, яка належить цій базі даних: без нього зашифровані значення втрачено.',
  ),
  restore_keys_file_or_new_id: plain(
    'Restore the keys file from its backup; a new key needs a new id.',
    'Відновіть файл ключів із резервної копії; новий ключ потребує нового ідентифікатора.',
  ),
  run_version_that_wrote: plain(
    'Run the version of the program that wrote it, or a newer one.',
    'Запустіть версію програми, яка його записала, або новішу.',
  ),
}

/** What to do about it. */
export type KeyAdvice = MessageOf<typeof KEY_ADVICE>
