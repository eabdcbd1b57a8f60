/** Faults of our security server, of the registry's, and of the registry. */
import { ADVICE, row } from './call-failure.ts'

/** The rows, in the order of the documents. */
export const faultFailures = [
  row(
    'Client.InvalidProtocolVersion',
    ['our security server does not support this version of the protocol', 'наш ШБО не підтримує цієї версії протоколу'],
    [
      'set TREMBITA_SEVDEIR_PROTOCOL_VERSION to the version that it supports',
      'задайте в TREMBITA_SEVDEIR_PROTOCOL_VERSION версію, яку він підтримує',
    ],
  ),
  row(
    'Client.InvalidContentType',
    ['the content type does not match the service', 'тип вмісту не відповідає сервісу'],
    ADVICE.setSoapVersion,
  ),
  row(
    'Client.InvalidSoapAction',
    ['the action is refused', 'action відхилено'],
    [
      'set `TREMBITA_<GROUP>_<SERVICE>_ACTION` as the WSDL has it',
      'задайте `TREMBITA_<GROUP>_<SERVICE>_ACTION`, як у WSDL',
    ],
  ),
  row(
    'Client.InvalidHttpMethod',
    ['a proxy changed the method of our POST', 'проксі змінив метод нашого POST'],
    ['check the proxy in front of the security server', 'перевірте проксі перед ШБО'],
  ),
  row(
    'Client.InconsistentHeaders',
    [
      'the name of the body element does not begin with the serviceCode',
      'назва елемента в тілі не починається із serviceCode',
    ],
    [
      'set `TREMBITA_<GROUP>_<SERVICE>_CODE` as the WSDL has it',
      'задайте `TREMBITA_<GROUP>_<SERVICE>_CODE`, як у WSDL',
    ],
  ),
  row(
    'Client.MissingHeaderField',
    ['a field of the header is missing or empty', 'поля заголовка немає або воно порожнє'],
    [
      'check TREMBITA_SEVDEIR_INSTANCE, TREMBITA_SEVDEIR_USERID and `TREMBITA_<GROUP>_CLIENT_*`',
      'перевірте TREMBITA_SEVDEIR_INSTANCE, TREMBITA_SEVDEIR_USERID і `TREMBITA_<GROUP>_CLIENT_*`',
    ],
  ),
  row(
    'Client.DuplicateHeaderField',
    [
      'our message reached the security server with a header field twice',
      'наше повідомлення надійшло до ШБО з полем заголовка двічі',
    ],
    ADVICE.checkProxy,
  ),
  row(
    'Client.InvalidXml',
    [
      'our message reached the security server as XML that is not well-formed',
      'наше повідомлення надійшло до ШБО як неправильний XML',
    ],
    ADVICE.checkProxy,
  ),
  row(
    'Client.InvalidSoap',
    ['the security server does not recognise the message as SOAP', 'ШБО не розпізнав повідомлення як SOAP'],
    ADVICE.setSoapVersion,
  ),
  row(
    'Client.MissingSoap',
    [
      'our message reached the security server without a SOAP message in it',
      'наше повідомлення надійшло до ШБО без повідомлення SOAP у ньому',
    ],
    ADVICE.checkProxy,
  ),
  row(
    'Client.MimeParsingFailed',
    [
      'our message reached the security server as a multipart one, which it is not',
      'наше повідомлення надійшло до ШБО як multipart, хоча воно таким не є',
    ],
    ADVICE.checkProxy,
  ),
  row(
    'Client.MissingHeader',
    ['our message reached the security server without its header', 'наше повідомлення надійшло до ШБО без заголовка'],
    ADVICE.checkProxy,
  ),
  row(
    'Client.MissingBody',
    ['our message reached the security server without its body', 'наше повідомлення надійшло до ШБО без тіла'],
    ADVICE.checkProxy,
  ),
  row(
    'Client.InvalidBody',
    [
      'our message reached the security server with none or several elements in its body',
      'наше повідомлення надійшло до ШБО з порожнім тілом або з кількома елементами в ньому',
    ],
    ADVICE.checkProxy,
  ),
  row(
    'Client.*',
    ['our security server refuses our message', 'наш ШБО відхиляє наше повідомлення'],
    [
      'compare `zvirka call --dry-run` with the WSDL; ask the administrator of our security server, with the message id and faultDetail',
      'порівняйте `zvirka call --dry-run` із WSDL; зверніться до адміністратора нашого ШБО з ідентифікатором повідомлення та faultDetail',
    ],
  ),
  row(
    'Server.ClientProxy.SslAuthenticationFailed',
    [
      'our security server requires a client certificate that it knows',
      'наш ШБО вимагає відомого йому клієнтського сертифіката',
    ],
    [
      'have the certificate in TREMBITA_TLS_CERT added to our subsystem on the security server, and use https',
      'попросіть додати сертифікат із TREMBITA_TLS_CERT до нашої підсистеми на ШБО й використовуйте https',
    ],
  ),
  row(
    'Server.ServerProxy.SslAuthenticationFailed',
    [
      "the two security servers do not accept each other's certificates",
      'ШБО сторін не приймають сертифікатів один одного',
    ],
    ADVICE.askOurs,
  ),
  row(
    'Server.ClientProxy.UnknownMember',
    ['our subsystem, or the registry, is not registered', 'нашу підсистему або реєстр не зареєстровано'],
    [
      'check TREMBITA_SEVDEIR_INSTANCE, `TREMBITA_<GROUP>_CLIENT_*` and `TREMBITA_<GROUP>_SERVICE_*`; have the subsystem registered',
      'перевірте TREMBITA_SEVDEIR_INSTANCE, `TREMBITA_<GROUP>_CLIENT_*` і `TREMBITA_<GROUP>_SERVICE_*`; зареєструйте підсистему',
    ],
  ),
  row(
    'Server.ClientProxy.OutdatedGlobalConf',
    ['the global configuration of our security server is outdated', 'наш ШБО має застарілу глобальну конфігурацію'],
    ADVICE.retriedOrAsk,
  ),
  row(
    'Server.ServerProxy.OutdatedGlobalConf',
    [
      "the global configuration of the registry's security server is outdated",
      'ШБО реєстру має застарілу глобальну конфігурацію',
    ],
    [
      'the call is retried; if it lasts, tell the owner of the registry, with the message id and faultDetail',
      'виклик повторюється автоматично; якщо помилка не зникає, повідомте власника реєстру й назвіть ідентифікатор повідомлення та faultDetail',
    ],
  ),
  row(
    'Server.ClientProxy.MaintenanceMode',
    [
      'our subsystem is in maintenance mode on our security server',
      'нашу підсистему на нашому ШБО переведено в режим обслуговування',
    ],
    [
      'ask the administrator of our security server when it ends',
      'запитайте в адміністратора нашого ШБО, коли його буде завершено',
    ],
  ),
  row(
    'Server.ServerProxy.MaintenanceMode',
    ["the registry's subsystem is in maintenance mode", 'підсистему реєстру переведено в режим обслуговування'],
    [
      'wait; ask the owner of the registry when it ends',
      'зачекайте; запитайте у власника реєстру, коли його буде завершено',
    ],
  ),
  row(
    'Server.ClientProxy.NetworkError',
    ["our security server cannot reach the registry's", 'наш ШБО не може з’єднатися з ШБО реєстру'],
    ADVICE.retriedOrAsk,
  ),
  row(
    'Server.ClientProxy.IOError',
    ['our security server lost the connection', 'наш ШБО втратив з’єднання'],
    ADVICE.retriedOrAsk,
  ),
  row(
    'Server.ClientProxy.HttpError',
    ['HTTP between the security servers failed', 'помилка HTTP між ШБО'],
    ADVICE.retriedOrAsk,
  ),
  row(
    'Server.ClientProxy.InternalError',
    ['an error inside our security server', 'внутрішня помилка нашого ШБО'],
    ADVICE.retriedOrAsk,
  ),
  row(
    'Server.ClientProxy.InconsistentResponse',
    [
      'the answer does not fit our request; our security server refused it',
      'відповідь не відповідає нашому запиту; наш ШБО її відхилив',
    ],
    ADVICE.askOurs,
  ),
  row(
    'Server.ClientProxy.*',
    ['our own security server could not forward the message', 'наш ШБО не зміг передати повідомлення'],
    ADVICE.askOurs,
  ),
  row(
    'Server.ServerProxy.ServiceFailed*',
    [
      "the registry's information system did not answer its security server correctly",
      'інформаційна система реєстру не надала своєму ШБО належної відповіді',
    ],
    ADVICE.waitAndTell,
  ),
  row(
    'Server.ClientProxy.ServiceFailed*',
    [
      "our security server could not use the answer of the registry's",
      'наш ШБО не зміг обробити відповідь ШБО реєстру',
    ],
    [
      'wait; if it lasts, ask the administrator of our security server, with the message id and faultDetail',
      'зачекайте; якщо помилка не зникає, зверніться до адміністратора нашого ШБО з ідентифікатором повідомлення та faultDetail',
    ],
  ),
  row(
    'Server.ServerProxy.ServiceDisabled',
    ['the registry has switched this service off', 'реєстр вимкнув цей сервіс'],
    [
      'wait; ask the owner of the registry when it will be on again',
      'зачекайте; запитайте у власника реєстру, коли його буде ввімкнено',
    ],
  ),
  row(
    'Server.ServerProxy.UnknownService',
    ['the registry has no service of this name', 'реєстр не має сервісу з такою назвою'],
    [
      'check `TREMBITA_<GROUP>_SERVICE_*`, `TREMBITA_<GROUP>_<SERVICE>_CODE` and `_VERSION` against the WSDL',
      'перевірте `TREMBITA_<GROUP>_SERVICE_*`, `TREMBITA_<GROUP>_<SERVICE>_CODE` і `_VERSION` за WSDL',
    ],
  ),
  row(
    'Server.ServerProxy.AccessDenied',
    [
      'the registry has not given our subsystem the right to this service',
      'реєстр не дав нашій підсистемі права на цей сервіс',
    ],
    [
      'order access to the service from its owner, for exactly the subsystem in `TREMBITA_<GROUP>_CLIENT_*`',
      'замовте доступ до сервісу в його власника, саме для підсистеми з `TREMBITA_<GROUP>_CLIENT_*`',
    ],
  ),
  row(
    'Server.ServerProxy.UnknownMember',
    ["the registry's security server does not know our subsystem", 'ШБО реєстру не знає нашої підсистеми'],
    [
      'if it was registered within the last hours, wait until that has propagated; else ask the administrator of our security server',
      'якщо її зареєстровано за останні години, зачекайте, доки зміни поширяться; інакше зверніться до адміністратора нашого ШБО',
    ],
  ),
  row(
    'Server.ServerProxy.*',
    ["the registry's security server failed", 'помилка на ШБО реєстру'],
    [
      'wait; if it lasts, tell the owner of the registry, with the message id and faultDetail',
      'зачекайте; якщо помилка не зникає, повідомте власника реєстру й назвіть ідентифікатор повідомлення та faultDetail',
    ],
  ),
  row('Server.*', ['a security server failed', 'помилка на одному зі ШБО'], ADVICE.askOurs),
  row(
    'Client',
    ['the registry rejects the request as invalid', 'реєстр відхилив запит як неправильний'],
    ADVICE.checkData,
  ),
  row(
    'Sender',
    ['the registry rejects the request as invalid (SOAP 1.2)', 'реєстр відхилив запит як неправильний (SOAP 1.2)'],
    ADVICE.checkData,
  ),
  row('Server', ['an internal error of the registry', 'внутрішня помилка реєстру'], ADVICE.waitAndTell),
  row(
    'Receiver',
    ['an internal error of the registry (SOAP 1.2)', 'внутрішня помилка реєстру (SOAP 1.2)'],
    ADVICE.waitAndTell,
  ),
  row(
    'VersionMismatch',
    ['the registry does not support this version of SOAP', 'реєстр не підтримує цієї версії SOAP'],
    ADVICE.setSoapVersion,
  ),
  row(
    'MustUnderstand',
    ['the registry did not understand a header', 'реєстр не розпізнав заголовка'],
    [
      'check `TREMBITA_<GROUP>_<SERVICE>_SOAP_VERSION`; ask the owner of the registry',
      'перевірте `TREMBITA_<GROUP>_<SERVICE>_SOAP_VERSION`; зверніться до власника реєстру',
    ],
  ),
  row(
    'DataEncodingUnknown',
    ['the registry does not know the encoding of the data', 'реєстр не знає кодування даних'],
    ADVICE.tellRegistry,
  ),
  row(
    '*',
    ["the registry's own fault about this request", 'власна помилка реєстру про цей запит'],
    [
      'ask the owner of the registry what the code means, with the message id; a code that might hold data is shown as `Other`',
      'запитайте у власника реєстру, що означає код; назвіть ідентифікатор повідомлення; код, який міг би містити дані, показано як `Other`',
    ],
  ),
]
