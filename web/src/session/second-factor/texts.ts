import { defineTexts, enCount, ukCount } from '../../i18n/texts.ts'

/** Texts of setting up and disabling a second factor. */
export const secondFactorTexts = defineTexts(
  {
    title: 'Вхід із кодом',
    lead: 'Для входу, крім пароля, потрібен буде код із застосунку на телефоні.',
    effect: 'Усі інші ваші сеанси й токени завершаться.',
    password: 'Ваш пароль',
    begin: 'Налаштувати',
    scan: 'Відкрийте застосунок для кодів (Google Authenticator, Microsoft Authenticator, Aegis…) і проскануйте QR-код.',
    qr: 'QR-код для застосунку',
    byHand: 'Або введіть секрет у застосунок самі:',
    secret: 'секрет',
    here: 'Відкрити застосунок на цьому пристрої',
    code: 'Код із застосунку',
    codeHint: 'Шість цифр; змінюються що пів хвилини.',
    anyCode: 'Код із застосунку або код відновлення',
    turnOn: 'Увімкнути',
    turnOff: 'Вимкнути',
    isOn: (left: number) =>
      `Вхід із кодом увімкнено. Лишилося: ${ukCount(left, 'код відновлення', 'коди відновлення', 'кодів відновлення')}.`,
    offHint: 'Щоб перейти на інший телефон або отримати нові коди відновлення, вимкніть його й увімкніть знову.',
    offRequired:
      'Для вашої ролі він обов’язковий: сеанс завершиться, і під час входу його треба буде налаштувати знову.',
    unavailable: 'Тут його не можна увімкнути: у програми немає ключів шифрування. Зверніться до адміністратора.',
    wrongPassword: 'Пароль неправильний.',
    wrongCode: 'Код неправильний або вже використаний. Дочекайтеся наступного.',
    outdated: 'Налаштування почато ще раз в іншому місці. Закрийте це вікно й почніть знову.',
    codes: 'Коди відновлення',
    codesLead:
      'Якщо загубите телефон, увійти можна буде з одним із цих кодів; кожен діє один раз. Збережіть їх там, де їх не побачать інші: вдруге їх не буде показано.',
    codesAll: 'усі коди відновлення',
    saved: 'Я зберіг коди',
    required: 'Для вашої ролі вхід із кодом обов’язковий. Налаштуйте його один раз, і після цього увійдіть.',
  },
  {
    title: 'Two-factor sign-in',
    lead: 'To sign in, you will need a code from an app on your phone as well as your password.',
    effect: 'All your other sessions and tokens will end.',
    password: 'Your password',
    begin: 'Set it up',
    scan: 'Open an app for codes (Google Authenticator, Microsoft Authenticator, Aegis…) and scan the QR code.',
    qr: 'QR code for the app',
    byHand: 'Or type the secret into the app:',
    secret: 'the secret',
    here: 'Open the app on this device',
    code: 'Code from the app',
    codeHint: 'Six digits; they change every 30 seconds.',
    anyCode: 'Code from the app, or a recovery code',
    turnOn: 'Turn on',
    turnOff: 'Turn off',
    isOn: (left: number) =>
      `Two-factor sign-in is on. You have ${enCount(left, 'recovery code', 'recovery codes')} left.`,
    offHint: 'To move to another phone, or to get new recovery codes, turn it off and on again.',
    offRequired:
      'It is required for your role: your session will end, and you will set it up again at the next sign-in.',
    unavailable: 'It cannot be turned on here: the program has no encryption keys. Ask your administrator.',
    wrongPassword: 'The password is wrong.',
    wrongCode: 'The code is wrong or was already used. Wait for the next one.',
    outdated: 'Setup was started again elsewhere. Close this window and start again.',
    codes: 'Recovery codes',
    codesLead:
      'If you lose the phone, you can sign in with one of these codes; each works once. Keep them in a safe place: they are not shown again.',
    codesAll: 'all recovery codes',
    saved: 'I have saved the codes',
    required: 'Two-factor sign-in is required for your role. Set it up once, then sign in.',
  },
)
