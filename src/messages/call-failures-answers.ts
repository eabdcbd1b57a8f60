/** Unusable answers, and errors that a registry reports. */
import { ADVICE, row } from './call-failure.ts'

/** Rows on the body of the answer and its HTTP status, in the order of the documents. */
export const bodyFailures = [
  row(
    'oversized',
    ['the answer is larger than TREMBITA_MAX_RESPONSE_BYTES', 'відповідь більша за TREMBITA_MAX_RESPONSE_BYTES'],
    [
      'a real answer has a few kilobytes, many acts of death a few hundred: ask the administrator of our security server, with the message id, what it was; raise the limit only if the registry really sends more',
      'справжня відповідь має кілька кілобайтів, багато актових записів про смерть – кілька сотень: запитайте адміністратора нашого ШБО, що це було, і назвіть ідентифікатор повідомлення; межу збільшуйте, лише якщо реєстр справді надсилає більше',
    ],
  ),
  row(
    'compressed',
    [
      'the answer is compressed, though the request does not allow it',
      'відповідь стиснено, хоча запит цього не дозволяє',
    ],
    [
      'have compression disabled in the proxy in front of the security server',
      'попросіть вимкнути стиснення на проксі перед ШБО',
    ],
  ),
  row(
    'unknown_encoding',
    [
      'the Content-Encoding of the answer is not a compression (often it is a charset, such as UTF-8), so its content is not read',
      'Content-Encoding відповіді не є стисненням (часто це кодування знаків, як-от UTF-8), тому її вміст не читається',
    ],
    [
      'tell the administrators of our security server and of the proxies in front of it: a charset belongs in Content-Type',
      'повідомте адміністратора нашого ШБО і проксі перед ним: кодування знаків слід указувати в Content-Type',
    ],
  ),
  row('empty', ['HTTP 200 without a body', 'HTTP 200 без тіла'], ADVICE.askOursById),
  row(
    'malformed_multipart',
    [
      'the answer has attachments, and the message among them is missing, cut off or encoded in an unknown way',
      'відповідь має вкладення, а повідомлення серед них немає, воно неповне або закодоване невідомим способом',
    ],
    ADVICE.tellRegistry,
  ),
  row(
    'malformed_xml',
    [
      'the answer is not well-formed XML: cut off, HTML or plain text',
      'відповідь не є правильним XML: вона неповна, є сторінкою HTML або простим текстом',
    ],
    ADVICE.seeWhatAnswers,
  ),
  row('not_utf8', ['the answer is not in UTF-8', 'відповідь не в UTF-8'], ADVICE.tellRegistry),
  row(
    'doctype',
    [
      'the answer has a DOCTYPE, which is refused: usually it is an HTML page',
      'відповідь містить DOCTYPE, тому її відхилено: зазвичай це сторінка HTML',
    ],
    ADVICE.seeWhatAnswers,
  ),
  row(
    'processing_instruction',
    [
      'the answer has a processing instruction, which SOAP forbids',
      'відповідь містить інструкцію обробки, яку SOAP забороняє',
    ],
    ADVICE.tellRegistry,
  ),
  row(
    'too_deep',
    ['elements of the answer are nested more than 64 deep', 'елементи відповіді вкладено глибше за 64'],
    ADVICE.tellRegistry,
  ),
  row(
    'too_many_attributes',
    ['an element of the answer has more than 64 attributes', 'елемент відповіді має понад 64 атрибути'],
    ADVICE.tellRegistry,
  ),
  row(
    'too_many',
    [
      'more than 100 acts of death for one name and birth date',
      'понад 100 актових записів про смерть за одним ім’ям і датою народження',
    ],
    [
      'tell the owner of the registry, with the message id: it searched for something else',
      'повідомте власника реєстру й назвіть ідентифікатор повідомлення: пошук виконано за іншими даними',
    ],
  ),
  row(
    'too_large',
    ['the answer is larger than the limit', 'відповідь перевищує допустимий розмір'],
    ['see `oversized`', 'див. `oversized`'],
  ),
  row(
    'not_soap',
    ['the answer is XML but not a SOAP envelope', 'відповідь є XML, але не конверт SOAP'],
    [
      'check that TREMBITA_URLS is the address for information systems, not that of a web page or of administration',
      'перевірте, чи TREMBITA_URLS є адресою для інформаційних систем, а не вебсторінки чи адміністрування',
    ],
  ),
  row(
    'http_2xx',
    [
      'an HTTP status of success other than 200, which carries no answer',
      'успішний стан HTTP, інший ніж 200, у якому відповіді немає',
    ],
    [
      'see which proxy in front of the security server answers in its place',
      'з’ясуйте, який проксі перед ШБО відповідає замість нього',
    ],
  ),
  row(
    'http_3xx',
    ['the server redirects, which is never followed', 'сервер перенаправляє запит, а перенаправлення не виконуються'],
    [
      'set TREMBITA_URLS to where it redirects, if that is the security server',
      'задайте в TREMBITA_URLS адресу перенаправлення, якщо це ШБО',
    ],
  ),
  row(
    'http_403',
    ['the server, or a proxy in front of it, denies access', 'сервер або проксі перед ним відмовляє в доступі'],
    [
      'have the address of this machine and the certificate in TREMBITA_TLS_CERT allowed there',
      'попросіть дозволити там адресу цієї машини та сертифікат із TREMBITA_TLS_CERT',
    ],
  ),
  row(
    'http_429',
    [
      'we exceed the rate limit of the server or of a proxy in front of it',
      'перевищено ліміт запитів сервера або проксі перед ним',
    ],
    [
      'lower `TREMBITA_<GROUP>_RATE_LIMIT` to what the owner of the registry allows',
      'зменште `TREMBITA_<GROUP>_RATE_LIMIT` до того, що дозволяє власник реєстру',
    ],
  ),
  row(
    'http_4xx',
    ['the server, or a proxy in front of it, refuses the request', 'сервер або проксі перед ним відхиляє запит'],
    [
      'check that TREMBITA_URLS is the root of the address for information systems, and what the proxy requires',
      'перевірте, чи TREMBITA_URLS є коренем адреси для інформаційних систем, і чого вимагає проксі',
    ],
  ),
  row(
    'http_5xx',
    ['the server, or a proxy in front of it, fails', 'помилка на сервері або на проксі перед ним'],
    [
      'wait a few minutes; if it lasts, ask the administrator of our security server',
      'зачекайте кілька хвилин; якщо помилка не зникає, зверніться до адміністратора нашого ШБО',
    ],
  ),
  row(
    'http_*',
    ['an HTTP status that cannot carry an answer', 'стан HTTP, у якому відповіді бути не може'],
    [
      'see what answers at TREMBITA_URLS: it is not a security server',
      'з’ясуйте, що відповідає за TREMBITA_URLS: це не ШБО',
    ],
  ),
  row(
    'other_request',
    [
      'the headers of the answer do not match our request; its content was not used',
      'заголовки відповіді не відповідають запиту; її вміст не використано',
    ],
    [
      'a proxy that mixes answers up, or a server that changes headers: ask the administrator of our security server, with the message id',
      'проксі переплутав відповіді або сервер змінив заголовки: зверніться до адміністратора нашого ШБО з ідентифікатором повідомлення',
    ],
  ),
  row(
    'other_version',
    [
      'the answer uses a version of the X-Road message protocol other than 4.x; its content was not used',
      'версія протоколу повідомлень X-Road у відповіді не 4.x; її вміст не використано',
    ],
    ADVICE.askOursById,
  ),
  row(
    'other_wrapper',
    ['the body is not the answer of this service', 'тіло не є відповіддю цього сервісу'],
    [
      'check `TREMBITA_<GROUP>_<SERVICE>_CODE` against the WSDL of the service, which its owner has',
      'перевірте `TREMBITA_<GROUP>_<SERVICE>_CODE` за WSDL сервісу, який має його власник',
    ],
  ),
  row('fault_without_code', ['a SOAP fault without a code', 'помилка SOAP без коду'], ADVICE.askOursById),
]

