/** The OpenAPI document as a plain HTML page, without scripts or external resources. */
import { escapeHtml } from '../employee-requests/invitation-words.ts'
import type { Json, OpenApiDocument, Operation } from './openapi.ts'

/** The whole style of the page; its content security policy allows only this text. */
export const OPENAPI_STYLE = `
:root { color-scheme: light dark; --line: #8886; --soft: #8881 }
body { font: 1rem/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem }
code, pre { font: 0.9em/1.45 ui-monospace, monospace }
pre { background: var(--soft); overflow-x: auto; padding: 0.75rem }
section { border-top: 1px solid var(--line); margin-top: 1.5rem }
table { border-collapse: collapse; width: 100% }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.5rem; text-align: left; vertical-align: top }
nav li { list-style: none }
nav ul { padding: 0 }
h3 code { font-size: 1em }
.method { display: inline-block; font-weight: 600; min-width: 4.5em }
`

interface Entry {
  readonly path: string
  readonly method: string
  readonly operation: Operation
}

/** Renders the document. */
export function openApiPage(document: OpenApiDocument): string {
  const entries = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  )
  const byTag = Map.groupBy(entries, ({ operation }) => operation.tags[0] ?? 'Other')
  const groups = [...byTag].map(([tag, of]) => `<h2>${escapeHtml(tag)}</h2>\n${of.map(section).join('\n')}`)
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>zvirka: REST API</title><style>${OPENAPI_STYLE}</style></head>
<body>
<h1>zvirka: REST API</h1>
<p>Made from the routes themselves. The same for programs: <a href="/openapi.json">/openapi.json</a> (OpenAPI ${escapeHtml(document.openapi)}).
A request carries <code>Authorization: Bearer &lt;token&gt;</code>; every answer has an envelope with <code>meta</code> and <code>data</code> or <code>error</code>.</p>
<nav><ul>${entries.map(link).join('')}</ul></nav>
${groups.join('\n')}
<h2>The envelope</h2>
${details('Schemas', document.components['schemas'], true)}
</body>
</html>
`
}

function link({ path, method, operation }: Entry): string {
  return `<li><a href="#${operation.operationId}"><code><span class="method">${method}</span>${escapeHtml(path)}</code></a> ${escapeHtml(operation.summary)}</li>`
}

function section({ path, method, operation }: Entry): string {
  const { operationId, summary, description, parameters, requestBody, responses } = operation
  const paragraphs = String(description ?? '')
    .split('\n\n')
    .filter((text) => text !== '')
  return `<section id="${operationId}">
<h3><code>${method} ${escapeHtml(path)}</code></h3>
<p><strong>${escapeHtml(summary)}</strong></p>
${paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`).join('\n')}
${parameters.length === 0 ? '' : table(['Parameter', 'In', 'Is', 'What'], parameters.map(parameterRow))}
${requestBody === undefined ? '' : content('Body', requestBody as Json)}
${table(
  ['Status', 'When'],
  Object.entries(responses).map(([status, { description }]) => [status, String(description)]),
)}
${Object.entries(responses)
  .filter(([status]) => status.startsWith('2'))
  .map(([status, response]) => content(`Answer ${status}`, response))
  .join('\n')}
</section>`
}

function parameterRow({ name, in: place, required, schema, description = '' }: Json): string[] {
  const { type, format, enum: values, minimum, maximum } = schema as Json
  const range = minimum === undefined && maximum === undefined ? '' : ` ${minimum ?? ''}–${maximum ?? ''}`
  const kind = Array.isArray(values) ? values.join(' | ') : `${format ?? type ?? ''}${range}`
  return [String(name), String(place), `${kind}${required === true ? ', required' : ''}`, String(description)]
}

function content(title: string, { content }: Json): string {
  const json = (content as Record<string, Json> | undefined)?.['application/json']
  if (json === undefined) return ''
  const examples = Object.values((json['examples'] ?? {}) as Record<string, Json>)
  return [
    details(`${title}: schema`, json['schema'], false),
    ...examples.map(({ summary, value }) => details(`${title}: ${String(summary)}`, value, true)),
  ].join('\n')
}

function details(title: string, value: unknown, isOpen: boolean): string {
  const json = escapeHtml(JSON.stringify(value, null, 2) ?? '')
  return `<details${isOpen ? ' open' : ''}><summary>${escapeHtml(title)}</summary><pre>${json}</pre></details>`
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = (tag: string, values: readonly string[]) =>
    values.map((value) => `<${tag}>${escapeHtml(value)}</${tag}>`).join('')
  return `<table><tr>${cells('th', head)}</tr>${rows.map((row) => `<tr>${cells('td', row)}</tr>`).join('')}</table>`
}
