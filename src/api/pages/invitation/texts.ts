/** The page's texts in both languages. */
import type { Language } from '../../../messages/message.ts'

const uk = {
  system: 'Електронна система охорони здоров’я',
  languages: 'Мова сторінки',
  footer: 'Ця сторінка призначена лише для Вас. Не передавайте посилання з листа іншим.',
  opening: 'Відкриваємо запрошення',
  openingWords: 'Зачекайте мить. Якщо нічого не відбувається, натисніть кнопку.',
  proceed: 'Продовжити',
  email: 'Електронна пошта',
  password: 'Пароль',
  create: {
    title: 'Встановіть пароль',
    step: 'Крок 1 з 2',
    lead: (place: string, role: string) =>
      `${place} запрошує Вас. Роль: ${role}. Щоб побачити запит і відповісти на нього, встановіть пароль.`,
    password: 'Новий пароль',
    repeat: 'Пароль ще раз',
    submit: 'Встановити пароль і продовжити',
    rules: {
      too_short: 'не коротшим за 12 символів',
      too_common: 'не поширеним і не таким, який легко вгадати',
    },
    needs: 'Пароль має бути:',
    lacking: 'не виконано',
    missing: 'Введіть пароль.',
    weak: 'Пароль не відповідає правилу, яке позначено нижче.',
    tooLong: 'Пароль задовгий: не більше 1024 символів.',
    mismatch: 'Паролі не збігаються. Введіть той самий пароль двічі.',
  },
  signIn: {
    title: 'Увійдіть, щоб побачити запит',
    step: 'Крок 1 з 2',
    known: 'Для цієї адреси вже є користувач. Увійдіть з його паролем.',
    plain: 'Увійдіть з адресою, на яку надійшло запрошення, та Вашим паролем.',
    submit: 'Увійти',
    refused: 'Електронна пошта або пароль неправильні.',
    code: 'Код із застосунку або код відновлення',
    codeNeeded: 'Цей користувач входить із кодом. Введіть пароль ще раз і код.',
    codeWrong: 'Код неправильний або вже використаний. Дочекайтеся наступного.',
    setup: [
      'Спершу налаштуйте вхід із кодом',
      'Без нього увійти не можна. Увійдіть на сторінці нижче з Вашою адресою та паролем і налаштуйте його, а потім знову відкрийте посилання з листа.',
    ] as readonly [string, string],
    setUp: 'Налаштувати вхід із кодом',
    stranger: 'Це запрошення надіслано на іншу адресу. Увійдіть з адресою, на яку надійшов лист.',
    noPassword:
      'Ще не маєте пароля? Відкрийте посилання з листа ще раз і дозвольте файли cookie для цього сайту. Якщо посилання вже не діє, попросіть заклад надіслати запрошення знову.',
    ended: 'Ваш сеанс завершено. Увійдіть знову.',
  },
  badLink:
    'Це посилання вже не діє: ним скористалися, або заклад надіслав новіше, або воно неповне. Якщо Ви вже встановили пароль, увійдіть. Якщо ні, відкрийте найновіший лист або попросіть заклад надіслати запрошення знову.',
  review: {
    title: 'Запит на працівника',
    step: 'Крок 2 з 2',
    lead: (place: string) => `${place} просить підтвердити Вашу роботу. Перевірте дані й дайте відповідь.`,
    who: 'Хто запитує',
    work: 'Ваша робота',
    person: 'Ваші дані',
    skills: 'Освіта та спеціальності',
    wrong: 'Якщо дані неправильні, відхиліть запит і попросіть заклад надіслати новий.',
    approve: 'Підтвердити',
    reject: 'Відхилити',
    leave: 'Вийти без відповіді',
  },
  facts: {
    place: 'Заклад',
    edrpou: 'Код ЄДРПОУ',
    address: 'Адреса',
    division: 'Підрозділ',
    role: 'Роль',
    position: 'Посада (код)',
    start: 'Дата початку',
    end: 'Дата завершення',
    asked: 'Запит створено',
    name: 'Прізвище, ім’я, по батькові',
    birth: 'Дата народження',
    gender: 'Стать',
    taxId: 'РНОКПП',
    noTaxId: 'Документ замість РНОКПП',
    phones: 'Телефони',
    documents: 'Документи',
    specialities: 'Спеціальності',
    educations: 'Освіта',
    main: 'основна',
  },
  approve: {
    title: 'Підтвердити запит?',
    words: (place: string, role: string) =>
      `Вас буде зареєстровано в закладі «${place}». Роль: ${role}. Ваші дані буде передано на перевірку в державних реєстрах. Скасувати це на цій сторінці не можна.`,
    submit: 'Так, підтверджую',
    back: 'Повернутися до запиту',
  },
  reject: {
    title: 'Відхилити запит?',
    words: (place: string) =>
      `Заклад «${place}» побачить, що запит відхилено. Щоб змінити рішення, закладу доведеться створити новий запит.`,
    submit: 'Так, відхиляю',
    back: 'Повернутися до запиту',
  },
  approved: {
    title: 'Запит підтверджено',
    words: (place: string) =>
      `Вас зареєстровано в закладі «${place}». На Вашу електронну пошту надійде лист із підтвердженням.`,
    next: 'Сеанс завершено. Цю сторінку можна закрити.',
  },
  rejected: {
    title: 'Запит відхилено',
    words: (place: string) => `Заклад «${place}» не зареєструє Вас за цим запитом.`,
    next: 'Сеанс завершено. Цю сторінку можна закрити.',
  },
  over: {
    APPROVED: [
      'Запит уже підтверджено',
      'На цей запит уже відповіли: його підтверджено. Більше нічого робити не потрібно.',
    ],
    REJECTED: [
      'Запит уже відхилено',
      'На цей запит уже відповіли: його відхилено. Якщо Ви хочете працювати в цьому закладі, попросіть його створити новий запит.',
    ],
    EXPIRED: [
      'Термін дії запиту минув',
      'На запит не відповіли вчасно, і він більше не діє. Попросіть заклад створити новий.',
    ],
  } as Readonly<Record<'APPROVED' | 'REJECTED' | 'EXPIRED', readonly [string, string]>>,
  missing: [
    'Такого запрошення немає',
    'Перевірте, чи повністю скопійовано посилання з листа. Якщо так, попросіть заклад надіслати запрошення знову.',
  ] as readonly [string, string],
  noPasswords: [
    'Відповісти на запит можна в іншій системі',
    'Тут не входять за паролем. Увійдіть у свою медичну інформаційну систему через обліковий запис організації та дайте відповідь там.',
  ] as readonly [string, string],
  early: (seconds: number) => `Забагато невдалих спроб. Спробуйте знову через ${seconds} с.`,
  foreignForm: [
    'Форма застаріла',
    'Відкрийте сторінку знову і повторіть дію. Для цього сайту потрібні файли cookie.',
  ] as readonly [string, string],
  trouble: ['Сталася помилка', 'Ми не змогли цього зробити. Спробуйте ще раз за кілька хвилин.'] as readonly [
    string,
    string,
  ],
  again: 'Відкрити запрошення знову',
  effects: {
    title: 'Що змінить підтвердження',
    changes: 'Ваші дані в системі стануть такими, як у цьому запиті.',
    renames: 'Зміниться Ваше ім’я в системі.',
    contracts: (count: number) => `Буде призупинено договорів: ${count}.`,
    confirmation:
      'У системі вже є користувач із іншою електронною адресою, якого стосуються ці дані. Підтвердити можна буде після підтвердження Національною службою здоров’я.',
  },
  refusals: {
    notConfirmed:
      'У системі вже є користувач із іншою електронною адресою, якого стосуються ці дані. Запит має спершу підтвердити Національна служба здоров’я: зверніться до закладу.',
    emailTaken:
      'Ця електронна адреса вже належить іншій особі в системі. Зверніться до закладу: потрібен запит з іншою адресою.',
    noEmployee: 'Працівника, якого стосується запит, більше немає серед чинних. Зверніться до закладу.',
    dismissed: 'Працівника, якого стосується запит, звільнено. Зверніться до закладу.',
    other: 'Запит не вдалося виконати через дані закладу. Зверніться до закладу.',
  },
}

