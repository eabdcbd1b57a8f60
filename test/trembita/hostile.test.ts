/** Hostile documents of any size are refused with little work (spec 3.2): CPU of this process, and bytes read from the network. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { Worker } from 'node:worker_threads'
import { afterEach, describe, expect, test } from 'vitest'
import { readAnswer } from '../../src/trembita/answer.ts'
import { createTransport } from '../../src/trembita/transport.ts'
import { answer, definition, headerBlocks, settings, statusBody } from './support/messages.ts'
import { closed, listen } from './support/server.ts'

const id = '0c8ac7d4-2a92-4d4c-9c2c-94a3bb5b9b10'
const limit = 262_144

function read(body: string | Buffer) {
  return readAnswer({ definition, id }, { status: 200, contentEncoding: undefined, body: Buffer.from(body) })
}

/** Repeats a part up to the largest answer allowed. */
function filled(around: (part: string) => string, part: string): string {
  const room = limit - Buffer.byteLength(around(''))
  return around(part.repeat(Math.floor(room / Buffer.byteLength(part))))
}

const laughs = Array.from({ length: 9 }, (_, n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`).join('')
const inBody = (part: string) => answer(id, `${part}${statusBody('1')}`)
const inHeader = (part: string) => answer(id, statusBody('1')).replace('</s:Header>', `${part}</s:Header>`)
const redefined = (name: string) => ` xmlns:x="http://x-road.eu/xsd/xroad.xsd" xmlns:${name}="urn:other"`
const blocks = headerBlocks(id)

const hostile: readonly (readonly [what: string, body: string | Buffer, code: string])[] = [
  ['a billion laughs', `<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]>${answer(id, statusBody('&l9;'))}`, 'doctype'],
  ['one long entity, often', `<!DOCTYPE a [<!ENTITY e "${'x'.repeat(1000)}">]>${'&e;'.repeat(50_000)}`, 'doctype'],
  ['an external entity', `<!DOCTYPE a [<!ENTITY e SYSTEM "file:///etc/passwd">]>${answer(id)}`, 'doctype'],
  ['a DOCTYPE without end', filled((part) => `<!DOCTYPE a [${part}`, '<!ENTITY e "x">'), 'malformed_xml'],
  ['undefined entities', filled(inBody, '&e;'), 'malformed_xml'],
  ['open elements', filled((part) => part, '<a>'), 'too_deep'],
  ['open elements, each with a namespace', filled((part) => part, '<a xmlns="u">'), 'too_deep'],
  [
    'elements nested to the bound, again and again',
    filled(inBody, '<a>'.repeat(60) + '</a>'.repeat(60)),
    'other_wrapper',
  ],
  ['siblings', filled(inBody, '<a/>'), 'other_wrapper'],
  ['blocks of a header', filled(inHeader, '<x:id/>'), 'other_request'],
  ['attributes', inBody(`<a ${Array.from({ length: 30_000 }, (_, n) => `k${n}=""`).join('')}/>`), 'malformed_xml'],
  [
    'attributes, well-formed',
    inBody(`<a ${Array.from({ length: 25_000 }, (_, n) => `k${n}=""`).join(' ')}/>`),
    'too_many_attributes',
  ],
  ['attributes of one name', filled((part) => inBody(`<a ${part}/>`), 'k="" '), 'malformed_xml'],
  [
    'a namespace redefined around the id',
    inHeader('').replace('<s:Header>', `<s:Header${redefined('x')}>`),
    'malformed_xml',
  ],
  [
    'the prefix of the header redefined',
    answer(id, statusBody('1')).replace('<x:id>', '<x:id xmlns:x="urn:other">'),
    'other_request',
  ],
  [
    'the prefix of the envelope redefined',
    answer(id, statusBody('1')).replace('<s:Body>', '<s:Body xmlns:s="urn:other">'),
    'not_soap',
  ],
  ['the header twice', answer(id, statusBody('1')).replace(/<s:Header>.*<\/s:Header>/, '$&$&'), 'not_soap'],
  ['the body twice', answer(id, statusBody('1')).replace(/<s:Body>.*<\/s:Body>/, '$&$&'), 'not_soap'],
  ['no header', answer(id, statusBody('1')).replace(/<s:Header>.*<\/s:Header>/, ''), 'other_request'],
  ['no body', answer(id, statusBody('1')).replace(/<s:Body>.*<\/s:Body>/, ''), 'not_soap'],
  ...Object.entries(blocks)
    .filter(([name]) => name !== 'protocolVersion')
    .flatMap(([name, block]) => [
      [`${name} twice`, answer(id, statusBody('1')).replace(block, block + block), 'other_request'] as const,
      [`no ${name}`, answer(id, statusBody('1')).replace(block, ''), 'other_request'] as const,
    ]),
  ['UTF-16', Buffer.from(`\ufeff${answer(id, statusBody('1'))}`, 'utf16le'), 'not_utf8'],
  [
    'UTF-16 that claims to be UTF-8',
    Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>${answer(id, statusBody('1'))}`, 'utf16le'),
    'malformed_xml',
  ],
  ['UTF-7', `<?xml version="1.0" encoding="UTF-7"?>${answer(id, statusBody('1'))}`, 'not_utf8'],
  ['windows-1251', Buffer.concat([Buffer.from('<a>'), Buffer.from([0xcf, 0xd0]), Buffer.from('</a>')]), 'not_utf8'],
  ['overlong UTF-8', Buffer.concat([Buffer.from('<a>'), Buffer.from([0xc0, 0xbc]), Buffer.from('</a>')]), 'not_utf8'],
  ['a NUL', answer(id, statusBody('1\0')), 'malformed_xml'],
  ['a NUL by reference', answer(id, statusBody('1&#0;')), 'malformed_xml'],
  ['NULs', Buffer.alloc(limit), 'malformed_xml'],
  ['white space alone', ' '.repeat(limit), 'malformed_xml'],
  ['white space in the body', filled((part) => answer(id, `${part}<a/>`), ' '), 'other_wrapper'],
  ['a comment', filled((part) => inBody(`<!--${part}-->`).replace(statusBody('1'), ''), '- '), 'other_wrapper'],
  ['CDATA', filled((part) => answer(id, `<a><![CDATA[${part}]]></a>`), ']] '), 'other_wrapper'],
  ['a processing instruction', filled((part) => inBody(`<?a ${part}?>`), '? '), 'processing_instruction'],
]

