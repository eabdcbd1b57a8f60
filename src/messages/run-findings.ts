/** Why the program paused or ended a run early. */
import { type MessageOf, plain, text } from './message.ts'

const percentIn = (language: string, percent: number): string => `${new Intl.NumberFormat(language).format(percent)} %`

/** The texts by their codes. */
export const RUN_FINDINGS = {
  guard_answers: text(
    { unfavourable: 83, answers: 500, percent: 10 },
    ({ unfavourable, answers, percent }) =>
      `Of the last ${answers} answers ${unfavourable} were unfavourable, more than ${percentIn('en', percent)}.`,
    ({ unfavourable, answers, percent }) =>
      `З останніх ${answers} відповідей несприятливих ${unfavourable}: більше, ніж ${percentIn('uk', percent)}.`,
  ),
  guard_errors: text(
    { errors: 2600, subjects: 5000 },
    ({ errors, subjects }) =>
      `Of the last ${subjects} subjects ${errors} failed with an error about the subject itself.`,
    ({ errors, subjects }) => `З останніх ${subjects} перевірок ${errors} завершилися помилкою щодо самого запиту.`,
  ),
  worker_lost: plain(
    'The process that owned the run died. Its claims were released, and no status changed.',
    'Процес, який виконував запуск, перестав працювати. Узяті ним записи звільнено, статуси не змінилися.',
  ),
  breaker_open: text(
    { seconds: 30 },
    ({ seconds }) => `The registry was unavailable for ${seconds} s.`,
    ({ seconds }) => `Реєстр був недоступний ${seconds} с.`,
  ),
  interrupted: plain('The command was interrupted.', 'Команду перервано.'),
  database_restored: plain('The database was restored from a backup.', 'Базу даних відновлено з резервної копії.'),
}

/** Why the program paused or ended a run. */
export type RunFinding = MessageOf<typeof RUN_FINDINGS>

/** What the guard finds. */
export type GuardFinding = Extract<RunFinding, { code: 'guard_answers' | 'guard_errors' }>
