import { defineTexts, enCount, ukCount } from '../../i18n/texts.ts'

/** Texts of the settings page. */
export const settingsTexts = defineTexts(
  {
    title: 'Параметри',
    lead: 'Спільні для всієї платформи. Зміна діє одразу й для всіх, хто використовує ці параметри.',
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
    other: 'Тут не використовується: його читають інші системи платформи.',
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
    lead: 'Parameters of the whole platform. A change takes effect at once for everyone who uses them.',
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
        'A patient of this age or older is an adult. This decides which declarations end when a doctor changes the main speciality.',
      declarationTerm:
        "How long a declaration lasts. It sets the new end date when a declaration is recalculated because a doctor's speciality changed.",
      requestExpiration:
        'How long an employee request waits for the invited person to approve or reject it. After that it is expired.',
    },
    effects: {
      adultAge: 'It applies to future approvals. Declarations that have ended or were recalculated do not change.',
      declarationTerm: 'It applies to future recalculations. The end dates of current declarations do not change.',
      requestExpiration:
        'It applies from the next daily expiry, also to requests that already wait: a shorter term makes some of them expire, and that cannot be undone.',
    },
    other: 'Not used here: other systems of the platform read it.',
    otherEffect: 'It is not known here what depends on this parameter: ask the person who added it.',
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
    readOnly: 'Your role may only view the settings.',
    empty: 'There are no parameters',
  },
)