/** The lowest CPU time of several readings, to leave out other threads and garbage collection. */
function leastCpuMs(work: () => unknown): number {
  let least = Number.POSITIVE_INFINITY
  for (let round = 0; round < 7; round += 1) {
    const before = process.cpuUsage()
    work()
    const { user, system } = process.cpuUsage(before)
    least = Math.min(least, (user + system) / 1000)
  }
  return least
}

/** Reads all of them in a thread whose heap holds little more than the program; fails if that is too small. */
async function readInSmallHeap(bodies: readonly Buffer[]): Promise<unknown> {
  const module = new URL('../../src/trembita/answer.ts', import.meta.url).href
  const code = `
    const { definition, id, bodies } = require('node:worker_threads').workerData
    import(${JSON.stringify(module)}).then(({ readAnswer }) => {
      for (const body of bodies)
        readAnswer({ definition, id }, { status: 200, contentEncoding: undefined, body: Buffer.from(body) })
    })`
  const resourceLimits = { maxOldGenerationSizeMb: 24, maxYoungGenerationSizeMb: 4 }
  const worker = new Worker(code, { eval: true, workerData: { definition, id, bodies }, resourceLimits })
  const [exitCode] = await once(worker, 'exit')
  return exitCode
}

describe('a hostile answer', () => {
  test.each(hostile)('of %s is refused within 50 ms of CPU and gives nothing', (_what, body, code) => {
    expect(Buffer.byteLength(body)).toBeLessThanOrEqual(limit)
    expect(read(body)).toEqual({ kind: 'error', code })
    expect(leastCpuMs(() => read(body))).toBeLessThan(50)
  })

  test('needs no more memory than a few times its size', async () => {
    const bodies = hostile.map(([, body]) => Buffer.from(body))
    await expect(readInSmallHeap(bodies)).resolves.toBe(0)
  })
})

describe('10 MB', () => {
  const cleanups: (() => unknown)[] = []
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
  })

  /** A server that writes 10 MB of a part, as fast as they are read, and counts the bytes sent. */
  async function flood(part: string, length: 'said' | 'unsaid') {
    const total = 10 * 2 ** 20
    let given = 0
    const server = createServer((_request, response) => {
      if (length === 'said') response.setHeader('content-length', total)
      const chunk = part.repeat(Math.ceil(16_384 / part.length)).slice(0, 16_384)
      const more = () => {
        while (given < total && !response.destroyed) {
          given += chunk.length
          if (!response.write(chunk)) break
        }
        if (given >= total) response.end()
      }
      response.on('drain', more)
      more()
    })
    const port = await listen(server)
    const transport = createTransport({ ...settings, urls: [`http://127.0.0.1:${port}`] })
    cleanups.push(async () => {
      await transport.close()
      server.closeAllConnections()
      await closed(server)
    })
    return { received: await transport.send(0, ['content-type', 'text/xml'], '<a/>'), given: () => given }
  }

  test.each([
    ['white space', ' ', 'unsaid'],
    ['white space, whose length is said', ' ', 'said'],
    ['open elements', '<a>', 'unsaid'],
  ] as const)('of %s is aborted once it is too large: the rest is never read', async (_what, part, length) => {
    const { received, given } = await flood(part, length)
    expect(received).toMatchObject({ kind: 'failed', code: 'oversized' })
    // The socket buffers may hold some; most of it has not been sent.
    expect(given()).toBeLessThan(8 * 2 ** 20)
  })
})
