/** Failures of the way to a security server: network, TLS, HTTP. `zvirka doctor` tries the same way. */
import { row } from './call-failure.ts'

/** The rows, in the order of the documents. */
export const wayFailures = [
  row(
    'timeout',
    ['no complete answer within TREMBITA_TIMEOUT_MS', 'за TREMBITA_TIMEOUT_MS не надійшло повної відповіді'],
    [
      'one now and then is normal and is retried; if many, ask the administrator of our security server which side is slow, with a message id; raise TREMBITA_TIMEOUT_MS only if the registry is known to answer that late',
      'поодинокі випадки звичайні, виклик повторюється автоматично; якщо часто, запитайте адміністратора нашого ШБО, яка сторона відповідає повільно, і назвіть ідентифікатор повідомлення; збільшуйте TREMBITA_TIMEOUT_MS, лише якщо відомо, що реєстр відповідає так пізно',
    ],
  ),
  row(
    'connect_timeout',
    [
      'the security server did not accept the connection and finish the TLS handshake within 3 s',
      'ШБО за 3 с не прийняв з’єднання й не завершив узгодження TLS',
    ],
    [
      'check the address and port in TREMBITA_URLS, the firewalls on the way, and whether the security server is overloaded',
      'перевірте адресу й порт у TREMBITA_URLS, мережеві екрани на шляху та чи не перевантажено ШБО',
    ],
  ),
  row(
    'connection_refused',
    ['nothing listens at the address', 'за цією адресою ніщо не приймає з’єднань'],
    [
      'check the port in TREMBITA_URLS; if it is right, the security server is down: tell its administrator',
      'перевірте порт у TREMBITA_URLS; якщо він правильний, ШБО не працює: повідомте його адміністратора',
    ],
  ),
  row(
    'connection_reset',
    ['the connection broke before the answer was complete', 'з’єднання розірвано до отримання повної відповіді'],
    [
      'one now and then is normal and is retried; if always, check that TREMBITA_URLS says https if the port speaks TLS, then ask the administrators of the security server and of the proxies in front of it',
      'поодинокі випадки звичайні, виклик повторюється автоматично; якщо завжди, перевірте, чи в TREMBITA_URLS указано https, якщо порт приймає TLS; потім зверніться до адміністраторів ШБО та проксі перед ним',
    ],
  ),
  row(
    'network_unreachable',
    [
      'there is no route to the security server, or a firewall of this machine blocks it',
      'немає маршруту до ШБО, або з’єднання блокує мережевий екран цієї машини',
    ],
    [
      'check the network, the routes and the firewall of this machine',
      'перевірте мережу, маршрути та мережевий екран цієї машини',
    ],
  ),
  row(
    'name_not_resolved',
    [
      'DNS does not know the host name in TREMBITA_URLS, or does not answer',
      'DNS не має імені хоста з TREMBITA_URLS або не відповідає',
    ],
    ['check the name and the DNS of this machine', 'перевірте ім’я та DNS цієї машини'],
  ),
  row(
    'local_limit',
    [
      'this machine has no file descriptor, port or memory left for another connection',
      'на цій машині бракує файлових дескрипторів, портів або пам’яті для ще одного з’єднання',
    ],
    [
      'raise the open file limit of the process (LimitNOFILE in systemd), or lower TREMBITA_MAX_CONNECTIONS',
      'збільште для процесу ліміт відкритих файлів (LimitNOFILE у systemd) або зменште TREMBITA_MAX_CONNECTIONS',
    ],
  ),
  row(
    'queue_full',
    ['too many calls wait for a connection to the security server', 'забагато викликів чекають на з’єднання з ШБО'],
    [
      'if it answers slowly, see `timeout`; else raise TREMBITA_MAX_CONNECTIONS or lower `TREMBITA_<GROUP>_CONCURRENCY`',
      'якщо він відповідає повільно, див. `timeout`; інакше збільште TREMBITA_MAX_CONNECTIONS або зменште `TREMBITA_<GROUP>_CONCURRENCY`',
    ],
  ),
  row(
    'tls_server_expired',
    [
      "the security server's certificate, or that of the CA that signed it, has expired",
      'строк дії сертифіката ШБО або центру, який його підписав, закінчився',
    ],
    [
      'tell the administrator of the security server to renew it, then put the new one into TREMBITA_TLS_CA; if it has not expired, the clock of this machine is wrong',
      'повідомте адміністратора ШБО, що сертифікат слід поновити, потім додайте новий до TREMBITA_TLS_CA; якщо строк дії не закінчився, неправильно йде годинник цієї машини',
    ],
  ),
  row(
    'tls_server_not_yet_valid',
    [
      "the security server's certificate, or that of its CA, is not valid yet by the clock of this machine",
      'сертифікат ШБО або його центру за годинником цієї машини ще не чинний',
    ],
    [
      'check the clock of this machine (`timedatectl`); if it is right, tell the administrator of the security server',
      'перевірте годинник цієї машини (`timedatectl`); якщо він правильний, повідомте адміністратора ШБО',
    ],
  ),
  row(
    'tls_wrong_host',
    [
      "the security server's certificate is for another name than the one in TREMBITA_URLS",
      'сертифікат ШБО видано на інше ім’я, ніж у TREMBITA_URLS',
    ],
    [
      "use a name from the certificate in TREMBITA_URLS, or put the server's own certificate into TREMBITA_TLS_CA: then its name does not matter",
      'укажіть у TREMBITA_URLS ім’я із сертифіката або додайте до TREMBITA_TLS_CA власний сертифікат сервера: тоді його ім’я не має значення',
    ],
  ),
  row(
    'tls_unknown_server',
    [
      'TREMBITA_TLS_CA has neither the certificate that the server presents nor the CA that signed it',
      'у TREMBITA_TLS_CA немає ні сертифіката, який надає сервер, ні центру, який його підписав',
    ],
    [
      'get the certificate from the administrator of the security server (it may have been renewed) and add it to TREMBITA_TLS_CA; check that TREMBITA_URLS is this server',
      'отримайте сертифікат від адміністратора ШБО (можливо, його поновили) і додайте до TREMBITA_TLS_CA; перевірте, чи TREMBITA_URLS веде до цього сервера',
    ],
  ),
  row(
    'tls_wrong_purpose',
    [
      "the security server's certificate is not for servers (its extended key usage lacks serverAuth), or that of its CA is not a CA certificate",
      'сертифікат ШБО не призначено для серверів (у розширеному призначенні ключа немає serverAuth) або сертифікат його центру не є сертифікатом центру',
    ],
    [
      'tell the administrator of the security server, who needs a TLS server certificate from a proper CA',
      'повідомте адміністратора ШБО: потрібен сертифікат сервера TLS від належного центру',
    ],
  ),
  row(
    'tls_weak',
    [
      "the security server's certificate, its key or that of its CA is too weak: RSA of less than 2048 bits, or a SHA-1 signature",
      'сертифікат ШБО, його ключ або ключ його центру недостатньо стійкий: RSA менше 2048 бітів або підпис із SHA-1',
    ],
    [
      'tell the administrator of the security server, who needs a certificate of 2048 bits or more, signed with SHA-256',
      'повідомте адміністратора ШБО: потрібен сертифікат із ключем не менше 2048 бітів, підписаний із SHA-256',
    ],
  ),
  row(
    'tls_invalid_server',
    [
      'the certificates that the security server presents are not a valid chain',
      'сертифікати, які надає ШБО, не утворюють правильного ланцюжка',
    ],
    [
      "give the output of `zvirka doctor` to the administrator of the security server; until it is fixed, the server's own certificate in TREMBITA_TLS_CA may help",
      'передайте адміністраторові ШБО результат `zvirka doctor`; доки помилку не виправлено, може допомогти власний сертифікат сервера в TREMBITA_TLS_CA',
    ],
  ),
  row(
    'tls_old_version',
    [
      'the security server, or a proxy in front of it, does not support TLS 1.2 or 1.3',
      'ШБО або проксі перед ним не підтримує TLS 1.2 і 1.3',
    ],
    [
      'ask its administrator to enable TLS 1.2 or 1.3: older versions are not supported here',
      'попросіть його адміністратора ввімкнути TLS 1.2 або 1.3: старіші версії тут не підтримуються',
    ],
  ),
  row(
    'tls_no_agreement',
    [
      'the two sides have no cipher or signature in common; with TLS 1.2 also: the server wants a client certificate of another kind',
      'сторони не мають спільного шифру або алгоритму підпису; для TLS 1.2 також: сервер вимагає клієнтського сертифіката іншого типу',
    ],
    [
      'ask the administrator of the security server which ciphers and key types it accepts (usually RSA); the key in TREMBITA_TLS_KEY may need that type',
      'запитайте в адміністратора ШБО, які шифри й типи ключів він приймає (зазвичай RSA); можливо, ключ у TREMBITA_TLS_KEY має бути цього типу',
    ],
  ),
  row(
    'tls_client_refused',
    [
      'the security server, or a proxy in front of it, does not accept our certificate',
      'ШБО або проксі перед ним не приймає нашого сертифіката',
    ],
    [
      'have the certificate in TREMBITA_TLS_CERT added to our subsystem on the security server, and to the proxy; both must hold exactly this one (compare `openssl x509 -in FILE -noout -fingerprint -sha256`), and it must be allowed for clients',
      'попросіть додати сертифікат із TREMBITA_TLS_CERT до нашої підсистеми на ШБО та на проксі; в обох має бути саме цей сертифікат (порівняйте `openssl x509 -in FILE -noout -fingerprint -sha256`), і його має бути дозволено використовувати клієнтам',
    ],
  ),
  row(
    'tls_client_expired',
    [
      'the security server says that our certificate has expired',
      'ШБО повідомляє, що строк дії нашого сертифіката закінчився',
    ],
    [
      'renew the certificate in TREMBITA_TLS_CERT and have the new one added to our subsystem; if it has not expired, the server has an older one or a wrong clock: tell its administrator',
      'поновіть сертифікат у TREMBITA_TLS_CERT і попросіть додати новий до нашої підсистеми; якщо строк дії не закінчився, на сервері старіший сертифікат або неправильний час: повідомте його адміністратора',
    ],
  ),
  row(
    'tls_closed',
    [
      'the server closed a new TLS connection, during or after the handshake, without an answer or a reason',
      'сервер закрив нове з’єднання TLS, під час узгодження або після нього, без відповіді й без пояснення',
    ],
    [
      'one now and then is normal and is retried: a restart, for example; if always, it probably does not accept our certificate: see `tls_client_refused`',
      'поодинокі випадки звичайні, виклик повторюється автоматично (наприклад, після перезапуску); якщо щоразу, сервер, імовірно, не приймає нашого сертифіката: див. `tls_client_refused`',
    ],
  ),
  row(
    'tls_not_spoken',
    [
      'TREMBITA_URLS says https, but what answers there does not speak TLS',
      'у TREMBITA_URLS указано https, але сервер за цією адресою не підтримує TLS',
    ],
    [
      'check the port in TREMBITA_URLS: it is the one for http, or another service',
      'перевірте порт у TREMBITA_URLS: він для http, або там інший сервіс',
    ],
  ),
  row(
    'tls_expected',
    [
      'TREMBITA_URLS says http, but what answers there speaks TLS',
      'у TREMBITA_URLS указано http, але сервер за цією адресою очікує TLS',
    ],
    [
      'write https in TREMBITA_URLS, and set TREMBITA_TLS_CERT, TREMBITA_TLS_KEY and TREMBITA_TLS_CA',
      'укажіть у TREMBITA_URLS https і задайте TREMBITA_TLS_CERT, TREMBITA_TLS_KEY і TREMBITA_TLS_CA',
    ],
  ),
  row(
    'tls_error',
    ['another TLS error', 'інша помилка TLS'],
    [
      '`zvirka doctor` shows the OpenSSL error: give it to the administrator of the security server',
      '`zvirka doctor` показує помилку OpenSSL: передайте її адміністраторові ШБО',
    ],
  ),
  row(
    'malformed_http',
    ['the server there does not speak valid HTTP', 'відповідь не є правильним HTTP'],
    [
      'check the port in TREMBITA_URLS: it may be another service; if it is right, tell the administrator of our security server',
      'перевірте порт у TREMBITA_URLS: там може бути інший сервіс; якщо він правильний, повідомте адміністратора нашого ШБО',
    ],
  ),
  row(
    'headers_too_large',
    ['the HTTP headers of the answer are larger than 16 KiB', 'заголовки HTTP відповіді більші за 16 КіБ'],
    [
      'see what a proxy in front of the security server adds (cookies, policies) and remove it: the headers of a security server are far smaller',
      'з’ясуйте, що додає проксі перед ШБО (cookies, політики), і приберіть це: заголовки ШБО значно менші',
    ],
  ),
  row(
    'length_unclear',
    [
      'Content-Length is in the answer twice, together with Transfer-Encoding, or is not a number, so the end of the answer is unknown',
      'Content-Length вказано двічі, разом із Transfer-Encoding або не числом, тому кінець відповіді невідомий',
    ],
    [
      'tell the administrators of our security server and of the proxies in front of it: one of them violates HTTP',
      'повідомте адміністратора нашого ШБО і проксі перед ним: одна зі сторін порушує HTTP',
    ],
  ),
  row(
    'network_error',
    ['another network error', 'інша помилка мережі'],
    [
      '`zvirka doctor` shows the error of the operating system: look it up',
      '`zvirka doctor` показує помилку операційної системи: знайдіть її опис',
    ],
  ),
]
