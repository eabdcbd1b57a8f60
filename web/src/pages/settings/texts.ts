import { defineTexts, enCount, ukCount } from '../../i18n/texts.ts'

/** Texts of the page of the settings. */
export const settingsTexts = defineTexts(
  {
    title: 'Параметри',
    lead: 'Спільні для всієї платформи. Зміна діє одразу й для всіх, хто на ці параметри спирається.',
    value: 'Значення',
    unit: 'Одиниця',
    units: { YEARS: 'роки', DAYS: 'дні' },
    years: (count: number) => ukCount(count, 'рік', 'роки', 'років'),
    days: (count: number) => ukCount(count, 'день', 'дні', 'днів'),
    names: {
      adultAge: 'Вік повноліття',
      declarationTerm: 'Строк декларації',
      requestExpiration: 'Строк відповіді на запит',
    },
    meanings: {
      adultAge:
        'Від цього віку пацієнт вважається дорослим. Від цього залежить, які декларації припиняються, коли лікар змінює основну спеціальність.',
      declarationTerm:
        'Скільки діє декларація. За ним рахується новий кінець декларації, коли її перераховують через зміну спеціальності лікаря.',
      requestExpiration:
        'Скільки запит на співробітника чекає, доки запрошена людина його підтвердить або відхилить. Потім він стає простроченим.',
    },
    effects: {
      adultAge: 'Діятиме для наступних підтверджень. Уже припинені й уже перераховані декларації не зміняться.',
      declarationTerm: 'Діятиме для наступних перерахунків. Кінець чинних декларацій сам не зміниться.',
      requestExpiration:
        'Діятиме з наступного щоденного закриття, також для запитів, що вже чекають: коротший строк зробить частину з них простроченими, і це не повертається.',
    },
    other: 'Цієї сторінки не стосується: його читають інші системи платформи.',
    otherEffect: 'Що залежить від цього параметра, тут невідомо: спитайте того, хто його додав.',
    changed: 'Змінено',
    changedBy: 'Хто змінив',
    audit: 'Історія змін',
    change: 'Змінити',
    changeTitle: (name: string) => `Змінити «${name}»?`,
    old: 'Було',
    new: 'Стане',
    same: 'Значення поки не змінено.',
    problems: {
      count: 'Ціле число від 0 до 9999.',
      atLeastOne: 'Ціле число від 1 до 99999.',
      unit: 'Роки або дні.',
      text: 'Від 1 до 255 знаків.',
    },
    save: 'Зберегти',
    saved: (name: string) => `Збережено: ${name}.`,
    readOnly: 'Ваша роль може лише переглядати параметри.',
    empty: 'Параметрів немає',
  },
  {
    title: 'Settings',
    lead: 'Parameters of the whole platform. A change counts at once, for everyone who relies on them.',
    value: 'Value',
    unit: 'Unit',
    units: { YEARS: 'years', DAYS: 'days' },
    years: (count: number) => enCount(count, 'year', 'years'),
    days: (count: number) => enCount(count, 'day', 'days'),
    names: {
      adultAge: 'Age of majority',
      declarationTerm: 'Term of a declaration',
      requestExpiration: 'Time to answer a request',
    },
    meanings: {
      adultAge:
        'From this age on a patient counts as an adult. It decides which declarations end when a doctor changes the main speciality.',
      declarationTerm:
        "How long a declaration lasts. By it the new end is counted when a declaration is dated anew because of a doctor's change of speciality.",
      requestExpiration:
        'How long an employee request waits for the invited person to approve or reject it. After that it is expired.',
    },
    effects: {
      adultAge: 'It counts for the approvals to come. Declarations that ended or were dated anew stay as they are.',
      declarationTerm: 'It counts for what is dated anew from now on. The ends of current declarations stay.',
      requestExpiration:
        'It counts from the next daily closing on, also for requests that wait already: a shorter time makes some of them expire, and that cannot be undone.',
    },
    other: 'It does not concern this page: other systems of the platform read it.',
    otherEffect: 'What depends on this parameter is not known here: ask whoever added it.',
    changed: 'Changed',
    changedBy: 'Changed by',
    audit: 'History of changes',
    change: 'Change',
    changeTitle: (name: string) => `Change “${name}”?`,
    old: 'Was',
    new: 'Will be',
    same: 'The value is not changed yet.',
    problems: {
      count: 'A whole number from 0 to 9999.',
      atLeastOne: 'A whole number from 1 to 99999.',
      unit: 'Years or days.',
      text: '1 to 255 characters.',
    },
    save: 'Save',
    saved: (name: string) => `Saved: ${name}.`,
    readOnly: 'Your role may only look at the settings.',
    empty: 'There are no parameters',
  },
)
