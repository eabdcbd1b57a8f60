/** One kind of failed call, and advice that several kinds share. */

/** A phrase in English and in Ukrainian, without a capital and a full stop. */
export type Phrase = readonly [en: string, uk: string]

/** Which codes, what they mean, what to do. */
export interface CallFailure {
  readonly pattern: string
  readonly means: Phrase
  readonly todo: Phrase
}

/** A row. In its pattern `*` stands for anything and `xx` for two digits. */
export const row = (pattern: string, means: Phrase, todo: Phrase): CallFailure => ({ pattern, means, todo })

/** Advice on several failures. */
export const ADVICE = {
  askOursById: [
    'ask the administrator of our security server, with the message id',
    'зверніться до адміністратора нашого ШБО з ідентифікатором повідомлення',
  ],
  tellRegistry: [
    'tell the owner of the registry, with the message id',
    'повідомте власника реєстру й назвіть ідентифікатор повідомлення',
  ],
  seeWhatAnswers: [
    'see what answers at TREMBITA_URLS, perhaps a proxy or a login page (`zvirka doctor` tries every address)',
    'з’ясуйте, що відповідає за TREMBITA_URLS: можливо, проксі або сторінка входу (`zvirka doctor` пробує кожну адресу)',
  ],
  waitAndTell: [
    'wait; if it lasts, tell the owner of the registry, with the message id',
    'зачекайте; якщо помилка не зникає, повідомте власника реєстру й назвіть ідентифікатор повідомлення',
  ],
  askMeaning: [
    'tell the owner of the registry, with the message id, and ask what it means',
    'повідомте власника реєстру й назвіть ідентифікатор повідомлення; запитайте, що означає код',
  ],
  askForWsdl: [
    'ask the owner of the registry for the WSDL of the service: its response may have changed',
    'попросіть у власника реєстру WSDL сервісу: відповідь могла змінитися',
  ],
  checkNames: [
    'check the names and birth date of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL',
    'перевірте ім’я та дату народження цієї особи; якщо так з усіма, порівняйте повідомлення (`zvirka call --dry-run`) із WSDL',
  ],
  setSoapVersion: [
    'set `TREMBITA_<GROUP>_<SERVICE>_SOAP_VERSION` to the version in the WSDL',
    'задайте в `TREMBITA_<GROUP>_<SERVICE>_SOAP_VERSION` версію з WSDL',
  ],
  checkProxy: [
    'a proxy in front of the security server may change messages: check it; ask the administrator of our security server, with the message id and faultDetail',
    'проксі перед ШБО може змінювати повідомлення: перевірте його; зверніться до адміністратора нашого ШБО з ідентифікатором повідомлення та faultDetail',
  ],
  askOurs: [
    'ask the administrator of our security server, with the message id and faultDetail',
    'зверніться до адміністратора нашого ШБО з ідентифікатором повідомлення та faultDetail',
  ],
  retriedOrAsk: [
    'the call is retried; if it lasts, ask the administrator of our security server, with the message id and faultDetail',
    'виклик повторюється автоматично; якщо помилка не зникає, зверніться до адміністратора нашого ШБО з ідентифікатором повідомлення та faultDetail',
  ],
  checkData: [
    'check the data of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL',
    'перевірте дані цієї особи; якщо так з усіма, порівняйте повідомлення (`zvirka call --dry-run`) із WSDL',
  ],
} as const satisfies Readonly<Record<string, Phrase>>
