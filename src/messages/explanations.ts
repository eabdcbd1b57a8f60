/** Why a stream has its status and what happens to it next: the texts of `zvirka explain`, the API and the page. */
import { type MessageOf, type PlainCodeOf, plain, text } from './message.ts'

const RUN = '5b0e7f5c-5f5f-4a7e-9a0f-3d8f6f1f2a10'
const WORKER = { worker: '0b0e7f5c-5f5f-4a7e-9a0f-3d8f6f1f2a10', host: 'worker-1.internal', pid: 4711 }
const AT = '2026-03-02T11:00:00.000Z'

const times = (count: number): string => (count === 1 ? 'once' : `${count} times`)
// 2, 3, 4, 22 … рази; 1, 5, 11, 12 … раз or разів.
const ukrainian = new Intl.PluralRules('uk')
const TIMES: Readonly<Partial<Record<Intl.LDMLPluralRule, string>>> = { one: 'раз', few: 'рази' }
const timesUk = (count: number): string => `${count} ${TIMES[ukrainian.select(count)] ?? 'разів'}`

/** The texts by their codes. */
export const EXPLANATIONS = {
  // What wrote a status.
  being_checked: plain('It is being checked now.', 'Перевірка триває.'),
  document_absent: plain(
    'There is no passport or ID card to ask about.',
    'Немає паспорта чи ID-картки, про які можна запитати.',
  ),
  document_ill_formed: plain(
    'The number of the document does not match its format.',
    'Номер документа не відповідає формату.',
  ),
  unzr_absent: plain('There is no UNZR to ask about.', 'Немає УНЗР, про який можна запитати.'),
  unzr_cleared: plain(
    'The UNZR did not match its format and was deleted: the person has none now.',
    'УНЗР не відповідав формату, тому його вилучено: тепер УНЗР у пацієнта немає.',
  ),
  pre_checked: plain('The pre-check set it.', 'Статус установлено за результатом попередньої перевірки.'),
  registry_not_asked: plain('The registry was not asked.', 'Реєстр не запитували.'),
  registry_answered: text(
    { answer: 1 },
    ({ answer }) => `The registry answered ${answer}.`,
    ({ answer }) => `Реєстр відповів ${answer}.`,
  ),
  answered_about_another_person: text(
    { answer: 1 },
    ({ answer }) => `The registry answered ${answer} about another person with the same document.`,
    ({ answer }) => `Реєстр відповів ${answer} про іншого пацієнта з тим самим документом.`,
  ),
  answered_about_another_party: text(
    { answer: 1 },
    ({ answer }) => `The registry answered ${answer} about another party with the same document.`,
    ({ answer }) => `Реєстр відповів ${answer} про іншого медпрацівника з тим самим документом.`,
  ),
  answered_about_person: text(
    { answer: 1 },
    ({ answer }) => `The registry answered ${answer} about a person with the same document.`,
    ({ answer }) => `Реєстр відповів ${answer} про пацієнта з тим самим документом.`,
  ),
  answered_about_party: text(
    { answer: 1 },
    ({ answer }) => `The registry answered ${answer} about a party with the same document.`,
    ({ answer }) => `Реєстр відповів ${answer} про медпрацівника з тим самим документом.`,
  ),
  dms_passport_found: plain(
    'The State Migration Service lists the document as invalid.',
    'Документ є серед недійсних документів ДМС.',
  ),
  dms_passport_not_found: plain(
    'The State Migration Service does not list the document as invalid.',
    'Документа немає серед недійсних документів ДМС.',
  ),
  mvs_passport_found: plain(
    'The Ministry of Internal Affairs lists the document as stolen or lost.',
    'Документ є серед викрадених і втрачених.',
  ),
  mvs_passport_not_found: plain(
    'The Ministry of Internal Affairs does not list the document as stolen or lost.',
    'Документа немає серед викрадених і втрачених.',
  ),
  unzr_found: plain(
    'The UNZR belongs to a person with this name and date of birth.',
    'УНЗР належить особі з таким іменем і датою народження.',
  ),
  unzr_not_found: plain(
    'The UNZR does not belong to a person with this name and date of birth.',
    'УНЗР не належить особі з таким іменем і датою народження.',
  ),
  drfo_found: plain(
    'The tax register has this number with this name and date of birth.',
    'ДРФО має цей номер із таким іменем і датою народження.',
  ),
  drfo_not_found: plain(
    'The tax register does not confirm the number with this name and date of birth.',
    'ДРФО не підтверджує цей номер із таким іменем і датою народження.',
  ),
  drfo_about_another: plain(
    'The tax register answered about somebody else with the same number, name and date of birth.',
    'ДРФО відповів про іншу особу з тими самими номером, іменем і датою народження.',
  ),
  drfo_absent: plain(
    'There is no tax id, and none is required at this age.',
    'РНОКПП немає, і в цьому віці його не вимагають.',
  ),
  drfo_ill_formed: plain(
    'The tax register cannot be asked with this tax id, date of birth or substitute document.',
    'За цими РНОКПП, датою народження чи документом запит до ДРФО неможливий.',
  ),
  dracs_death_matches: plain(
    'The register of civil status has an act of death that matches the data almost completely.',
    'У ДРАЦС є актовий запис про смерть, дані якого збігаються майже повністю.',
  ),
  dracs_death_may_match: plain(
    'The register of civil status has an act of death that may be about this person or about a namesake.',
    'У ДРАЦС є актовий запис про смерть, який може стосуватися цієї особи або тезки.',
  ),
  dracs_death_no_match: plain(
    'The register of civil status has no act of death that could be about this person.',
    'У ДРАЦС немає актового запису про смерть, який міг би стосуватися цієї особи.',
  ),
  not_checked_yet: plain(
    'It was created unverified and has not been checked yet.',
    'Запис створено без верифікації, і його ще не перевіряли.',
  ),
  no_history: plain(
    'It was set without an entry in the history: by another process of the platform or by hand.',
    'Статус установлено без запису в історії: іншим процесом платформи або вручну.',
  ),
  imported: plain('It was imported with this status.', 'Запис імпортовано з цим статусом.'),
  nothing_to_ask_now: plain(
    'The data were changed, and there is nothing to ask about now.',
    'Дані змінено, і тепер немає про що запитувати.',
  ),
  person_triggered: plain(
    'The person was created, changed or sent for verification again.',
    'Запис пацієнта створено, змінено або надіслано на перевірку ще раз.',
  ),
  party_triggered: plain(
    'The party was created or changed, or one of its employee requests was approved.',
    'Запис медпрацівника створено чи змінено, або схвалено запит на співробітника.',
  ),
  reverted: text(
    { run: RUN },
    ({ run }, speech) => `A recheck reverted the status that run ${speech.run(run)} had set.`,
    ({ run }, speech) => `Статус, який установив запуск ${speech.run(run)}, скасовано повторною перевіркою.`,
  ),
  reverted_unknown_run: plain(
    'A recheck reverted the status that a run had set.',
    'Статус, який установив запуск, скасовано повторною перевіркою.',
  ),
  erased: plain(
    'The data of the person were erased, and there is nothing to ask about.',
    'Дані особи видалено, тому запитувати немає про що.',
  ),
  confirmed_by_hand: plain('An official confirmed it.', 'Посадова особа підтвердила це вручну.'),
  written_by_step: text(
    { step: '9.9' },
    ({ step }) => `Step ${step} set it.`,
    ({ step }) => `Статус установлено на кроці ${step}.`,
  ),

  // What happens next.
  other_process: plain(
    'Another process of the platform runs this stream; it counts in the cumulative status.',
    'Цей потік веде інший процес платформи; у зведеному статусі він враховується.',
  ),
  not_served: text(
    { setting: 'TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE' },
    ({ setting }) => `Nothing: this installation does not ask the registry, since ${setting} is not set.`,
    ({ setting }) => `Нічого: цей реєстр тут не запитують, бо не задано ${setting}.`,
  ),
  person_inactive: plain(
    'Nothing: the person is not active and is checked again once active.',
    'Нічого: пацієнт неактивний. Його перевірять, щойно він стане активним.',
  ),
  party_not_employed: plain(
    'Nothing: the party has no approved, active employee and is checked again once it has one.',
    'Нічого: у медпрацівника немає схваленої чинної посади. Його перевірять, щойно вона з’явиться.',
  ),
  person_waits_for_change: plain(
    'Nothing, until the person is changed or sent for verification again.',
    'Нічого, доки дані пацієнта не змінять або його не надішлють на перевірку ще раз.',
  ),
  party_waits_for_change: plain(
    'Nothing, until the party is changed or one of its employee requests is approved.',
    'Нічого, доки дані медпрацівника не змінять або не схвалять запит на співробітника.',
  ),
  answers_about_document: plain(
    'An answer about another subject with the same document can also change it.',
    'Змінити статус може й відповідь про іншу людину з тим самим документом.',
  ),
  dracs_death_to_decide: plain(
    'An official decides on the act: see the page “Death records”.',
    'Рішення щодо актового запису приймає посадова особа: див. сторінку «Акти про смерть».',
  ),
  claim_lost: plain(
    'No check is under way: a running worker resets it to VERIFICATION_NEEDED / INITIAL.',
    'Перевірка не триває: один із обробників поверне статус «Потребує верифікації».',
  ),
  worker_gone: text(
    WORKER,
    ({ worker, host }, speech) =>
      `Its worker ${speech.worker(worker, host)} has died: another worker releases the claim, and it is checked again.`,
    ({ worker, host }, speech) =>
      `Обробник ${speech.worker(worker, host)} перестав працювати: інший звільнить запис, і його перевірять знову.`,
  ),
  claimed: text(
    { ...WORKER, seconds: 12 },
    ({ worker, host, seconds }, speech) =>
      `The answer decides it; worker ${speech.worker(worker, host)} claimed it ${seconds} s ago.`,
    ({ worker, host, seconds }, speech) =>
      `Вирішить відповідь реєстру; обробник ${speech.worker(worker, host)} узяв запис ${seconds} с тому.`,
  ),
  retry_after: text(
    { failures: 2, at: AT },
    ({ failures, at }, speech) =>
      `The last check failed with a technical error (${times(failures)} in a row): the retry is due at ${speech.instant(at)}. zvirka sync takes it earlier, after all others.`,
    ({ failures, at }, speech) =>
      `Остання перевірка завершилася технічною помилкою (поспіль ${timesUk(failures)}): повторять не раніше ${speech.instant(at)}. Запуск командою zvirka sync візьме раніше, після всіх інших.`,
  ),
  due_from: text(
    { at: AT },
    ({ at }, speech) => `It is due again from ${speech.instant(at)}.`,
    ({ at }, speech) => `Перевірять знову після ${speech.instant(at)}.`,
  ),
  retry_due: text(
    { failures: 2 },
    ({ failures }) => `The check failed ${times(failures)}; the retry is due.`,
    ({ failures }) => `Перевірка не вдалася ${timesUk(failures)}; настав час повторити.`,
  ),
  last_in_queue: plain('It is queued after all other changes.', 'Стоїть у черзі після всіх інших змін.'),
  due: plain('It is due.', 'Настав час перевірки.'),
  first_in_queue: text(
    { at: AT },
    ({ at }, speech) => `It has priority: its data were changed at ${speech.instant(at)}.`,
    ({ at }, speech) => `Має перевагу в черзі: дані змінено ${speech.instant(at)}.`,
  ),
  run_is: text(
    { run: RUN, state: 'running' },
    ({ run, state }, speech) => `Run ${speech.run(run)} is ${speech.runState(state)}.`,
    ({ run, state }, speech) => `Запуск ${speech.run(run)}: ${speech.runState(state)}.`,
  ),
  next_run: plain('The next run takes it.', 'Візьме найближчий запуск.'),
  next_full_run: plain(
    'The next full run takes it: one that is not for triggered subjects alone.',
    'Візьме найближчий повний запуск: не той, що перевіряє лише змінені дані.',
  ),

  // The cumulative status.
  not_verified_by_hand: plain(
    'It was set by hand and blocks the person; streams do not change it.',
    'Установлено вручну й блокує пацієнта; потоки цього не змінюють.',
  ),
  streams_make_it: text(
    { status: 'VERIFIED' },
    ({ status }, speech) => `Its streams result in ${speech.status(status)}; the next change of a stream sets that.`,
    ({ status }, speech) => `За потоками має бути ${speech.status(status)}; це запише найближча зміна потоку.`,
  ),
  because_stream_is: text(
    { stream: 'unzr', status: 'NOT_VERIFIED' },
    ({ stream, status }, speech) => `${speech.stream(stream)} is ${speech.status(status)}.`,
    ({ stream, status }, speech) => `${speech.stream(stream)}: ${speech.status(status)}.`,
  ),
  all_streams_verified: plain('Every required stream is verified.', 'Усі потрібні потоки верифіковано.'),
  no_verification: plain('It has no verification yet.', 'Верифікації ще немає.'),
}

/** A statement of an explanation. */
export type ExplanationMessage = MessageOf<typeof EXPLANATIONS>

/** The code of a statement without parameters. */
export type PlainExplanation = PlainCodeOf<typeof EXPLANATIONS>