/** Errors that the registry reports. */
export const registryFailures = [
  row(
    'status_-1',
    [
      'the registry says that mandatory fields are missing or incorrect',
      'реєстр повідомляє, що обов’язкові поля не заповнено або заповнено неправильно',
    ],
    [
      'check the document or UNZR of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL',
      'перевірте документ чи УНЗР цієї особи; якщо так з усіма, порівняйте повідомлення (`zvirka call --dry-run`) із WSDL',
    ],
  ),
  row('status_-2', ['an internal error of the registry', 'внутрішня помилка реєстру'], ADVICE.waitAndTell),
  row('status_unknown', ['a status other than 1, 0, -1, -2', 'статус, інший ніж 1, 0, -1, -2'], ADVICE.askMeaning),
  row('status_missing', ['the answer has no status', 'у відповіді немає статусу'], ADVICE.askForWsdl),
  row(
    'status_ambiguous',
    [
      'the answer has more than one status, so none is trusted',
      'відповідь містить більше одного статусу, тому жодного не враховано',
    ],
    ADVICE.tellRegistry,
  ),
  row('result_missing', ['the answer has no Result', 'у відповіді немає Result'], ADVICE.askForWsdl),
  row(
    'result_ambiguous',
    [
      'the answer has more than one Result, so none is trusted',
      'відповідь містить більше одного Result, тому жодного не враховано',
    ],
    ADVICE.tellRegistry,
  ),
  row(
    'result_unreadable',
    ['the Result of the answer is not an integer', 'Result у відповіді не є цілим числом'],
    ADVICE.tellRegistry,
  ),
  row(
    'result_*',
    [
      'the tax register answered with a code that is in neither list of codes',
      'ДРФО повернув код, якого немає в жодному з переліків кодів',
    ],
    [
      'ask the owner of the registry what it means, then add it to DRFO_NOT_VERIFIED_RESULTS or DRFO_CLOSED_RESULTS',
      'запитайте у власника реєстру, що означає код, і додайте до DRFO_NOT_VERIFIED_RESULTS або DRFO_CLOSED_RESULTS',
    ],
  ),
  row(
    'result_code_1',
    ['an internal error of the register of civil status', 'внутрішня помилка ДРАЦС'],
    ADVICE.waitAndTell,
  ),
  row(
    'result_code_2',
    ['the register of civil status has not given our subsystem access', 'ДРАЦС не надав нашій підсистемі доступу'],
    [
      'order access to the service from its owner, for exactly the subsystem in `TREMBITA_DRACS_CLIENT_*`',
      'замовте у власника доступ до сервісу саме для підсистеми з `TREMBITA_DRACS_CLIENT_*`',
    ],
  ),
  row(
    'result_code_3',
    [
      'the register of civil status has several active services of this name',
      'у ДРАЦС кілька чинних сервісів із такою назвою',
    ],
    ADVICE.tellRegistry,
  ),
  row(
    'result_code_4',
    [
      'the register of civil status says that fields of the request are missing',
      'ДРАЦС повідомляє, що у запиті бракує полів',
    ],
    ADVICE.checkNames,
  ),
  row(
    'result_code_5',
    ['the register of civil status says that the request is wrong', 'ДРАЦС повідомляє, що запит неправильний'],
    ADVICE.checkNames,
  ),
  row('result_code_unknown', ['a ResultCode other than 0 to 5', 'ResultCode, інший ніж 0–5'], ADVICE.askMeaning),
  row('result_code_missing', ['the answer has no ResultCode', 'у відповіді немає ResultCode'], ADVICE.askForWsdl),
  row(
    'result_code_ambiguous',
    [
      'the answer has more than one ResultCode, so none is trusted',
      'відповідь містить більше одного ResultCode, тому жодного не враховано',
    ],
    ADVICE.tellRegistry,
  ),
  row(
    'result_code_no_number',
    ['the ResultCode of the answer is not an integer', 'ResultCode у відповіді не є цілим числом'],
    ADVICE.tellRegistry,
  ),
  row(
    'result_data_ambiguous',
    [
      'the answer has more than one ResultData, or elements in it, so nothing is read',
      'відповідь містить більше одного ResultData або в ньому є елементи, тому нічого не прочитано',
    ],
    ADVICE.tellRegistry,
  ),
  row(
    'result_data_no_base64',
    ['the ResultData of the answer is not base64', 'ResultData у відповіді не є base64'],
    ADVICE.tellRegistry,
  ),
  row(
    'result_data_no_xml',
    [
      'the acts in ResultData cannot be read as XML: cut off, not in UTF-8, with a DOCTYPE, or nested more than 64 deep',
      'актові записи в ResultData не є придатним XML: неповні, не в UTF-8, із DOCTYPE або із вкладенням глибше за 64',
    ],
    ADVICE.tellRegistry,
  ),
  row(
    'info_ambiguous',
    [
      'the answer has more than one Info, so none is trusted',
      'відповідь містить більше одного Info, тому жодного не враховано',
    ],
    ADVICE.tellRegistry,
  ),
  row(
    'info_fault',
    [
      'the registry answered with an internal error instead of its record of the UNZR',
      'замість запису про УНЗР реєстр повернув внутрішню помилку',
    ],
    ADVICE.waitAndTell,
  ),
  row(
    'info_missing',
    [
      'the answer has no Info and does not say that there is none',
      'у відповіді немає Info і не вказано, що запису немає',
    ],
    ADVICE.askForWsdl,
  ),
  row(
    'unsendable',
    [
      'the request contains characters that XML does not allow, such as control characters',
      'запит містить знаки, яких XML не допускає, наприклад керівні',
    ],
    ['correct the record of this person', 'виправте запис цієї особи'],
  ),
]
