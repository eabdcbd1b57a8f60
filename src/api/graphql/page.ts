/**
 * The query page (spec 4.3), if enabled: plain HTML with one script of ours, which only sends requests to this server and stores nothing.
 */
import { hash } from 'node:crypto'

const STYLE = `
:root { color-scheme: light dark; --line: #8886; --soft: #8881 }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 70rem; padding: 1rem }
label { display: block; margin-top: 0.75rem }
input, textarea, pre { background: var(--soft); border: 1px solid var(--line); box-sizing: border-box; font: 0.9rem/1.45 ui-monospace, monospace; padding: 0.5rem; width: 100% }
textarea[name=query] { min-height: 14rem }
textarea[name=variables] { min-height: 4rem }
pre { min-height: 10rem; overflow-x: auto; white-space: pre-wrap }
button { font: inherit; margin: 0.75rem 0.5rem 0 0; padding: 0.25rem 1rem }
`

const EXAMPLE = `query {
  persons(first: 3) {
    nodes { databaseId lastName verificationStatus }
    pageInfo { hasNextPage endCursor }
  }
}`

// Every kind of type that a field may have, down to a name.
const FIELDS = `{ __schema {
  queryType { ...root } mutationType { ...root } subscriptionType { ...root } } }
fragment root on __Type { name fields { name description args { name type { ...type } } type { ...type } } }
fragment type on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`

const SCRIPT = `
const form = document.querySelector('form')
const shown = document.querySelector('pre')
let asking
const field = (name) => form.elements[name].value
async function ask(query, variables) {
  asking?.abort()
  asking = new AbortController()
  shown.textContent = '…'
  const isStream = /^\\s*subscription\\b/m.test(query)
  const response = await fetch('/graphql', {
    method: 'POST',
    headers: {
      accept: isStream ? 'text/event-stream' : 'application/json',
      authorization: 'Bearer ' + field('token').trim(),
      'content-type': 'application/json',
    },
    body: JSON.stringify({ query, variables }),
    signal: asking.signal,
  })
  if (!response.headers.get('content-type').startsWith('text/event-stream')) return response.json()
  shown.textContent = ''
  const chunks = response.body.pipeThrough(new TextDecoderStream()).getReader()
  for (;;) {
    const { done, value } = await chunks.read()
    if (done) return undefined
    shown.textContent += value
  }
}
const show = (answer) => { if (answer !== undefined) shown.textContent = JSON.stringify(answer, null, 2) }
const fail = (error) => { if (error.name !== 'AbortError') shown.textContent = String(error) }
form.addEventListener('submit', (event) => {
  event.preventDefault()
  Promise.resolve()
    .then(() => ask(field('query'), field('variables').trim() === '' ? {} : JSON.parse(field('variables'))))
    .then(show, fail)
})
document.querySelector('#stop').addEventListener('click', () => asking?.abort())
const typeText = ({ kind, name, ofType }) =>
  kind === 'NON_NULL' ? typeText(ofType) + '!' : kind === 'LIST' ? '[' + typeText(ofType) + ']' : name
document.querySelector('#fields').addEventListener('click', () => {
  ask(${JSON.stringify(FIELDS)}).then((answer) => {
    if (answer.data === undefined) return show(answer)
    const text = ({ name, args, type, description }) => {
      const given = args.map((arg) => arg.name + ': ' + typeText(arg.type)).join(', ')
      return '  ' + name + (given && '(' + given + ')') + ': ' + typeText(type) + (description ? '   # ' + description : '')
    }
    shown.textContent = Object.values(answer.data.__schema)
      .map((root) => root.name + '\\n' + root.fields.map(text).join('\\n'))
      .join('\\n\\n')
  }, fail)
})
`

const digest = (text: string) => `'sha256-${hash('sha256', text, 'base64')}'`

/** Its content security policy: this style, this script, and requests to this server. */
export const PAGE_POLICY = [
  `default-src 'none'`,
  `style-src ${digest(STYLE)}`,
  `script-src ${digest(SCRIPT)}`,
  `connect-src 'self'`,
  `frame-ancestors 'none'`,
  `base-uri 'none'`,
  `form-action 'none'`,
].join('; ')

/** The page. */
export const PAGE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>zvirka: GraphQL</title><style>${STYLE}</style></head>
<body>
<main>
<h1>zvirka: GraphQL</h1>
<form>
<label>Token <input name="token" type="password" autocomplete="off" spellcheck="false" required></label>
<label>Query <textarea name="query" spellcheck="false">${EXAMPLE}</textarea></label>
<label>Variables (JSON) <textarea name="variables" spellcheck="false"></textarea></label>
<button>Send</button><button type="button" id="stop">Stop</button><button type="button" id="fields">What there is</button>
</form>
<h2>Answer</h2>
<pre aria-live="polite"></pre>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`