/** The texts of a language. */
export type Texts = typeof uk

const en: Texts = {
  system: 'eHealth system of Ukraine',
  languages: 'Language of the page',
  footer: 'This page is for you only. Do not give the link from the mail to others.',
  opening: 'Opening the invitation',
  openingWords: 'One moment, please. If nothing happens, press the button.',
  proceed: 'Continue',
  email: 'E-mail',
  password: 'Password',
  create: {
    title: 'Set a password',
    step: 'Step 1 of 2',
    lead: (place, role) => `${place} invites you. Role: ${role}. Set a password to see and answer the request.`,
    password: 'New password',
    repeat: 'Repeat the password',
    submit: 'Set the password and continue',
    rules: {
      too_short: 'at least 12 characters long',
      too_common: 'neither common nor easy to guess',
    },
    needs: 'A password must be:',
    lacking: 'not met',
    missing: 'Enter a password.',
    weak: 'The password does not meet the rule marked below.',
    tooLong: 'The password is too long: at most 1024 characters.',
    mismatch: 'The passwords differ. Enter the same password twice.',
  },
  signIn: {
    title: 'Sign in to see the request',
    step: 'Step 1 of 2',
    known: 'A user with this address already exists. Sign in with its password.',
    plain: 'Sign in with the address that received the invitation, and your password.',
    submit: 'Sign in',
    refused: 'The e-mail or the password is wrong.',
    code: 'Code from your app, or a recovery code',
    codeNeeded: 'This user signs in with a code. Enter the password again, and the code.',
    codeWrong: 'The code is wrong or was already used. Wait for the next one.',
    setup: [
      'Set up two-factor sign-in first',
      'You cannot sign in without it. Sign in on the page below with your address and password and set it up; then open the link from the mail again.',
    ],
    setUp: 'Set up two-factor sign-in',
    stranger: 'This invitation was sent to another address. Sign in with the address that received the mail.',
    noPassword:
      'No password yet? Open the link from the mail again, and allow cookies for this site. If the link is no longer valid, ask the facility to send the invitation again.',
    ended: 'Your session has ended. Sign in again.',
  },
  badLink:
    'This link is no longer valid: it was used, the facility sent a newer one, or it is incomplete. If you have already set a password, sign in. If not, open the newest mail or ask the facility to send the invitation again.',
  review: {
    title: 'Employee request',
    step: 'Step 2 of 2',
    lead: (place) => `${place} asks you to confirm your work there. Check the data and answer.`,
    who: 'Requested by',
    work: 'Your work',
    person: 'Your data',
    skills: 'Education and specialities',
    wrong: 'If the data are wrong, reject the request and ask the facility for a new one.',
    approve: 'Approve',
    reject: 'Reject',
    leave: 'Leave without an answer',
  },
  facts: {
    place: 'Facility',
    edrpou: 'EDRPOU code',
    address: 'Address',
    division: 'Division',
    role: 'Role',
    position: 'Position (code)',
    start: 'Start date',
    end: 'End date',
    asked: 'Requested on',
    name: 'Full name',
    birth: 'Date of birth',
    gender: 'Gender',
    taxId: 'Tax id (RNOKPP)',
    noTaxId: 'Document instead of a tax id',
    phones: 'Phones',
    documents: 'Documents',
    specialities: 'Specialities',
    educations: 'Education',
    main: 'main',
  },
  approve: {
    title: 'Approve the request?',
    words: (place, role) =>
      `You will be registered at “${place}”. Role: ${role}. Your data will be checked against state registries. This cannot be undone on this page.`,
    submit: 'Yes, I approve',
    back: 'Back to the request',
  },
  reject: {
    title: 'Reject the request?',
    words: (place) =>
      `“${place}” will see that the request was rejected. To change that, the facility would have to create a new one.`,
    submit: 'Yes, I reject',
    back: 'Back to the request',
  },
  approved: {
    title: 'The request is approved',
    words: (place) => `You are registered at “${place}”. You will get a mail to confirm it.`,
    next: 'Your session has ended. You may close this page.',
  },
  rejected: {
    title: 'The request is rejected',
    words: (place) => `“${place}” will not register you with this request.`,
    next: 'Your session has ended. You may close this page.',
  },
  over: {
    APPROVED: ['The request was already approved', 'This request was approved. You need not do anything else.'],
    REJECTED: [
      'The request was already rejected',
      'This request was rejected. If you want to work at this facility, ask it for a new request.',
    ],
    EXPIRED: [
      'The request has expired',
      'The request was not answered in time and is no longer valid. Ask the facility for a new one.',
    ],
  },
  missing: [
    'There is no such invitation',
    'Check that you copied the whole link from the mail. If you did, ask the facility to send the invitation again.',
  ],
  noPasswords: [
    'Answer the request in another system',
    "Sign-in with a password is off here. Sign in to your medical information system with your organisation's account and answer there.",
  ],
  early: (seconds) => `Too many failed attempts. Try again in ${seconds} s.`,
  foreignForm: ['The form is out of date', 'Open the page again and repeat the action. This site needs cookies.'],
  trouble: ['Something went wrong', 'We could not do that. Try again in a few minutes.'],
  again: 'Open the invitation again',
  effects: {
    title: 'What an approval changes',
    changes: 'Your data in the system will be those of this request.',
    renames: 'Your name in the system will change.',
    contracts: (count: number) => `Contracts that will be suspended: ${count}.`,
    confirmation:
      'These data are about a person who already has a user with another e-mail address. You can approve after the National Health Service has confirmed the request.',
  },
  refusals: {
    notConfirmed:
      'These data are about a person who already has a user with another e-mail address. The National Health Service must confirm the request first: contact the facility.',
    emailTaken:
      'This e-mail address already belongs to somebody else in the system. Contact the facility: it must create a request with another address.',
    noEmployee: 'The employee in the request is no longer active. Contact the facility.',
    dismissed: 'The employee in the request was dismissed. Contact the facility.',
    other: 'The request could not be carried out because of the data of the facility. Contact the facility.',
  },
}

/** The texts by language. */
export const TEXTS_OF: Readonly<Record<Language, Texts>> = { uk, en }
