/**
 * A proxy for the API that answers subscriptions itself at a given rate, and a page without any library that follows the same subscription.
 */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

/** How many rows each event changes. */
export type Changes = 'one' | 'all'

/** The path of the page without a library. */
export const BARE_PATH = '/bare'

interface Worker {
  batches: number
  claimed: number
}

interface Run {
  done: number
  claimed: number
  readonly workers: Worker[]
}

/** A proxy. The page without a library shows the run that was last subscribed to. */
export interface Proxy {
  readonly address: string
  set(changes: Changes): void
  close(): Promise<void>
}

/** Starts a proxy for an API. */
export async function startProxy(api: string, updatesASecond: number): Promise<Proxy> {
  let changes: Changes = 'one'
  let run: Run | undefined
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const body = await text(request)
    if (request.url === BARE_PATH) return response.writeHead(200, { 'content-type': 'text/html' }).end(BARE)
    if (request.headers.accept !== 'text/event-stream') return passOn(api, request, response, body)
    if (body !== '') run = await runOf(api, request, body)
    if (run === undefined) throw new Error('no run was followed yet')
    tellOf(run, response, updatesASecond, () => changes)
  }
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    set(given) {
      changes = given
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const { authorization, 'content-type': type } = headers
  return {
    ...(authorization === undefined ? {} : { authorization }),
    ...(type === undefined ? {} : { 'content-type': type }),
  }
}

async function passOn(api: string, request: IncomingMessage, response: ServerResponse, body: string): Promise<void> {
  const { url = '/', method = 'GET' } = request
  const answer = await fetch(api + url, {
    ...{ method, headers: headersOf(request) },
    ...(body === '' ? {} : { body }),
  })
  const type = answer.headers.get('content-type') ?? 'text/plain'
  const policy = answer.headers.get('content-security-policy') ?? ''
  response.writeHead(answer.status, { 'content-type': type, 'content-security-policy': policy })
  response.end(Buffer.from(await answer.arrayBuffer()))
}

/** The run of a subscription, loaded by a query with the same fields. */
async function runOf(api: string, request: IncomingMessage, body: string): Promise<Run> {
  const { query, variables } = JSON.parse(body) as { readonly query: string; readonly variables: unknown }
  const asked = query.replace('subscription', 'query').replace('verificationRunProgress', 'verificationRun')
  const answer = await fetch(`${api}/graphql`, {
    method: 'POST',
    headers: headersOf(request),
    body: JSON.stringify({ query: asked, variables }),
  })
  const { data } = (await answer.json()) as { readonly data?: { readonly verificationRun?: Run } }
  if (data?.verificationRun === undefined) throw new Error('there is no such run')
  return data.verificationRun
}

function tellOf(run: Run, response: ServerResponse, updatesASecond: number, changes: () => Changes): void {
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  let told = 0
  const timer = setInterval(() => {
    const changed = changes() === 'all' ? run.workers : run.workers.slice(told % run.workers.length).slice(0, 1)
    for (const worker of changed) {
      worker.batches += 1
      worker.claimed += 100
      run.claimed += 100
      run.done += 100
    }
    told += 1
    response.write(`event: next\ndata: ${JSON.stringify({ data: { verificationRunProgress: run } })}\n\n`)
  }, 1000 / updatesASecond)
  response.on('close', () => clearInterval(timer))
}

const BARE = `<!doctype html>
<meta charset="utf-8">
<style>table { width: 100%; border-collapse: collapse } td { padding: 0.6rem; border-bottom: 1px solid }</style>
<p></p>
<table><tbody></tbody></table>
<script type="module">
const [line, table] = [document.querySelector('p'), document.querySelector('tbody')]
const number = new Intl.NumberFormat('uk-UA')
const set = (place, text) => { if (place.textContent !== text) place.textContent = text }
function show({ done, workers }) {
  set(line, number.format(done))
  workers.forEach(({ host, pid, isAlive, joinedAt, batches, claimed, technicalErrors }, at) => {
    const row = table.rows[at] ?? table.insertRow()
    const texts = [host + ', ' + pid, String(isAlive), joinedAt, ...[batches, claimed, technicalErrors].map(number.format)]
    texts.forEach((text, place) => set(row.cells[place] ?? row.insertCell(), text))
  })
}
const { body } = await fetch('/graphql', { headers: { accept: 'text/event-stream' } })
const reader = body.pipeThrough(new TextDecoderStream()).getReader()
let rest = ''
for (;;) {
  const { done, value } = await reader.read()
  if (done) break
  const blocks = (rest + value).split('\\n\\n')
  rest = blocks.pop()
  for (const block of blocks) show(JSON.parse(block.slice(block.indexOf('data:') + 5)).data.verificationRunProgress)
}
</script>
`
