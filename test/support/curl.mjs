// Stands in for curl on a machine that has none, so that the commands of the documents can be tried there too. It knows the options that
// these use, and no others: -s -i -X -H -d -o FILE -D -.
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'

const text = (short) => ({ type: 'string', short })
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    silent: { type: 'boolean', short: 's' },
    include: { type: 'boolean', short: 'i' },
    request: text('X'),
    header: { ...text('H'), multiple: true, default: [] },
    data: text('d'),
    output: text('o'),
    'dump-header': text('D'),
  },
})

async function main([address]) {
  const headers = values.header.map((line) => line.split(/: *(.*)/s).slice(0, 2))
  if (values.data !== undefined && !headers.some(([name]) => name.toLowerCase() === 'content-type'))
    headers.push(['content-type', 'application/x-www-form-urlencoded'])
  const response = await fetch(address, {
    method: values.request ?? (values.data === undefined ? 'GET' : 'POST'),
    headers,
    body: values.data,
    redirect: 'manual',
  })
  const head = [`HTTP/1.1 ${response.status}`, ...[...response.headers].map(([name, value]) => `${name}: ${value}`)]
  if (values.include || values['dump-header'] === '-') process.stdout.write(`${head.join('\r\n')}\r\n\r\n`)
  const body = Buffer.from(await response.arrayBuffer())
  if (values.output === undefined) process.stdout.write(body)
  else writeFileSync(values.output, body)
}

main(positionals).catch((error) => {
  console.error(`curl: ${error.message}`)
  process.exitCode = 7
})
