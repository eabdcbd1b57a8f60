/** What a process reports about its certificates: metric, warnings, renewal. */
import { expect, test } from 'vitest'
import { watchCertificates } from '../../src/cli/certificates.ts'
import { bare } from '../../src/messages/message.ts'
import { createLog } from '../../src/observability/log.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import type { Expiry } from '../../src/trembita/tls.ts'
import { TlsFileError } from '../../src/trembita/tls-files.ts'

const day = 86_400_000
const now = Date.UTC(2026, 0, 1)
const goodFor = (of: Expiry['of'], days: number): Expiry => ({ of, expiresAt: new Date(now + days * day) })

function watching(...certificates: Expiry[]) {
  const lines: { level: string; msg: string; certificate?: string; days?: number }[] = []
  const metrics = createMetrics()
  const log = createLog('info', { write: (line) => lines.push(JSON.parse(line)) })
  const watch = watchCertificates(log, metrics, () => now)
  watch.start(() => certificates)
  const shown = async () => {
    const text = await metrics.text()
    watch.stop()
    metrics.close()
    return text.split('\n').filter((line) => line.startsWith('zvirka_certificate_expiry_days'))
  }
  return { lines, watch, shown }
}

test('the metric shows the remaining days of each side, the fewest of several', async () => {
  const { lines, shown } = watching(goodFor('client', 90), goodFor('server', 400), goodFor('server', 200.5))
  expect(await shown()).toEqual([
    'zvirka_certificate_expiry_days{of="server"} 200.5',
    'zvirka_certificate_expiry_days{of="client"} 90',
  ])
  expect(lines).toEqual([])
})

test('without TLS there is nothing to show', async () => {
  expect(await watching().shown()).toEqual([])
})

test('an expiring certificate is a warning, an expired one an error', async () => {
  const { lines, shown } = watching(goodFor('client', 12.5), goodFor('server', -1))
  expect(lines).toMatchObject([
    { level: 'warn', certificate: 'client', days: 12 },
    { level: 'error', certificate: 'server', days: 0 },
  ])
  expect(await shown()).toContain('zvirka_certificate_expiry_days{of="server"} -1')
})

test('a renewal is reported; unusable files are reported once, however often they are checked', async () => {
  const { lines, watch, shown } = watching(goodFor('client', 100))
  const certificates = [goodFor('client', 100)]
  const params = { setting: 'TREMBITA_TLS_CA', file: '/ca.pem' }
  const problem = new TlsFileError({ code: 'tls_file_empty', params }, bare('restore_whole_file'))
  for (let look = 0; look < 3; look += 1) watch.onReload({ problem, certificates })
  watch.onReload({ certificates: [goodFor('client', 400)] })
  watch.onReload({ problem, certificates })
  expect(lines.map(({ level }) => level)).toEqual(['warn', 'info', 'warn'])
  await shown()
})
